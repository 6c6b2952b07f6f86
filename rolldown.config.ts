import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Gives the bundle its run bit, and puts beside it the launcher that npm links and the manual page that it prints. */
function executable(): Plugin {
  return {
    name: 'executable',
    writeBundle() {
      const launcher = join(dirname(file), 'reconcile');
      copyFileSync('src/launcher.sh', launcher);
      for (const path of [file, launcher]) chmodSync(path, 0o755);
      writeFileSync(join(dirname(file), 'reconcile.1'), execFileSync(process.execPath, [file, 'man']));
    },
  };
}
