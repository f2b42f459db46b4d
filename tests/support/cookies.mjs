// Cookies as a browser keeps them, for tests that open pages without one.

/**
 * Returns a `send` like this one, with the cookies of one browser: it keeps those of each answer, sends them again, and follows the
 * redirect from the link of a hosted page. `cookies` maps names to values.
 */
export function withCookies(send) {
  const cookies = new Map();
  const own = async (method, path, { headers, ...options } = {}) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await send(method, path, { ...options, headers: { ...(cookie && { cookie }), ...headers } });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    const isRead = method === 'GET' || method === 'HEAD';
    return isRead && answer.status === 303 ? own(method, answer.headers.get('location'), { headers, ...options }) : answer;
  };
  return Object.assign(own, { cookies });
}

function keep(cookies, line) {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
  if (/; Max-Age=0;/.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

/** Returns the address of a session's hosted page in a browser that has opened its link. */
export const hostedPath = ({ id }) => `/pay/${id}`;
