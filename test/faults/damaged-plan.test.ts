import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { sleeper } from '../support/manifest.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

/** `TRIALS=10 npm run test:chaos` tries ten times as many places. */
const places = 6 * Math.max(1, Number(process.env['TRIALS'] ?? 1));

describeOnHost('a saved plan', () => {
  let host: Instance;
  let file: string;
  beforeEach(() => {
    host = openInstance();
    file = join(host.folder, 'next.plan');
    host.write('web.yaml', sleeper('web'));
    expect(host.run('plan', '--out', file, host.manifests).status).toBe(0);
  });
  afterEach(() => host.close());

  it('in which a bit was turned, or which was cut off, is refused and changes nothing', ({ task }) => {
    task.meta.faultTrials = { fault: 'a saved plan is damaged', how: 'a bit turned, or all behind it cut off, at places all over the file', trials: 2 * places };
    const whole = readFileSync(file);
    for (let count = 0; count < places; count += 1) {
      const at = Math.floor((count * whole.length) / places);
      const turned = Buffer.from(whole);
      turned[at] = (turned[at] ?? 0) ^ (1 << (count % 8));
      for (const [what, bytes] of [['turned', turned], ['cut off', whole.subarray(0, at)]] as const) {
        writeFileSync(file, bytes);

        const { status, stdout, stderr } = host.run('apply', '--yes', file);

        const where = `${what} at ${at}: ${stderr}`;
        expect([status, stdout], where).toEqual([1, '']);
        expect(stderr, where).toMatch(/\[ERR_(?:PLAN_FILE|MANIFEST_INVALID)\]/);
        expect(stderr, where).not.toMatch(/\n\s+at /);
      }
    }

    expect(misfits(host, [])).toEqual([]);
    writeFileSync(file, whole);
    expect(host.run('apply', file).status).toBe(0);
  });

  it('that others than root can write is refused, whatever it says', () => {
    chmodSync(file, 0o666);

    const { status, stderr } = host.run('apply', file);

    expect(status).toBe(1);
    expect(stripVTControlCharacters(stderr)).toMatch(/next\.plan: can be written by anybody, who would so decide what root does \[ERR_PLAN_FILE\]\n.*chmod go-w .*; or allow it with --any-owner/);
    expect(misfits(host, [])).toEqual([]);
    expect(host.run('apply', '--any-owner', file).status).toBe(0);
  });
});
