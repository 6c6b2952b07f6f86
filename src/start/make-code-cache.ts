import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { codeFile, sealCode } from './code-cache.ts';
import { openLoader } from './loader.ts';
import type { Index } from './program-file.ts';

/*
 * Writes what V8 makes of a program's chunks below its folder: `node make-code-cache.ts PROGRAM`, its index on stdin.
 * Functions are compiled when they are first called: those of some commands are, here, so that they are found compiled.
 */

const program = process.argv[2] ?? '';
const index = JSON.parse(readFileSync(0, 'utf8')) as Index;
const loader = openLoader({ path: program, index }, process.getBuiltinModule);

/** They write nothing, and that they may fail here, for want of a runtime or of cgroups, does no harm. */
async function runCommands(): Promise<void> {
  const { main } = loader.load('main.js') as { main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> };
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-build-'));
  const settings = ['--root', join(folder, 'run'), '--data', join(folder, 'data'), '--cgroup-parent', 'reconcile-build'];
  const commands = [['--version'], ['plan', ...settings], ['status', ...settings], ['validate']];
  for (const command of commands) await main(command, {});
  rmSync(folder, { recursive: true });
}

function writeCode(name: string): void {
  const { script, bytes } = loader.compile(name);
  const file = codeFile(program, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, sealCode(script.createCachedData(), bytes));
}

// Else V8 drops what was not called for a while. Code for other flags than those of a usual process would be of no use.
setFlagsFromString('--no-flush-bytecode');
await runCommands();
setFlagsFromString('--flush-bytecode');
for (const name of Object.keys(index)) writeCode(name);
process.exitCode = 0;
