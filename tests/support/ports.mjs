// Free ports for programs that are told their port before they listen.
import { isTaken } from '../../edge/tools/workerd.mjs';

/** Returns a free port whose successor is free, too. None of them is among those that the system gives to the connections of other tests. */
export async function freePort() {
  const port = 10_000 + Math.floor(Math.random() * 20_000);
  return (await isTaken(port)) || (await isTaken(port + 1)) ? freePort() : port;
}
