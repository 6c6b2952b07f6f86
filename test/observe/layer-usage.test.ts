import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLayerUsage } from '../../src/observe/layer-usage.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { LayerUsage, ObservedContainer } from '../../src/state/observed.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer } from '../support/containers.ts';
import { openFakeHost } from '../support/fake-host.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { runningAs } from '../support/model-states.ts';

const web = desiredContainer('web');
const moved = desiredContainer('web', { rootfs: { path: '/srv/other', readonly: false } });
const running = runningAs(web, codecs.unified);

let folder: string;
let host: FakeHost;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'observe-'));
  host = openFakeHost({ root: folder });
});
afterEach(() => { rmSync(folder, { recursive: true }); });

function writeLayer({ name }: { readonly name: ObservedContainer['name'] }, files: number): void {
  mkdirSync(join(host.paths.layer(name), 'upper'), { recursive: true });
  for (let index = 0; index < files; index += 1) writeFileSync(join(host.paths.layer(name), 'upper', `${index}`), 'abc');
}

function usageOf(found: readonly ObservedContainer[], wanted: readonly DesiredContainer[], id = 'id-1'): (LayerUsage | undefined)[] {
  const rootfs = Object.fromEntries(wanted.map(({ spec }) => [rootfsKey(spec), { id, problems: [] }]));
  return withLayerUsage(found, { host, wanted, rootfs }).map(({ layerUsage }) => layerUsage);
}

describe('what lies in a writable layer', () => {
  it('is measured where the manifest asks for another root filesystem', () => {
    writeLayer(running, 2);

    expect(usageOf([running], [moved])).toEqual([{ files: 2, bytes: 6, complete: true }]);
  });

  it('is measured where the files of the root filesystem changed', () => {
    writeLayer(running, 2);

    expect(usageOf([running], [web], 'id-2')).toEqual([{ files: 2, bytes: 6, complete: true }]);
  });

  it.each<[string, ObservedContainer, readonly DesiredContainer[]]>([
    ['stays', running, [web]],
    ['goes with its container', running, []],
    ['is not there', { ...running, layer: false }, [moved]],
  ])('is not looked at where it %s', (_what, found, wanted) => {
    writeLayer(running, 2);

    expect(usageOf([found], wanted)).toEqual([undefined]);
  });

  it('is not looked at for ever, however many containers there are', () => {
    const many = Array.from({ length: 7 }, (_, index) => desiredContainer(`web-${index}`, moved.spec));
    const found = many.map(({ name }) => ({ ...running, name }));
    for (const container of found) writeLayer(container, 5);

    const rootfs = Object.fromEntries(many.map(({ spec }) => [rootfsKey(spec), { id: 'id-1', problems: [] }]));

    const usages = withLayerUsage(found, { host, wanted: many, rootfs, maxEntries: 20, maxEntriesOfOne: 4 }).map(({ layerUsage }) => layerUsage);

    expect(usages.filter((usage) => usage?.complete === false)).toHaveLength(5);
    expect(usages.slice(5)).toEqual([undefined, undefined]);
  });
});
