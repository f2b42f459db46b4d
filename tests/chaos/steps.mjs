// The server to which a Worker built with `crash-points` reports each stored step. The Worker continues only when the report is answered.
import { createHash } from 'node:crypto';
import { listenLocally } from '../simulator/listen.mjs';

/** The names of the kinds of objects in the report. */
const KINDS = { checkout: 'session', idempotency: 'shop’s call', voucher: 'voucher', event: 'event' };

/**
 * The progress of one course of calls: `steps` are the names of its stored steps, one text per write. After the step `stop`,
 * `{step, nth}`, the Worker gets no answer any more. `nth` counts the steps of this name, because payments and events run
 * concurrently and their order differs.
 */
export class Course {
  steps = [];
  /** The steps after which the Worker waits, `{step, response}`. */
  waiting = [];
  /** Resolves when the Worker waits. */
  held;
  #isHeld;
  #next = Promise.withResolvers();

  constructor(name, stop) {
    this.name = name;
    this.stop = stop;
    this.held = new Promise((resolve) => (this.#isHeld = resolve));
  }

  /** Records a step, and returns whether the Worker may continue. */
  reached(step, response) {
    this.steps.push(step);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
    if (this.waiting.length === 0 && !this.#isStop(step)) return true;
    this.waiting.push({ step, response });
    this.#isHeld();
    return false;
  }

  /** Returns a promise that resolves with the next step. */
  next() {
    return this.#next.promise;
  }

  /** Lets the restarted Worker run through to the end. Returns the steps right after which it was stopped. */
  release() {
    this.wasHeld = this.waiting.length > 0;
    const stopped = this.waiting.map(({ step }) => step);
    for (const { response } of this.waiting) response.destroy();
    this.stop = undefined;
    this.waiting = [];
    return stopped;
  }

  /** Returns every recorded step as a step to stop after. */
  points() {
    return this.steps.map((step, place) => ({ step, nth: count(this.steps.slice(0, place + 1), step) }));
  }

  #isStop(step) {
    return this.stop?.step === step && count(this.steps, step) === this.stop.nth;
  }
}

/**
 * Starts the server. `every` are the names of all possible steps, as the Worker reports them; `unattributed` the steps that belong to
 * no course, now or before; `differing` those after which the state that an object keeps in memory differed from its ledger.
 */
export async function startSteps() {
  const steps = { every: { checkout: [], idempotency: [], any: [] }, unattributed: [], differing: [], courses: new Map(), over: new Set() };

  const { port, close } = await listenLocally(0, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { object, about: names, steps: written, every, is_kept: isKept } = JSON.parse(Buffer.concat(parts).toString());
    steps.every = every;
    const course = names.map(digitsOf).map((name) => steps.courses.get(name)).find(Boolean);
    const words = written.map((step) => nameOf(object, step));
    if (!isKept) steps.differing.push(`${words.join(' + ')} of ${names.join(' ')}`);
    // After its course has ended, a webhook about a payment recorded as "not found" can still cause a look-up.
    const isOver = names.some((name) => steps.over.has(digitsOf(name)));
    if (!course && !isOver) steps.unattributed.push(`${words.join(' + ')} of ${names.join(' ')}`);
    // An object created under a key is reported together with the key, before its id is known here.
    if (course) for (const name of names.filter(Boolean)) steps.courses.set(digitsOf(name), course);
    if (!course || course.reached(words.join(' + '), response)) response.writeHead(204).end();
  });

  return Object.assign(steps, {
    url: `http://localhost:${port}/`,
    close,
    /** Assigns a key of the shop, and every object created under it, to this course. */
    expect: (course, key) => steps.courses.set(digitsOfKey(key), course),
    /** Ends all courses, so that others can begin. */
    begin() {
      for (const name of steps.courses.keys()) steps.over.add(name);
      steps.courses.clear();
    },
    /** Returns the names of all steps. */
    names: () => [
      ...steps.every.checkout.map((step) => nameOf('checkout', step)),
      ...steps.every.idempotency.map((step) => nameOf('idempotency', step)),
      ...steps.every.any.map((step) => nameOf(...placeOf(step))),
    ],
  });
}

const count = (steps, step) => steps.filter((one) => one === step).length;

/** Returns the object of a step that is not a ledger entry, and the step. */
const placeOf = (step) => [{ held: 'voucher', trying: 'event', tried: 'event', forgotten: 'idempotency', secrets: 'checkout' }[step] ?? 'any', step];

const nameOf = (object, step) => `${KINDS[object] ?? object}: ${step}`;

/**
 * Returns the random digits of an id or a reference: the others of a session are computed from them, and are not known from the key that it
 * was created under.
 */
export const digitsOf = (name) => name?.replace(/^(cs_|vo_|vo-)/, '').slice(0, 20);

/** Returns the digits of everything that is created under a key of the shop. */
export const digitsOfKey = (key) => createHash('sha256').update(key).digest('hex').slice(0, 20);
