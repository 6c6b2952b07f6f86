import { describe, expect, it } from 'vitest';
import { resolveFile } from '../../src/manifest/manifest.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import { manifest } from './manifest-text.ts';

function resolve(spec: string): readonly DesiredContainer[] {
  const { documents, diagnostics } = resolveFile('x.yaml', manifest(spec));
  expect(diagnostics).toEqual([]);
  return documents.flatMap((document) => document.containers);
}

function specOf(text: string): DesiredContainer['spec'] {
  const [container] = resolve(text);
  if (container === undefined) throw new Error('no container');
  return container.spec;
}

describe('the least manifest', () => {
  it('becomes one container with every default filled in', () => {
    expect(resolve('rootfs: {path: /srv/shop}')).toEqual([
      {
        name: 'web',
        group: 'web',
        manifest: { file: 'x.yaml', line: 1 },
        labels: {},
        annotations: {},
        spec: {
          rootfs: { path: '/srv/shop', readonly: false },
          process: { args: ['/bin/httpd'], env: {}, cwd: '/', user: { uid: 0, gid: 0 } },
          hostname: 'web',
          resources: { 'pids.max': 2048 },
          namespaces: {
            mount: 'private',
            pid: 'private',
            network: 'private',
            ipc: 'private',
            uts: 'private',
            cgroup: 'private',
          },
          mounts: [],
          restart: { policy: 'always', backoff: { initialMs: 1000, maxMs: 300_000, resetAfterMs: 600_000 } },
          stop: { signal: 'TERM', timeoutMs: 10_000 },
          drift: { default: 'enforce', paths: {} },
        },
      },
    ]);
  });
});

describe('replicas', () => {
  it('are numbered from 0, each with its own host name', () => {
    const containers = resolve('replicas: 3');

    expect(containers.map(({ name }) => name)).toEqual(['web-0', 'web-1', 'web-2']);
    expect(containers.map(({ spec }) => spec.hostname)).toEqual(['web-0', 'web-1', 'web-2']);
    expect(containers.map(({ group }) => group)).toEqual(['web', 'web', 'web']);
  });

  it('have a number even where there is one', () => {
    expect(resolve('replicas: 1').map(({ name }) => name)).toEqual(['web-0']);
  });

  it('share a host name that is given', () => {
    expect(resolve('replicas: 2\n  hostname: shop').map(({ spec }) => spec.hostname)).toEqual(['shop', 'shop']);
  });
});

describe('a full manifest', () => {
  it.each([
    ['resources: {cpu: {max: 1.5, weight: 200}, pids: {max: max}}', { 'cpu.max': 1.5, 'cpu.weight': 200, 'pids.max': 'max' }],
    ['resources: {cpu: {max: max}}', { 'cpu.max': 'max', 'pids.max': 2048 }],
    ['resources: {cpuset: {cpus: "1,0,4", mems: "0"}}', { 'cpuset.cpus': '0-1,4', 'cpuset.mems': '0', 'pids.max': 2048 }],
    [
      'resources: {memory: {min: 1Mi, low: 2Mi, high: 3Mi, max: 4M, swap: {max: 0}, oom: {group: true}}}',
      {
        'memory.min': 1_048_576,
        'memory.low': 2_097_152,
        'memory.high': 3_145_728,
        'memory.max': 4_000_000,
        'memory.swap.max': 0,
        'memory.oom.group': true,
        'pids.max': 2048,
      },
    ],
    ['resources: {memory: {max: max}, io: {weight: 5}}', { 'memory.max': 'max', 'pids.max': 2048, 'io.weight': 5 }],
    [
      'resources: {io: {max: [{device: /dev/b, wbps: 1Mi, riops: max}, {device: /dev/a, riops: 7}, {device: /dev/c, rbps: max}]}}',
      { 'pids.max': 2048, 'io.max': [{ device: '/dev/a', riops: 7 }, { device: '/dev/b', wbps: 1_048_576 }] },
    ],
  ])('has its limits in bytes and by cgroup file: %s', (text, resources) => {
    expect(specOf(text).resources).toEqual(resources);
  });

  it('mounts parents before what lies in them', () => {
    const targets = ['/a/b/c', '/a-b', '/a/b', '/a'];
    const text = `mounts: [${targets.map((target) => `{source: /s, target: ${target}}`).join(', ')}]`;

    expect(specOf(text).mounts.map((mount) => mount.target)).toEqual(['/a', '/a/b', '/a/b/c', '/a-b']);
  });

  it('tells bind mounts from memory file systems', () => {
    const text = 'mounts: [{type: tmpfs, target: /t, size: 64Mi}, {source: /s, target: /d, readonly: true}, {type: tmpfs, target: /u}]';

    expect(specOf(text).mounts).toEqual([
      { type: 'bind', source: '/s', target: '/d', readonly: true },
      { type: 'tmpfs', target: '/t', readonly: false, sizeBytes: 67_108_864 },
      { type: 'tmpfs', target: '/u', readonly: false },
    ]);
  });

  it('has its durations in milliseconds and its signal without SIG', () => {
    const { restart, stop } = specOf('restart: {policy: never, backoff: {initial: 500ms, max: 1m30s, resetAfter: 1h}}\n  stop: {signal: SIGINT, timeout: 3s}');

    expect(restart).toEqual({ policy: 'never', backoff: { initialMs: 500, maxMs: 90_000, resetAfterMs: 3_600_000 } });
    expect(stop).toEqual({ signal: 'INT', timeoutMs: 3000 });
  });

  it('names drift rules by field path', () => {
    expect(specOf('drift: report').drift).toEqual({ default: 'report', paths: {} });
    expect(specOf('drift: {paths: {cgroup.freeze: report}}').drift.paths).toEqual({ 'cgroup.freeze': 'report' });
    expect(specOf('drift: {paths: {resources.memory: ignore}}').drift).toEqual({ default: 'enforce', paths: { 'resources.memory': 'ignore' } });
  });

  it('keeps the files of a jail in an order of their own', () => {
    expect(specOf('rootfs: {jail: {binaries: [/b, /a], files: [/d, /c]}, readonly: true}').rootfs).toEqual({
      jail: { binaries: ['/a', '/b'], files: ['/c', '/d'] },
      readonly: true,
    });
  });

  it('shares with the host what it says', () => {
    expect(specOf('namespaces: {network: host, pid: host}').namespaces).toMatchObject({ mount: 'private', network: 'host', pid: 'host', ipc: 'private' });
  });

  it('is the same whatever the order of its keys', () => {
    const one = specOf('process: {args: [/a], env: {B: x, A: y}}');
    const other = specOf('process: {env: {A: y, B: x}, args: [/a]}');

    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('survives JSON unchanged', () => {
    const containers = resolve('mounts: [{type: tmpfs, target: /t}]\n  drift: {default: ignore}\n  replicas: 2');

    expect(JSON.parse(JSON.stringify(containers))).toStrictEqual(containers);
  });
});
