/** One line of the doctor's. */
export interface Check {
  readonly name: string;
  /** `bad`: something does not work, or is not safe. `weak`: it works, and not as well as it could. */
  readonly state: 'good' | 'weak' | 'bad';
  readonly found: string;
  /** What to do about it; absent where all is well. */
  readonly mend?: string;
}

/** Why something could not be had, in the words of the error. */
export interface Trouble {
  readonly message: string;
  readonly hint: string;
}

export function good(name: string, found: string): Check {
  return { name, state: 'good', found };
}

export function weak(name: string, found: string, mend: string): Check {
  return { name, state: 'weak', found, mend };
}

export function bad(name: string, found: string, mend: string): Check {
  return { name, state: 'bad', found, mend };
}
