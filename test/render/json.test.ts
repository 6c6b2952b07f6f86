import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import { render } from '../../src/render/render.ts';
import type { Result } from '../../src/render/result.ts';
import { plainStyle } from '../../src/render/style.ts';
import type { StatusRow } from '../../src/render/status.ts';
import { changeOf, memoryRaised, planOf } from './plan-fixture.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
ajv.addSchema(readSchema('plan'), 'plan.schema.json');
ajv.addSchema(readSchema('status'), 'status.schema.json');

function readSchema(name: string): object {
  return JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as object;
}

function shown(result: Result): unknown {
  return JSON.parse(render(result, 'json', plainStyle));
}

function faultsOf(schema: 'plan' | 'status', value: unknown): unknown {
  ajv.validate(`${schema}.schema.json`, value);
  return ajv.errors;
}

const everyPart = planOf([
  changeOf('web', {
    action: 'update',
    reason: 'manifest-changed',
    fields: [memoryRaised, { path: 'process.env.TOKEN', after: '(hidden)', effect: 'restart', origin: 'manifest', enforced: true }],
    hazards: [{ code: 'writable-layer-lost', path: 'rootfs', message: 'm', cost: 'c', hint: 'h', blocking: false }],
    refusals: [{ path: '', message: 'm', hint: 'h' }],
    pid: 42,
    exit: { code: 137, oomKilled: true },
    notBeforeMs: 12.5,
  }),
  changeOf('jail', {
    action: 'replace',
    reason: 'rootfs-changed',
    fields: [{ path: 'rootfs.id', before: 'a', after: 'b', effect: 'replace', origin: 'drift', enforced: true, files: { count: 1, paths: ['/bin/a'] } }],
    exit: { oomKilled: false },
  }),
]);

const row: StatusRow = {
  name: 'web-0',
  manifest: { file: 'manifests/web.yaml', line: 1 },
  status: 'running',
  pid: 42,
  runningMs: 12.5,
  restarts: 1,
  cgroup: '/reconcile/web-0',
  resources: { 'cpu.max': 1.5, 'memory.max': 536870912, 'memory.swap.max': 0, 'pids.max': 'max' },
  usage: { memoryBytes: 4096, tasks: 1, cpuUsec: 7, oomKills: 0, pressure: { cpu: 0.5, memory: 12.25, io: 0 } },
  lastExit: { code: 137, oomKilled: true, ranMs: 5 },
  drift: [memoryRaised],
};

describe('render as JSON', () => {
  it('shows a plan as its schema says, without its steps', () => {
    const value = shown({ kind: 'plan', plan: everyPart });

    expect(faultsOf('plan', value)).toBeNull();
    expect(value).not.toHaveProperty('steps');
    expect(value).toHaveProperty('changes.0.fields.0.kernel.after', '536870912');
  });

  it('shows what was applied as a plan with its failures', () => {
    const error = new ReconcileError('ERR_CGROUP_WRITE', 'web: EBUSY', { hint: 'wait' });

    const value = shown({ kind: 'applied', plan: everyPart, applied: { done: 1, skipped: 0, failed: [{ name: 'web', error }] }, durationMs: 1 });

    expect(faultsOf('plan', value)).toBeNull();
    expect(value).toHaveProperty('failed', [{ name: 'web', code: 'ERR_CGROUP_WRITE', message: 'web: EBUSY', hint: 'wait' }]);
  });

  it('shows a status as its schema says, with limits nested as in a manifest', () => {
    const value = shown({ kind: 'status', rows: [row] });

    expect(faultsOf('status', value)).toBeNull();
    expect(value).toHaveProperty('containers.0.resources', {
      cpu: { max: 1.5 },
      memory: { max: 536870912, swap: { max: 0 } },
      pids: { max: 'max' },
    });
  });

  it('shows an exit that nobody saw', () => {
    const { pid: _pid, ...stopped } = { ...row, status: 'stopped', exit: { atMs: 1, ranMs: 2, oomKilled: false } } as const;

    const value = shown({ kind: 'status', rows: [stopped] });

    expect(faultsOf('status', value)).toBeNull();
    expect(value).toHaveProperty('containers.0.exit', { oomKilled: false, ranMs: 2 });
  });

  it('is held by schemas that notice a foreign field', () => {
    expect(faultsOf('plan', { ...everyPart, secret: 1 })).not.toBeNull();
    expect(faultsOf('status', { formatVersion: '1', containers: [{ ...row, secret: 1 }] })).not.toBeNull();
  });
});
