import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import type { Plugin } from 'rolldown';
import { oneFile } from './src/start/one-file.ts';
import type { Index } from './src/start/program-file.ts';

/** Tests build elsewhere, so as not to touch what is installed. */
const file = process.env['RECONCILE_BUILD_FILE'] ?? 'dist/reconcile.js';
const folder = dirname(file);

/** The launcher's. */
const ownNode = 'node_modules/.bin/node';

let index: Index = {};

/** What every command needs, then what one needs that looks at manifests or the host; the rest as it is shared. */
const groups = [
  { name: 'main', test: /\/src\/main\.ts$/, priority: 2 },
  { name: 'look', test: /\/src\/(?:run-command|source\/dir|commands\/(?:plan|plan-host|status))\.ts$/, priority: 1 },
];

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // As it is built for node, this package looks for a variable of the environment at each token of a text.
  resolve: { alias: { yaml: fileURLToPath(new URL('node_modules/yaml/browser/dist/index.js', import.meta.url)) } },
  output: {
    dir: folder,
    format: 'cjs',
    dynamicImportInCjs: false,
    chunkFileNames: '[name].js',
    codeSplitting: { groups },
    charset: 'ascii',
    minify: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: 'hidden',
  },
  plugins: [oneFile(basename(file), (found) => { index = found; }), complete()],
});

/**
 * Gives the program its run bit, and puts beside it the launcher that npm links, the manual page that it prints, and
 * what V8 makes of it.
 */
function complete(): Plugin {
  return {
    name: 'complete',
    writeBundle() {
      const launcher = join(folder, 'reconcile');
      copyFileSync('src/launcher.sh', launcher);
      for (const path of [file, launcher]) chmodSync(path, 0o755);
      // In a package of type module, such as this one, node would start its loader of ES modules.
      writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
      rmSync(join(folder, 'code-cache'), { recursive: true, force: true });
      execFileSync(ownNode, ['src/start/make-code-cache.ts', file], {
        input: JSON.stringify(index),
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      writeFileSync(join(folder, 'reconcile.1'), execFileSync(ownNode, [file, 'man']));
    },
  };
}
