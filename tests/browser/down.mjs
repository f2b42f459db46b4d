import assert from 'node:assert/strict';

/** Makes Kora fail until the Worker stops calling it. */
export async function takeKoraDown(stack) {
  for (let times = 0; times < 10; times += 1) {
    const session = await stack.createSession('kora', { providers: ['kora'] });
    const { body } = await stack.redeem(session, { pin: stack.freshPin('kora', 'error_before') });
    if (body.code === 'provider_down') return;
  }
  assert.fail('Kora is still asked');
}
