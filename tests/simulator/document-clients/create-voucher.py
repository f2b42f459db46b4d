import requests
import json

url = "{api-url}/createVoucher?ns={community}"
payload = { "Username": "27648302057", "VoucherType": "168Cash", "Amount": "2000", "Currency": "ZAR", "StoreID": "Store1", "Reference": "101", "Metadata": { "ActorUserIDs": "547828938941114" }}

headers = { "Authorization": "bearer YOUR_TOKEN", "Content-Type": "application/json"}

response = requests.post(url, json=payload, headers=headers)
print(response.json())
