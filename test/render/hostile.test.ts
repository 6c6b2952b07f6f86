import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import type { Finding } from '../../src/manifest/finding.ts';
import { errorText, render } from '../../src/render/render.ts';
import type { OutputFormat, Result } from '../../src/render/result.ts';
import { openScreen } from '../../src/render/screen.ts';
import type { Streams } from '../../src/render/screen.ts';
import { staleLine } from '../../src/render/stale-text.ts';
import { plainStyle } from '../../src/render/style.ts';
import { changeOf, memoryRaised, planOf } from './plan-fixture.ts';

/** What a manifest, a file's name or a program may bring; names of containers cannot. Moves the cursor, names a link, sets a title, turns the direction, breaks the line, and is code and markup to code hosts. */
const hostile = 'a\x1b[2J\x1b]8;;http://x\x07\x1b]0;t\x07\u009b31m\u202egpj\u2066\u200b\u2028\r\n::error::x\n| b | `c` ```` <script>x</script> <!-- @someone #1 http://y [l](u) ![i](j) **b** \u{e0041}';

const unsafe = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

const error = new ReconcileError('ERR_ROOTFS', `${hostile}: ${hostile}`, { hint: hostile });
const field = { ...memoryRaised, path: `mounts.${hostile}`, before: hostile, after: { type: 'bind', source: hostile, readonly: true }, kernel: { file: 'cpuset.cpus', before: hostile, after: hostile } };
const plan = planOf([
  changeOf('web-1', { manifest: { file: hostile, line: 1 }, action: 'update', reason: 'manifest-changed', fields: [field], knownAtApply: [hostile] }),
  changeOf('web-2', { manifest: { file: hostile, line: 1 }, fields: [{ ...field, path: 'rootfs.id', files: { count: 1, paths: [hostile] } }] }),
  changeOf('web-3', {
    action: 'none',
    reason: 'refused',
    hazards: [{ code: 'sensitive-host-path', path: hostile, message: hostile, cost: hostile, hint: hostile, blocking: true, allowedBy: hostile }],
    refusals: [{ path: hostile, message: hostile, hint: hostile }],
  }),
]);
const finding = { file: hostile, line: 1, column: 1, path: hostile, message: hostile, got: hostile, hint: hostile, level: 'error', rule: `${hostile}/r` } as Finding;

const results: Readonly<Record<string, Result>> = {
  plan: { kind: 'plan', plan },
  apply: { kind: 'applied', plan, applied: { results: [], failed: [{ name: 'web', error }] } as never, durationMs: 1 },
  status: { kind: 'status', rows: [{ name: 'web', manifest: { file: hostile, line: 1 }, status: 'running', restarts: 0, cgroup: hostile, resources: { 'cpuset.cpus': hostile }, usage: {}, drift: [field] }] },
  doctor: { kind: 'doctor', checks: [{ name: 'runtime', state: 'bad', found: hostile, mend: hostile }] },
  validate: { kind: 'validated', validation: { files: 1, containers: 1, outcomes: [], findings: [finding], inRepository: (file) => file } },
};

const formats: readonly OutputFormat[] = ['text', 'json', 'markdown'];
const everyForm = Object.entries(results).flatMap(([command, result]) => [...formats, ...(command === 'validate' ? (['github', 'sarif'] as const) : [])].map((format) => [command, format, result] as const));

describe('hostile text', () => {
  it.each(everyForm)('reaches no terminal raw: %s -o %s', (_command, format, result) => {
    const text = render(result, format, plainStyle);

    expect(text.split('\n').filter((line) => unsafe.test(line))).toEqual([]);
    expect(text.split('\n').filter((line) => /^\s*::error::x/.test(line))).toEqual([]);
  });

  it.each(everyForm.filter(([, format]) => format === 'json' || format === 'sarif'))('is the same value in JSON: %s -o %s', (_command, format, result) => {
    const text = render(result, format, plainStyle);

    expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(hostile).slice(1, -1));
  });

  it.each(everyForm.filter(([, format]) => format === 'markdown'))('is no markup: %s -o %s', (_command, format, result) => {
    const outside = render(result, format, plainStyle)
      .replaceAll(/^(`{3,})\w*\n[^]*?\n\1$/gm, '')
      .replaceAll(/`[^`\n]*`/g, '');

    expect(/<script|(?<![\w&])@someone|\]\(u\)|<!--(?! -->)|#1 /.exec(outside)?.[0]).toBeUndefined();
    expect(outside.split('\n').filter((line) => line.startsWith('| b |'))).toEqual([]);
  });

  it('reaches no terminal raw as an error, a note or a stale fact', () => {
    const written: string[] = [];
    const stream = Object.assign(new PassThrough(), { isTTY: false });
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const screen = openScreen({ stdin: stream, stdout: stream, stderr: stream } as unknown as Streams, 'text', {});
    screen.note(hostile);
    screen.error(error);
    const texts = [...written, errorText(error, plainStyle), errorText({ code: 'ERR_STALE_PLAN', message: staleLine({ about: 'field', container: 'web', path: hostile, was: hostile, now: { a: hostile } }) }, plainStyle)];

    expect(written.length).toBeGreaterThan(1);
    expect(texts.flatMap((text) => unsafe.exec(text)?.[0] ?? [])).toEqual([]);
  });

  it('stands in the log as one line of JSON', () => {
    const script = `const { openLog } = await import('./src/log.ts'); (await openLog('info')).info({ text: ${JSON.stringify(hostile)} }, 'said');`;
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });

    expect(unsafe.exec(stderr)?.[0]).toBeUndefined();
    expect(JSON.parse(stderr)).toMatchObject({ text: hostile, msg: 'said' });
  });
});
