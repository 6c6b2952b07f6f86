import { nearest } from './nearest.ts';
import { fault, type Reading } from './fault.ts';

/** Names without SIG, as in signal(7), in the order of their numbers, from 1 on. */
const signals: readonly string[] = [
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM'],
  ...['TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF'],
  ...['WINCH', 'IO', 'PWR', 'SYS'],
];

/** The signal that an exit status above 128 tells of, as a shell has it: 143 is SIGTERM. */
export function signalOfStatus(status: number): string | undefined {
  const name = signals[status - 129];
  return name === undefined ? undefined : `SIG${name}`;
}

/** Reads `TERM` or `SIGTERM` as `TERM`. */
export function parseSignal(text: string): Reading<string> {
  const name = text.replace(/^SIG/, '');
  if (signals.includes(name)) return { value: name };
  const upper = text.toUpperCase().replace(/^SIG/, '');
  const guess = signals.includes(upper) ? upper : nearest(upper, signals);
  const hint = guess === undefined ? 'write a name such as TERM, INT or USR1' : `write ${guess}`;
  return fault('is not the name of a signal', hint);
}
