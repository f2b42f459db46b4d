// `npm run reindex`: makes the Worker send sessions and issued vouchers to the index again.
import { readFileSync } from 'node:fs';

const HELP = `npm run reindex [-- FILE]: makes the index's rows of these sessions and issued vouchers again.

FILE has one id a line, cs_… or vo_…, and so has the standard input that is read without it. Two variables name the Worker:

  CHECKOUT_URL       its address, such as https://pay.example.com
  MERCHANT_API_KEY   the shop's key

The objects keep what the index has not received, and send it when the index works again. This command is for rows that are lost or
were never there: those of a new database, and sessions from before the index. Ids are in your own orders, in the events that
your server has received, and in the logs. Exits with 1 when an id is not found.
`;
/** The most ids of one call. */
const AT_ONCE = 100;

async function main([file]) {
  if (file === '--help' || file === '-h') return void process.stdout.write(HELP);
  const { CHECKOUT_URL: url, MERCHANT_API_KEY: key } = process.env;
  if (!url || !key) throw new Error('Set CHECKOUT_URL and MERCHANT_API_KEY. npm run reindex -- --help explains them.');
  const ids = readFileSync(file ?? 0, 'utf8').split(/\s+/).filter(Boolean);
  for (let done = 0; done < ids.length; done += AT_ONCE) {
    const some = ids.slice(done, done + AT_ONCE);
    for (const { id, found } of await reindex(url, key.split(' ')[0], some)) {
      if (found) continue;
      console.log(`not found: ${id}`);
      process.exitCode = 1;
    }
    console.log(`${done + some.length} of ${ids.length}`);
  }
}

async function reindex(url, key, ids) {
  const answer = await fetch(new URL('/v1/reindex', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ids }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail ?? body.title ?? `The Worker answered ${answer.status}.`);
  return body.data;
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
