import { codecFor } from '../../src/host/cgroup/codec-for.ts';

const facts = { pageBytes: 4096, cpus: '0-3', mems: '0', unsupported: {} };

const onlyUnified = 'cgroup v1 has no such file';

/** The translations of two hosts with four CPUs. */
export const codecs = {
  unified: codecFor('unified', { ...facts, ioWeightFile: 'io.weight' }),
  hybrid: codecFor('hybrid', {
    ...facts,
    unsupported: { 'memory.min': onlyUnified, 'memory.low': onlyUnified, 'memory.high': onlyUnified, 'memory.oom.group': onlyUnified, 'io.weight': 'no file' },
  }),
};
