/** Every call a provider received, in order, with what was answered or done. */
export class CallLog {
  #calls = [];
  #received = 0;
  #changed;

  /** `changed` is called whenever a call comes in or its outcome changes. */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Enters a call and returns its entry. `outcome` starts as "open" and becomes
   * "answered", "held" (kept open without a byte), "cut" (connection destroyed) or "unheard" (the client left first).
   */
  enter({ provider, method, path, headers, body }) {
    const call = {
      number: ++this.#received,
      at: new Date().toISOString(),
      provider,
      method,
      path,
      headers: redact(headers),
      body,
      scenario: null,
      did: null,
      verified: null,
      outcome: 'open',
      answer: null,
      client_left: false,
    };
    this.#calls.push(call);
    this.#changed();
    return call;
  }

  /** Notes what became of a call. */
  note(call, changes) {
    Object.assign(call, changes);
    this.#changed();
  }

  /** Forgets every call; numbering goes on, so that a number never means two calls. */
  reset() {
    this.#calls = [];
    this.#changed();
  }

  /** A copy of all calls, oldest first. */
  entries() {
    return structuredClone(this.#calls);
  }
}

/** Keys are worth money even in a sandbox: only the scheme and the kind of key stay readable. */
function redact({ authorization, ...others }) {
  const redacted = authorization === undefined ? {} : { authorization: `${kindOf(authorization)}[redacted]` };
  // A header of a provider's own that carries a key says so in its name.
  for (const [name, value] of Object.entries(others)) redacted[name] = /^x-.*(key|token|secret)$/.test(name) ? '[redacted]' : value;
  return redacted;
}

function kindOf(authorization) {
  return /^(\S+\s+(?:[a-z]{2}_(?:test|live)_)?)/i.exec(authorization)?.[1] ?? '';
}
