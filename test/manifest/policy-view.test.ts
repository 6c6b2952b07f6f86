import { describe, expect, it } from 'vitest';
import { resolveFile } from '../../src/manifest/manifest.ts';
import { parseManifest } from '../../src/manifest/parse.ts';
import { containerFields, fieldBelow, namesOfFields } from '../../src/manifest/policy-fields.ts';
import type { KnownField } from '../../src/manifest/policy-fields.ts';
import { viewOf } from '../../src/manifest/policy-view.ts';
import { manifest } from './manifest-text.ts';

function viewOfText(text: string): Record<string, unknown> {
  const [first] = resolveFile('a.yaml', text).documents.flatMap(({ containers }) => containers);
  return viewOf(first!, parseManifest('a.yaml', text).documents[0]?.value);
}

/** Every path of a value whose fields the schema closes. */
function unknownPaths(value: unknown, field: KnownField | undefined, path: string): string[] {
  const names = namesOfFields(field);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || names === undefined) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    names.includes(name) ? unknownPaths(child, fieldBelow(field, name), `${path}.${name}`) : [`${path}.${name}`],
  );
}

const rich = manifest(
  'hostname: shop.example.org\n  replicas: 3\n  resources: {cpu: {max: 1.5}, cpuset: {cpus: "0-1"}, memory: {max: 1Gi, swap: {max: 0}}, pids: {max: max}, io: {weight: 20}}\n' +
    '  mounts: [{target: /tmp, type: tmpfs, size: 64Mi}, {source: /srv, target: /data}]\n  stop: {timeout: 1500ms}\n  drift: report',
);

describe('the view of a container', () => {
  it('has sizes as bytes, durations as seconds and lists as the manifest orders them', () => {
    const { spec } = viewOfText(rich) as { spec: Record<string, unknown> };

    expect(spec).toMatchObject({
      replicas: 3,
      hostname: 'shop.example.org',
      resources: { cpu: { max: 1.5 }, cpuset: { cpus: '0-1' }, memory: { max: 1073741824, swap: { max: 0 } }, pids: { max: 'max' }, io: { weight: 20 } },
      mounts: [
        { type: 'tmpfs', target: '/tmp', readonly: false, size: 67108864 },
        { type: 'bind', source: '/srv', target: '/data', readonly: false },
      ],
      stop: { signal: 'TERM', timeout: 1.5 },
      restart: { policy: 'always', backoff: { initial: 1, max: 300, resetAfter: 600 } },
      drift: { default: 'report', paths: {} },
    });
  });

  it('has the defaults of a manifest that says little, and nothing where there is none', () => {
    const view = viewOfText(manifest('replicas: 2')) as { spec: Record<string, unknown>; metadata: unknown };

    expect(view.metadata).toEqual({ name: 'web', labels: {}, annotations: {} });
    expect(view.spec['hostname']).toBe('web');
    expect(view.spec['resources']).toEqual({ pids: { max: 2048 } });
    expect(view.spec['namespaces']).toEqual({ pid: 'private', network: 'private', ipc: 'private', uts: 'private', cgroup: 'private' });
  });

  it.each([['much', rich], ['little', manifest('replicas: 2')]])('has no field that a manifest could not have, of one that says %s', (_case, text) => {
    const view = viewOfText(text);

    expect(unknownPaths(view, containerFields, '')).toEqual([]);
    expect(Object.keys(view['spec'] as object).sort()).toEqual([...(namesOfFields(fieldBelow(containerFields, 'spec')) ?? [])].sort());
  });
});
