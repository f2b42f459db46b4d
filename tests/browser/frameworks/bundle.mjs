// Bundles a framework's page into one script, as the framework's own tools would: JSX by esbuild, Vue's and Svelte's files by
// their compilers.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile as compileSvelte } from 'svelte/compiler';
import { compileScript, parse } from 'vue/compiler-sfc';

const COMPILERS = {
  svelte: (source, filename) => compileSvelte(source, { filename, generate: 'client' }).js.code,
  // The setting that Vue's documentation requires: without it, Vue looks for a component of that name.
  vue: (source, filename) => {
    const compilerOptions = { isCustomElement: (tag) => tag === 'voucher-checkout' };
    const { descriptor } = parse(source, { filename, templateParseOptions: compilerOptions });
    return compileScript(descriptor, { id: filename, inlineTemplate: true, templateOptions: { compilerOptions } }).content;
  },
};

const components = {
  name: 'components',
  setup({ onLoad }) {
    onLoad({ filter: /\.(svelte|vue)$/ }, async ({ path }) => {
      const compiler = COMPILERS[path.split('.').at(-1)];
      return { contents: compiler(await readFile(path, 'utf8'), basename(path)), loader: 'js' };
    });
  },
};

/** Returns the bundled script of a page, from its file in this folder. */
export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    conditions: ['browser'],
    plugins: [components],
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  });
  return outputFiles[0].text;
}
