import { chmodSync } from 'node:fs';
import { defineConfig } from 'rolldown';
import type { Plugin } from 'rolldown';

/** Tests build elsewhere, so as not to touch what is installed. */
const file = process.env['RECONCILE_BUILD_FILE'] ?? 'dist/reconcile.js';

export default defineConfig({
  input: 'src/cli.ts',
  platform: 'node',
  output: { file, format: 'esm', codeSplitting: false, sourcemap: true, minify: true },
  plugins: [executable()],
});

/** Gives the bundle its run bit: npm links it as it is. */
function executable(): Plugin {
  return {
    name: 'executable',
    writeBundle() {
      chmodSync(file, 0o755);
    },
  };
}
