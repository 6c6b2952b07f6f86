import { ReconcileError } from '../errors.ts';
import { run } from './exec.ts';

/** The fields of sd_notify(3) that a watch has something to say in. */
export interface ServiceWord {
  readonly ready?: boolean;
  readonly stopping?: boolean;
  /** One line for people. */
  readonly status?: string;
  /** The watchdog need not bite yet. */
  readonly alive?: boolean;
  /** More time for what goes on now, from now on. */
  readonly extendMs?: number | undefined;
}

/** The way to the service manager that started us. */
export interface Notifier {
  /** It takes us for hung where it hears nothing for so long; undefined: it does not care. */
  readonly watchdogMs: number | undefined;
  /** Passes a word on, in order and in its own time. Never throws. */
  tell(word: ServiceWord): void;
  /** Settles when all was passed on, or when that takes too long. */
  settled(): Promise<void>;
}

export interface NotifierOptions {
  /** Called where a word could not be passed on, once: the next ones fail alike. */
  readonly onError: (error: ReconcileError) => void;
  /** Default: systemd's own. */
  readonly program?: string;
}

/** systemd-notify waits until its word was read, for five seconds where the manager is busy. */
const timeoutMs = 6000;

/** How long the last word may keep us from ending. */
const lastWordMs = 300;

/**
 * Takes what a service manager put into our environment, so that nothing that we start can speak in our name.
 * Undefined where no service manager listens.
 *
 * Node has no datagram sockets of the kind that the manager listens on, so the word goes through systemd-notify. Run by
 * root, it speaks for the process that started it, and NotifyAccess=main is enough.
 */
export function takeNotifier(env: NodeJS.ProcessEnv, pid: number, options: NotifierOptions): Notifier | undefined {
  const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: micros = '', WATCHDOG_PID: watched = String(pid) } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) Reflect.deleteProperty(env, name);
  if (socket === '') return undefined;
  const watchdogMs = Number(micros) / 1000;
  return { ...openQueue(socket, options), watchdogMs: watchdogMs > 0 && watched === String(pid) ? watchdogMs : undefined };
}

function openQueue(socket: string, { onError, program = 'systemd-notify' }: NotifierOptions): Pick<Notifier, 'tell' | 'settled'> {
  let waiting: ServiceWord | undefined;
  let passing: Promise<void> | undefined;
  let failed = false;
  const pass = async (): Promise<void> => {
    for (let word = waiting; word !== undefined; word = waiting) {
      waiting = undefined;
      try {
        await run(program, fieldsOf(word), { timeoutMs, env: { NOTIFY_SOCKET: socket } });
      } catch (error) {
        if (!failed) onError(notifyError(error));
        failed = true;
      }
    }
    passing = undefined;
  };
  return {
    tell(word) {
      // What waits is joined with what comes, so that a slow manager is not asked again and again.
      waiting = { ...waiting, ...word };
      passing ??= pass();
    },
    async settled() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, lastWordMs); });
      await Promise.race([passing, late]);
      clearTimeout(timer);
    },
  };
}

function fieldsOf({ ready, stopping, status, alive, extendMs }: ServiceWord): string[] {
  return [
    ...(ready === true ? ['READY=1'] : []),
    ...(stopping === true ? ['STOPPING=1'] : []),
    ...(status === undefined ? [] : [`STATUS=${status.replace(/\p{Cc}/gu, ' ')}`]),
    ...(alive === true ? ['WATCHDOG=1'] : []),
    ...(extendMs === undefined ? [] : [`EXTEND_TIMEOUT_USEC=${Math.round(extendMs * 1000)}`]),
  ];
}

function notifyError(cause: unknown): ReconcileError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ReconcileError('ERR_COMMAND_FAILED', `service manager: cannot be told: ${message}`, {
    hint: 'systemd-notify comes with systemd; without it, use Type=exec and no WatchdogSec=',
    cause,
    retryable: true,
  });
}
