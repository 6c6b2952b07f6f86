import type { Invocation, Outcome } from './command.ts';
import { loadValid } from './sources.ts';

export async function run({ operands }: Invocation): Promise<Outcome> {
  const { desired } = await loadValid(operands);
  const files = new Set(desired.containers.map(({ manifest }) => manifest.file));
  return { result: { kind: 'valid', files: files.size, containers: desired.containers.length } };
}
