import containerSchema from '../../schemas/container.schema.json' with { type: 'json' };

/** A field, or a group of fields, of a container as its schema describes it. */
export interface KnownField {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly unit?: string;
  readonly properties?: Readonly<Record<string, KnownField>>;
  readonly additionalProperties?: boolean | KnownField;
  readonly items?: KnownField;
  readonly oneOf?: readonly KnownField[];
}

/** The whole container. */
export const containerFields: KnownField = containerSchema;

const definitions = containerSchema.$defs as Readonly<Record<string, KnownField>>;

/** The fields that a group can have; undefined where it can have any, as labels do, or nobody can say. */
export function namesOfFields(field: KnownField | undefined): readonly string[] | undefined {
  if (field?.properties === undefined) return undefined;
  return Object.keys(field.properties).filter((name) => !unsupported.has(name));
}

/** In the schema already, and in no container yet. */
const unsupported: ReadonlySet<string> = new Set(['image']);

/** What stands under a name; undefined where nobody can say. */
export function fieldBelow(field: KnownField | undefined, name: string): KnownField | undefined {
  const property = field?.properties?.[name];
  if (property !== undefined) return followed(property);
  return typeof field?.additionalProperties === 'object' ? followed(field.additionalProperties) : undefined;
}

/** What a list is made of; undefined where nobody can say. */
export function itemsOf(field: KnownField | undefined): KnownField | undefined {
  return field?.items === undefined ? undefined : followed(field.items);
}

function followed(field: KnownField): KnownField {
  // A resolved drift is always spelled out: the last alternative.
  const [, spelledOut] = field.oneOf ?? [];
  const { $ref } = spelledOut ?? field;
  return ($ref === undefined ? undefined : definitions[$ref.replace('#/$defs/', '')]) ?? field;
}

/** The field at the keys of a path, `*` for any item of a list; undefined where there is none such. */
export function fieldAt(keys: readonly string[]): KnownField | undefined {
  let field: KnownField | undefined = containerFields;
  for (const key of keys) field = key === '*' ? itemsOf(field) : fieldBelow(field, key);
  return field;
}
