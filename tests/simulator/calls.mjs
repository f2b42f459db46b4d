/** Every call that a provider received, in order, with its answer or fault. */
export class CallLog {
  #calls = [];
  #received = 0;
  #changed;

  /** Creates a log. `changed` is called whenever a call comes in or its outcome changes. */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Records a call and returns its entry. `outcome` starts as "open" and becomes "answered", "held" (kept open without a byte),
   * "cut" (connection destroyed) or "unheard" (the client left first).
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

  /** Records the outcome of a call. */
  note(call, changes) {
    Object.assign(call, changes);
    this.#changed();
  }

  /** Forgets every call; numbering continues, so that a number never means two calls. */
  reset() {
    this.#calls = [];
    this.#changed();
  }

  /** Returns a copy of all calls, oldest first. */
  entries() {
    return structuredClone(this.#calls);
  }
}

/** Redacts keys, which are worth money even in a sandbox: only the scheme and the kind of key stay readable. */
function redact({ authorization, ...others }) {
  const redacted = authorization === undefined ? {} : { authorization: `${kindOf(authorization)}[redacted]` };
  // The name of a provider's own header says that it carries a key.
  for (const [name, value] of Object.entries(others)) redacted[name] = /^x-.*(key|token|secret)$/.test(name) ? '[redacted]' : value;
  return redacted;
}

function kindOf(authorization) {
  return /^(\S+\s+(?:[a-z]{2}_(?:test|live)_)?)/i.exec(authorization)?.[1] ?? '';
}
