import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { heldValues, stateOf } from '../limits.ts';
import { hold } from './hold.ts';

/*
 * resize.ts FOLDER PARENT MODE: the least that resizing can take in node. Watches the manifests of FOLDER; reads and parses
 * the one that was saved, looks at the limit files of its cgroup beneath PARENT, and writes those that differ; nothing else.
 * MODE is `unified` where cgroup v2 alone is there. Prints `watching` once it does.
 */

const [folder = '', parent = '', mode = ''] = process.argv.slice(2);

function resize(file: string): void {
  const { metadata, spec } = parse(readFileSync(join(folder, file), 'utf8')) as { metadata: { name: string }; spec: { resources: Parameters<typeof stateOf>[0] } };
  for (const { path, value } of heldValues(`${parent}/${metadata.name}`, stateOf(spec.resources), mode === 'unified')) hold(path, value);
}

watch(folder, (_type, file) => { if (file?.endsWith('.yaml') === true) resize(file); });
console.log('watching');
