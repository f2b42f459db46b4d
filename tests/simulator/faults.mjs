/**
 * The ways in which a network or a server loses an answer, the same for every provider. Each occurs twice: before the money
 * moved and after it. The words "before" and "after" refer to the money, never to what the client can see.
 */
import { html, hangUp, hangUpMidway, silence } from './answers.mjs';

const BEFORE = 'Nothing is taken';
const AFTER = 'The money is taken';

/** The first scenario number of the faults; providers number their own scenarios below it. */
const FIRST_NUMBER = 20;

/** The scenario rows of all faults, for a provider's table. `fault` says whether it is before or after the money moved. */
export const FAULT_SCENARIOS = [
  row('error_before', 'Error 500, nothing taken', `${BEFORE}; the answer is HTTP 500.`),
  row('error_after', 'Error 500, money taken', `${AFTER}, then the answer is HTTP 500.`),
  row('silent_before', 'No answer, nothing taken', `${BEFORE}; the connection stays open without a byte.`),
  row('silent_after', 'No answer, money taken', `${AFTER}, then the connection stays open without a byte.`),
  row('cut_before', 'Connection cut, nothing taken', `${BEFORE}; the connection is destroyed without a byte.`),
  row('cut_after', 'Connection cut, money taken', `${AFTER}, then the connection is destroyed in the middle of the answer.`),
  row('html_before', 'HTML page, nothing taken', `${BEFORE}; the answer is an HTML page with HTTP 502.`),
  row('html_after', 'HTML page, money taken', `${AFTER}, then the answer is an HTML page with HTTP 200.`),
  row('unlisted_before', 'Unknown error, nothing taken', `${BEFORE}; the answer is an error that the document does not list.`),
  row('unlisted_after', 'Unknown error, money taken', `${AFTER}, then the answer is an error that the document does not list.`),
].map((scenario, index) => ({ ...scenario, number: FIRST_NUMBER + index }));

/**
 * Returns the fault that the client gets instead of an answer. `systemError` is the provider's own HTTP 500, `unlisted` an error in its
 * form that its document does not list; `lost` is the answer that a connection cut after the money moved was about to carry.
 */
export function faultAnswer(scenario, { systemError, unlisted, lost }) {
  switch (scenario.name) {
    case 'error_before':
    case 'error_after':
      return systemError;
    case 'silent_before':
    case 'silent_after':
      return silence();
    case 'cut_before':
      return hangUp();
    case 'cut_after':
      return hangUpMidway(lost);
    case 'unlisted_before':
    case 'unlisted_after':
      return unlisted;
    case 'html_before':
      return html(502, '502 Bad Gateway');
    case 'html_after':
      return html(200, 'We will be right back');
    default:
      throw new Error(`not a fault: ${scenario.name}`);
  }
}

function row(name, title, whatHappens) {
  return { name, title, whatHappens, fault: name.endsWith('_after') ? 'after' : 'before' };
}
