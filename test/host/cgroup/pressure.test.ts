import { describe, expect, it } from 'vitest';
import { below, makeTree } from './cgroup-tree.ts';
import { hybridApart, unified } from './mountinfo-samples.ts';

const lines = (avg10: string): string =>
  `some avg10=${avg10} avg60=1.00 avg300=0.10 total=77\nfull avg10=0.01 avg60=0.00 avg300=0.00 total=5\n`;

const files = { 'cpu.pressure': lines('12.34'), 'memory.pressure': lines('0.00'), 'io.pressure': lines('100.00') };

describe('pressure', () => {
  it('is the share of the last ten seconds in which some task waited', () => {
    const tree = makeTree({ mountinfo: unified, hierarchies: [''], files: below('reconcile/web', files) });

    expect(tree.open().pressure('web')).toEqual({ cpu: 12.34, memory: 0, io: 100 });
  });

  it('is told by the unified hierarchy of a hybrid host', () => {
    const tree = makeTree({ mountinfo: hybridApart, hierarchies: ['unified', 'memory'], files: below('unified/reconcile/web', files) });

    expect(tree.open().pressure('web')).toMatchObject({ io: 100 });
  });

  it('is not there where the kernel does not keep it', () => {
    const tree = makeTree({ mountinfo: unified, hierarchies: [''], files: below('reconcile/web', { 'memory.current': '1\n' }) });

    expect(tree.open().pressure('web')).toEqual({});
  });
});
