import { mkdirSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { openFailingDisk, openQuotaDisk } from '../support/bad-disk.ts';
import type { BadDisk } from '../support/bad-disk.ts';
import { expectNothingPlanned, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { isAlive, pidsOf, readCgroup } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits, startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

/** A disk that takes something again is noticed within this. */
const recoversWithinMs = 10_000;

interface Kind {
  readonly fault: string;
  readonly how: string;
  readonly programs: readonly string[];
  readonly open: (folder: string) => BadDisk;
  readonly mend: (which: 'root' | 'data') => RegExp;
}

const kinds: Readonly<Record<string, Kind>> = {
  'a disk that fails': {
    fault: 'a disk fails',
    how: 'EIO of the kernel: the device below --root or --data ends before its blocks for files, under a watch',
    programs: ['mke2fs', 'dumpe2fs', 'findmnt', 'perl'],
    open: openFailingDisk,
    mend: () => /dmesg/,
  },
  'a disk whose quota is used up': {
    fault: 'a quota is used up',
    how: 'EDQUOT of the kernel: a quota group of btrfs below --root or --data, under a watch',
    programs: ['mkfs.btrfs', 'btrfs'],
    open: openQuotaDisk,
    mend: (which) => new RegExp(`make room below .*--${which}`),
  },
};

const cases = Object.values(kinds).flatMap((kind) => (['root', 'data'] as const).map((which) => [which, kind] as const));

for (const [title, kind] of Object.entries(kinds)) {
  requires({ root: true, programs: ['conmon', 'busybox', ...kind.programs] })(title, () => {
    let host: Instance;
    let disk: BadDisk | undefined;
    let watcher: Watcher | undefined;
    afterEach(async () => {
      try {
        // Who waits for the disk cannot be ended.
        disk?.mend();
        await watcher?.stop('SIGKILL');
        expect(host.run('destroy', '--yes')).toMatchObject({ status: 0 });
      } finally {
        await disk?.close();
        await host.close();
      }
    });

    const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;
    /** Its root filesystem takes a write to --data, and its notes one to --root. */
    const fresh = (word: string): string => sleeper('fresh', [soon]).replace('[/bin/busybox]}}', `[/bin/busybox, /bin/${word}]}}`);

    it.for(cases.filter(([, one]) => one === kind).map(([which]) => which))('below --%s keeps a watch neither from what needs none, nor, once it is well, from the rest', { timeout: within(30_000 + 15_000 * trials) }, async (which, { task }) => {
      task.meta.faultTrials = { fault: kind.fault, how: kind.how, trials };
      host = openInstance();
      mkdirSync(host[which], { recursive: true, mode: 0o700 });
      disk = kind.open(host[which]);
      const talk = 'mkfifo /pipe; exec 3<>/pipe; while :; do echo line; read -t 1 word <&3; done';
      host.write('talker.yaml', shell('talker', talk, [soon]));
      host.write('kept.yaml', sleeper('kept', [soon, limits(64)]));
      watcher = host.watch('--resync', '1h');
      await watcher.until(/watching/i);
      const untouched = startsOf(host, ['kept', 'talker']);

      for (let trial = 1; trial <= trials; trial += 1) {
        const told = watcher.output().length;
        disk.refuse();
        host.write('kept.yaml', sleeper('kept', [soon, limits(64 + trial)]));
        host.write('fresh.yaml', fresh(['sh', 'true', 'ls'][trial % 3] ?? 'sh'));
        await eventually(() => { expect(readCgroup(host.cgroup('kept'), 'pids.max')).toBe(String(64 + trial)); }, 5_000);
        await eventually(() => {
          const line = watcher?.output().slice(told).split('\n').find((text) => text.includes('"container":"fresh"') && disk?.refusal.test(text));
          expect(line ?? '', watcher?.output().slice(told)).toMatch(kind.mend(which));
        });
        expect(startsOf(host, ['kept', 'talker'])).toEqual(untouched);

        disk.mend();
        await eventually(() => {
          expect(pidsOf(host.cgroup('fresh')).filter(isAlive)).toHaveLength(1);
          expectNothingPlanned(host);
        }, recoversWithinMs);
        expect(startsOf(host, ['kept', 'talker'])).toEqual(untouched);
        host.remove('fresh.yaml');
        await eventually(() => { expect(misfits(host, ['kept', 'talker']).join('\n')).toBe(''); });
      }

      expect(watcher.output()).not.toMatch(/ERR_INTERNAL/);
      expect(await watcher.stop()).toBe(0);
      expect(misfits(host, ['kept', 'talker']).join('\n')).toBe('');
    });
  });
}
