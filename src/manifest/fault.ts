/** What is wrong with a value and what to write, before anyone knows where the value stands. */
export interface Fault {
  /** To be read after the field's path. */
  readonly message: string;
  readonly hint: string;
}

/** The outcome of reading a value: either the value, or why there is none. */
export type Reading<T> = { readonly value: T } | { readonly fault: Fault };

/** A reading that failed. */
export function fault(message: string, hint: string): { readonly fault: Fault } {
  return { fault: { message, hint } };
}

/** The fault of a reading, or undefined where it went well. */
export function faultOf(reading: Reading<unknown>): Fault | undefined {
  return 'fault' in reading ? reading.fault : undefined;
}

/** The value of a reading that an earlier check found good; anything else is a defect. */
export function valueOf<T>(reading: Reading<T>): T {
  if ('fault' in reading) throw new TypeError(`a checked value is wrong: ${reading.fault.message}`);
  return reading.value;
}
