// Serves a Worker in workerd: `node serve.mjs OPTIONS`, started by start.mjs. OPTIONS is the path of Miniflare's options as JSON.
// When this file changes, the Worker starts again with the new options.
import { readFileSync, watchFile } from 'node:fs';
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare';

const LOOK_MS = 50;

const [file] = process.argv.slice(2);
const log = new Log(LogLevel.WARN);
const handleStructuredLogs = ({ message }) => console.log(message);
const options = () => convertV4MiniflareOptions({ ...JSON.parse(readFileSync(file, 'utf8')), log, handleStructuredLogs });

const miniflare = new Miniflare(options());
watchFile(file, { interval: LOOK_MS }, () => miniflare.setOptions(options()));
console.log(`The Worker is at ${await miniflare.ready}`);
