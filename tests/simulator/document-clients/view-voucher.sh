curl -X POST '{api-url}/viewVoucher?ns={community}' \
  -H 'Authorization: bearer YOUR_TOKEN' \
  -H 'Content-Type: application/json' \
  -d '{"VoucherNo":"168-78439-48310","Metadata":"{\"ActorUserIDs\": \"547828938941114\"}"}'
