import { defineConfig } from 'rolldown';

/** The program as one file a module, for a process that evaluates the entry again and the rest once. */
export default defineConfig({
  input: 'src/cli.ts',
  platform: 'node',
  external: [/^[^./]/],
  output: { dir: process.env['MODULES_DIR'] ?? 'modules', format: 'esm', preserveModules: true },
});
