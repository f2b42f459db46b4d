import requests
import json

url = "{api-url}/viewVoucher?ns={community}"
payload = { "VoucherNo": "168-78439-48310", "Metadata": { "ActorUserIDs": "547828938941114" }}

headers = { "Authorization": "bearer YOUR_TOKEN", "Content-Type": "application/json"}

response = requests.post(url, json=payload, headers=headers)
print(response.json())
