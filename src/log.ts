import { escapeJson } from './render/escape.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** Writes one line: fields, and a constant message that says what happened. */
type Write = (fields: object, message: string) => void;

export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/**
 * The log on stderr: one JSON object a line. Written synchronously, so that a crash loses no line.
 */
export async function openLog(level: LogLevel): Promise<Logger> {
  const { pino, stdTimeFunctions } = await import('pino');
  const destination = pino.destination({ fd: 2, sync: true });
  const log = pino(
    { level, base: {}, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    { write: (line) => { destination.write(escapeJson(line)); } },
  );
  return {
    debug: (fields, message) => { log.debug(fields, message); },
    info: (fields, message) => { log.info(fields, message); },
    warn: (fields, message) => { log.warn(fields, message); },
    error: (fields, message) => { log.error(fields, message); },
  };
}
