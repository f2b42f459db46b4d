/**
 * Celbux's notification of a successful action: flat fields, a fixed header agreed on beforehand, no signature. The document
 * does not list all fields; that the Reference is among them, as Action_Reference, is an assumption.
 */

/**
 * Returns the notification of a transaction. `event` sets another TT, `data` replaces fields, `raw` is sent as the whole body;
 * `tamper` is "token" for a wrong header or "no_token" for none.
 */
export function celbuxNotice({ transaction, community, url, token, event = transaction.type, data, raw, tamper }) {
  const fields = {
    Action_Community: community,
    Action_TT: event,
    Action_ID: transaction.tid,
    Action_Namespace: community,
    Action_VoucherType: transaction.voucherType ?? '',
    Action_Reference: transaction.reference ?? '',
    ...data,
  };
  const headers = { authorization: tamper === 'token' ? `not-${token}` : token };
  if (tamper === 'no_token') delete headers.authorization;
  return {
    provider: 'celbux',
    url,
    event,
    reference: transaction.reference ?? null,
    headers,
    body: raw ?? JSON.stringify(fields),
    isTaken: (status) => status >= 200 && status < 300,
  };
}
