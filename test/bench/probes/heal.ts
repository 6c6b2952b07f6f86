import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { hold } from './hold.ts';

/*
 * heal.ts LIST: the least that healing can take in node. Watches the folder of every `PATH<tab>VALUE` in LIST and writes
 * VALUE back where a file has another; nothing else. Prints `watching` once it does.
 */

const lines = readFileSync(process.argv[2] ?? '', 'utf8').split('\n').filter((line) => line !== '');
const held = new Map(lines.map((line) => line.split('\t') as [string, string]));

function heal(path: string): void {
  const value = held.get(path);
  if (value !== undefined) hold(path, value);
}

for (const folder of new Set([...held.keys()].map(dirname))) watch(folder, (_type, file) => { heal(`${folder}/${file ?? ''}`); });
console.log('watching');
