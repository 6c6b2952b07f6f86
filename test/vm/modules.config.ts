import { defineConfig } from 'rolldown';

/** The program as one file a module, for a process that evaluates the entry again and the rest once. */
export default defineConfig({
  input: 'src/cli.ts',
  platform: 'node',
  external: [/^[^./]/],
  output: { dir: process.env['MODULES_DIR'] ?? 'modules', format: 'esm', preserveModules: true },
  plugins: [
    {
      name: 'package',
      // They lie below a build, whose own files are of the other type.
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
      },
    },
  ],
});
