// The configuration of the deployed Worker, as Miniflare reads it.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, unlessUnchanged } from '../../edge/tools/up-to-date.mjs';

const CONFIG = 'wrangler.toml';
const OPTIONS = '.tools/deployed.json';

/**
 * Returns Miniflare's options for the Worker of wrangler.toml, without its code. The options are cached, because importing wrangler takes a
 * second.
 */
export async function deployedOptions() {
  await unlessUnchanged('deployed-options', { inputs: [CONFIG, 'package-lock.json'], outputs: [OPTIONS], settings: ROOT }, async () => {
    const { unstable_getMiniflareWorkerOptions: optionsOf, unstable_readConfig: readConfig } = await import('wrangler');
    const config = readConfig({ config: join(ROOT, CONFIG) });
    const { workerOptions } = optionsOf(config, undefined, { envFiles: [] });
    // Another test may read the file at this moment.
    const made = join(ROOT, `${OPTIONS}.${process.pid}`);
    mkdirSync(join(ROOT, '.tools'), { recursive: true });
    writeFileSync(made, JSON.stringify({ ...workerOptions, name: config.name }));
    renameSync(made, join(ROOT, OPTIONS));
  });
  return JSON.parse(readFileSync(join(ROOT, OPTIONS), 'utf8'));
}
