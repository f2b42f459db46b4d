/** Makes a merchant's calls safe to repeat: the answer to a request is stored under its Idempotency-Key. */
import { CONFLICT, PROCESSING } from './odm-answers.mjs';
import { readKey } from './odm-request.mjs';

export class StoredAnswers {
  #entries = new Map();

  /**
   * Carries a request out by `act(entry)`, or answers it again. `act` sets `entry.answer`, the answer to a repetition of the request,
   * and `entry.readyAt`, until when a repetition is refused as still processing. Without `entry.answer` a repetition is carried
   * out again, with `entry.isFirst` false. A refusal (`isRefusal`) leaves the key unused.
   */
  once(header, payload, act) {
    const { key, refused } = readKey(header);
    if (refused) return { ...refused, did: 'refused, nothing taken' };
    const entry = this.#entries.get(key) ?? { key, payload, isFirst: true, answer: undefined, readyAt: 0, scenario: undefined };
    const { scenario } = entry;
    if (entry.payload !== payload) return { ...CONFLICT, scenario, did: 'refused, nothing taken' };
    if (Date.now() < entry.readyAt) return { ...PROCESSING, scenario, did: 'still processing' };
    if (entry.answer) return { ...entry.answer, scenario, did: 'answered again, nothing more taken' };

    const answer = act(entry);
    if (!answer.isRefusal) this.#entries.set(key, Object.assign(entry, { isFirst: false, scenario: answer.scenario }));
    return answer;
  }

  reset() {
    this.#entries.clear();
  }
}
