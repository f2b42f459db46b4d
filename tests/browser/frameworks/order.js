// The call to the shop's own server, shared by all pages of this folder.

/** Places an order: the shop's server creates the session and answers `{id, client_secret}`. */
export async function placeOrder() {
  const answer = await fetch('/order', { method: 'POST' });
  return answer.json();
}
