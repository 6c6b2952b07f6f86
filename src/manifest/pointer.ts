/** A JSON Pointer (RFC 6901) into one document: `/spec/mounts/0/target`; empty for the whole. */
export type Pointer = string;

/** The pointer of a field or an item. */
export function below(pointer: Pointer, key: string | number): Pointer {
  return `${pointer}/${typeof key === 'string' && /[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}

/** The pointer of what holds the field; the whole holds itself. */
export function parentOf(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

/** As people read it: `spec.mounts.0.target`; a key that is no plain word stands in quotes. */
export function fieldPathOf(pointer: Pointer): string {
  return keysOf(pointer)
    .map((key) => (/^[\w-]{1,100}$/.test(key) ? key : JSON.stringify(key.slice(0, 100))))
    .join('.');
}

/** What lies at the pointer, or undefined. */
export function valueAt(root: unknown, pointer: Pointer): unknown {
  let value = root;
  for (const key of keysOf(pointer)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

/** The keys on the way, unescaped. */
export function keysOf(pointer: Pointer): readonly string[] {
  if (pointer === '') return [];
  const keys = pointer.slice(1).split('/');
  return pointer.includes('~') ? keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')) : keys;
}
