import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '../support/pace.ts';

/** Far beyond what node closes of its own accord when it starts. */
const inheritedFd = 40;

/** Each way of starting a program that src has, as a line of a script; each starts the program `probe` with `args`. */
const ways: Readonly<Record<string, string>> = {
  run: `const { run } = await import(host + 'exec.ts'); say((await run(probe, args, { timeoutMs: 10_000 })).stdout);`,
  'run with input': `const { run } = await import(host + 'exec.ts'); say((await run(probe, args, { timeoutMs: 10_000, input: 'x' })).stdout);`,
  askSync: `const { askSync } = await import(host + 'exec.ts'); say(askSync(probe, args));`,
  starter: `const { openStarter } = await import(host + 'runtime/starter.ts');
    const started = await openStarter(undefined).start({ file: probe, args: [args[0], \`{ \${args[1]}; echo '{'; } >&3\`], cwd: '/' });
    await started.answer; say(started.words());`,
  spawnHolder: `const { spawnHolder } = await import(host + 'spawn.ts');
    let text = ''; for await (const chunk of (await spawnHolder(probe, args)).stdout) text += chunk; say(text);`,
  runInteractive: `const { runInteractive } = await import(host + 'spawn.ts'); await runInteractive(probe, args);`,
};

let secret: number;
beforeAll(() => { secret = openSync('/etc/passwd', 'r'); });
afterAll(() => { closeSync(secret); });

/** What the started program has: the targets of its descriptors, and its environment, a line each. */
const probeScript = 'for fd in /proc/$$/fd/*; do echo "fd ${fd##*/} $(readlink $fd)"; done; env | while read -r line; do echo "env $line"; done';

function probe(way: string): readonly string[] {
  const script = `
    const [host, probe, args] = ${JSON.stringify([new URL('../../src/host/', import.meta.url).pathname, '/bin/sh', ['-c', probeScript]])};
    const say = (text) => process.stdout.write(String(text));
    ${ways[way]}
  `;
  const stdio = [...Array.from({ length: inheritedFd }, (_, fd) => fd === 1 || fd === 2 ? 'pipe' : 'ignore'), secret];
  const env = { ...process.env, CANARY: 'caged' };
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', stdio, env, timeout: within(20_000) });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('a program that is started', () => {
  it.each(Object.keys(ways))('has no file and no variable that we inherited: %s', (way) => {
    const lines = probe(way);

    expect(lines.filter((line) => line.startsWith('fd ')).length, 'it can tell').toBeGreaterThan(2);
    expect(lines.filter((line) => /passwd|CANARY/.test(line))).toEqual([]);
  });
});
