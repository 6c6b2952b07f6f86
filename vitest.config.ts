import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { within } from './test/support/pace.ts';

/** The command lines of unit tests start from the sources: what node makes of them is kept. */
const env = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? new URL('.cache/compile', import.meta.url).pathname };

// They wait for most of their time: two files side by side, each with instances of its own, and none beside the unit tests.
// A guest has no processor to spare for a second one.
const system = {
  testTimeout: within(60_000),
  hookTimeout: within(60_000),
  expect: { poll: { timeout: within(10_000), interval: within(50) } },
  maxWorkers: process.env['LANE'] === 'guest' ? 1 : 2,
  globalSetup: './test/support/build-program.ts',
  env,
};

const systemTests = { ...system, include: ['test/system/**/*.test.ts'] };

const legacy = { test: { ...systemTests, name: 'system-legacy', env: { ...env, LANE: 'legacy', RECONCILE_RUNTIME: 'runc' }, sequence: { groupOrder: 3 } } };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/totals-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/faults/**', 'test/vm/**'],
          testTimeout: 20_000,
          // A poll looks no last time when it is over: a stall of this length is a failure.
          expect: { poll: { timeout: 10_000 } },
          maxWorkers: '100%',
          // Not 0: that group would come last on a machine with one worker.
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...systemTests, name: 'system', sequence: { groupOrder: 2 } } },
      // A hybrid host can show what a legacy one does, to a mount namespace.
      ...(existsSync('/sys/fs/cgroup/unified/cgroup.controllers') ? [legacy] : []),
      // What goes wrong goes wrong in the same calls whatever the hierarchy.
      { test: { ...system, name: 'faults', include: ['test/faults/**/*.test.ts'], sequence: { groupOrder: 4 } } },
      // Each file boots a guest of its own, and emulation is all that it waits for.
      { test: { name: 'vm', include: ['test/vm/*.test.ts'], maxWorkers: 3, sequence: { groupOrder: 5 } } },
      // Hours, for whoever has them: `npm run test:chaos`.
      { test: { name: 'vm-faults', include: ['test/vm/faults/*.test.ts'], sequence: { groupOrder: 6 } } },
    ],
  },
});
