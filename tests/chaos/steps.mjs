// Whom a Worker built with `crash-points` tells of each step that is on disk, and which goes on only when that is answered.
import { createHash } from 'node:crypto';
import { listenLocally } from '../simulator/listen.mjs';

/** The kinds of objects, as the report names them. */
const KINDS = { checkout: 'session', idempotency: 'shop’s call', voucher: 'voucher', event: 'event' };

/**
 * What one shopper or shop does, and how far the Worker has come with it: `steps` are the names of what is on disk, one text per
 * write. After the step `stop`, `{step, nth}`, the Worker is not answered any more: the nth of this name, because payments and
 * events go on beside each other, and which of them is quicker differs.
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

  /** One more step; true when the Worker may go on. */
  reached(step, response) {
    this.steps.push(step);
    this.#next.resolve();
    this.#next = Promise.withResolvers();
    if (this.waiting.length === 0 && !this.#isStop(step)) return true;
    this.waiting.push({ step, response });
    this.#isHeld();
    return false;
  }

  /** Resolves with the next step. */
  next() {
    return this.#next.promise;
  }

  /** The Worker is gone: whatever it does from now on, it may do. Gives the steps right after which it was stopped. */
  release() {
    this.wasHeld = this.waiting.length > 0;
    const stopped = this.waiting.map(({ step }) => step);
    for (const { response } of this.waiting) response.destroy();
    this.stop = undefined;
    this.waiting = [];
    return stopped;
  }

  /** Every step it has come to, as one to stop after. */
  points() {
    return this.steps.map((step, place) => ({ step, nth: count(this.steps.slice(0, place + 1), step) }));
  }

  #isStop(step) {
    return this.stop?.step === step && count(this.steps, step) === this.stop.nth;
  }
}

/**
 * Starts the server. `sessionOf(event)` gives the id of the session or voucher that an event is about. `every` are the names of all
 * steps there are, as the Worker tells them; `nobodys` the steps that belong to no course, now or before; `differing` those after which the
 * state that an object keeps in memory was not what its ledger adds up to.
 */
export async function startSteps(sessionOf) {
  const steps = { every: { checkout: [], idempotency: [], any: [] }, nobodys: [], differing: [], courses: new Map(), over: new Set() };

  const { port, close } = await listenLocally(0, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { object, about, steps: written, every, is_kept: isKept } = JSON.parse(Buffer.concat(parts).toString());
    steps.every = every;
    const names = object === 'event' ? about.map(sessionOf) : about;
    const course = names.map(bare).map((name) => steps.courses.get(name)).find(Boolean);
    const words = written.map((step) => nameOf(object, step));
    if (!isKept) steps.differing.push(`${words.join(' + ')} of ${about.join(' ')}`);
    // What a webhook has said of a payment that counts as nothing may still be looked up when all else is over.
    const isOver = names.some((name) => steps.over.has(bare(name)));
    if (!course && !isOver) steps.nobodys.push(`${words.join(' + ')} of ${about.join(' ')}`);
    // What is made under a key is named by it, and nobody has heard of it yet.
    if (course) for (const name of names.filter(Boolean)) steps.courses.set(bare(name), course);
    if (!course || course.reached(words.join(' + '), response)) response.writeHead(204).end();
  });

  return Object.assign(steps, {
    url: `http://localhost:${port}/`,
    close,
    /** A key of the shop belongs to this course, and whatever is made under it. */
    expect: (course, key) => steps.courses.set(createHash('sha256').update(key).digest('hex').slice(0, 20), course),
    /** The courses are over: others begin. */
    begin() {
      for (const name of steps.courses.keys()) steps.over.add(name);
      steps.courses.clear();
    },
    /** The names of all steps. */
    names: () => [
      ...steps.every.checkout.map((step) => nameOf('checkout', step)),
      ...steps.every.idempotency.map((step) => nameOf('idempotency', step)),
      ...steps.every.any.map((step) => nameOf(...placeOf(step))),
    ],
  });
}

const count = (steps, step) => steps.filter((one) => one === step).length;

/** In which object a step is taken that is no entry of a ledger. */
const placeOf = (step) => [{ held: 'voucher', tried: 'event', forgotten: 'idempotency', secrets: 'checkout' }[step] ?? 'any', step];

const nameOf = (object, step) => `${KINDS[object] ?? object}: ${step}`;

const bare = (name) => name?.replace(/^(cs|vo)_/, '');
