// Requires Node.js v18+
(async () => {
  const url = '{api-url}/viewVoucher?ns={community}';
  const payload = { "VoucherNo": "168-78439-48310", "Metadata": { "ActorUserIDs": "547828938941114" }};

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
