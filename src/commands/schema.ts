import container from '../../schemas/container.schema.json' with { type: 'json' };
import plan from '../../schemas/plan.schema.json' with { type: 'json' };
import policy from '../../schemas/policy.schema.json' with { type: 'json' };
import snapshot from '../../schemas/snapshot.schema.json' with { type: 'json' };
import status from '../../schemas/status.schema.json' with { type: 'json' };
import validation from '../../schemas/validation.schema.json' with { type: 'json' };
import { nearest } from '../manifest/nearest.ts';
import { alignColumns } from '../render/layout.ts';
import type { Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';

/** Every schema that is published, by the name that the command takes. */
const schemas: Readonly<Record<string, { readonly description: string }>> = { container, policy, plan, snapshot, status, validation };

/** Prints one JSON Schema; without a name, which there are. */
export async function run({ operands: [name, ...more] }: Invocation): Promise<Outcome> {
  if (name === undefined) return { result: { kind: 'verbatim', text: list() } };
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema === undefined || more.length > 0) throw unknownSchema([name, ...more].join(' '));
  return { result: { kind: 'verbatim', text: `${JSON.stringify(schema, undefined, 2)}\n` } };
}

function list(): string {
  const rows = Object.entries(schemas).map(([name, { description }]) => [name, description.replace(/[.:] .*/s, '.').replaceAll('`', '')]);
  return `${alignColumns(rows).join('\n')}\n`;
}

function unknownSchema(name: string): ReturnType<typeof usageError> {
  const names = Object.keys(schemas);
  const guess = nearest(name, names);
  const hint = guess === undefined ? `write one of ${names.join(', ')}` : `did you mean ${guess}?`;
  return usageError(`there is no schema ${name}`, hint);
}
