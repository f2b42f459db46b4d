// Builds what is deployed, and keeps its loader for the next releases: `node edge/tools/release.mjs`, the first step of `npm run deploy`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { addLoader, releasedLoaders } from './loaders.mjs';
import { ROOT } from './up-to-date.mjs';

await buildAll();
const dist = join(ROOT, 'www', 'dist');
const { loader } = JSON.parse(readFileSync(join(dist, 'assets.json'), 'utf8'));
const [newest] = releasedLoaders();
const name = loader.slice(1);
addLoader(name, { dist });
if (name !== newest) console.log(`Commit www/loaders: ${name} is a new loader.`);
