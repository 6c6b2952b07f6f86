/** JSON as a value; undefined where `text` is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value read from a file has the form that is asked. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';
export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
export const isFlag: Check = (value) => typeof value === 'boolean';

/** An object with at least these fields; more are let through, for a newer reconcile may have written them. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  return (value) => isObject(value) && Object.entries(fields).every(([key, check]) => check(value[key]));
}

/** An object with any keys and values of one form. */
export function map(check: Check): Check {
  return (value) => isObject(value) && Object.values(value).every(check);
}

/** A list of items of one form. */
export function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** Any of several forms. */
export function either(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

/** Absent, or of this form. */
export function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/** One of these texts. */
export function oneOf(...texts: readonly string[]): Check {
  return (value) => texts.some((text) => text === value);
}

/** True for an object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
