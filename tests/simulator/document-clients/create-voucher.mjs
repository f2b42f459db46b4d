// Requires Node.js v18+
(async () => {
  const url = '{api-url}/createVoucher?ns={community}';
  const payload = { "Username": "27648302057", "VoucherType": "168Cash", "Amount": "2000", "Currency": "ZAR", "StoreID": "Store1", "Reference": "101", "Metadata": { "ActorUserIDs": "547828938941114" }};

  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Authorization': 'bearer YOUR_TOKEN', 'Content-Type': 'application/json' },
      body: JSON.stringify(payload)
    });
    const data = await response.json();
    console.log(data);
  } catch (error) {
    console.error('Error:', error);
  }
})();
