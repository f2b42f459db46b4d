/** The answers that ODM's two APIs share: the partner's, for issuing, and the merchant's, for accepting. */
import { json } from './answers.mjs';

export const SYSTEM_ERROR = refusal(500, 'Unexpected processing error');
export const PROCESSING = refusal(409, 'A request with this Idempotency-Key is still processing');
export const CONFLICT = refusal(409, 'Idempotency-Key was used with a different payload');

/** Returns a refusal. `message` is a text, or a list of texts. */
export function refusal(status, message) {
  return json(status, { message });
}
