curl -X POST '{api-url}/createVoucher?ns={community}' \
  -H 'Authorization: bearer YOUR_TOKEN' \
  -H 'Content-Type: application/json' \
  -d '{"Username":"27648302057","VoucherType":"168Cash","Amount":"2000","Currency":"ZAR","StoreID":"Store1","Reference":"101","Metadata":"{\"ActorUserIDs\": \"547828938941114\"}"}'
