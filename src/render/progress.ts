import type { StepEvent } from '../apply/apply.ts';
import type { Action, Plan } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { paceText } from './pace.ts';
import { paint } from './style.ts';
import type { Style } from './style.ts';
import { formatDuration } from './value.ts';

export interface Progress {
  onStep(event: StepEvent): void;
  /** Takes the updating line away. */
  end(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly style: Style;
  /** True: beneath the lines of what is done, one that is written over tells how far it is; else a line now and then does. */
  readonly live: boolean;
  /** A clock in milliseconds; default: the monotonic one. */
  readonly now?: () => number;
}

/** Off a terminal, where each line stays. */
const quietMs = 10_000;

const participles: Readonly<Record<Exclude<Action, 'none'>, readonly [doing: string, done: string]>> = {
  create: ['creating', 'created'],
  update: ['updating', 'updated'],
  restart: ['restarting', 'restarted'],
  replace: ['replacing', 'replaced'],
  delete: ['deleting', 'deleted'],
};

/** Tells on stderr how far the applying of `plan` is: by container, not by step. */
export function openProgress(plan: Plan, options: ProgressOptions): Progress {
  const left = stepsByContainer(plan);
  const actions = new Map(plan.changes.map((change) => [change.name as string, change.action]));
  const { now = () => performance.now() } = options;
  const startedMs = new Map<string, number>();
  const total = left.size;
  const openedMs = now();
  let toldMs = openedMs;
  let done = 0;

  const pace = (): string => paceText({ done, total, elapsedMs: now() - openedMs });

  const clear = (): void => {
    if (options.live) options.write('\r\x1b[K');
  };
  const redraw = (name: string): void => {
    if (options.live) options.write(`\r\x1b[K${wordFor(actions.get(name), 0)} ${done}/${total}${pace()} …`);
  };
  /** A container is done, or failed: `lines` stay on the screen. */
  const finish = (name: string, lines: string): void => {
    done += 1;
    clear();
    options.write(lines);
    if (done === total) return;
    redraw(name);
    if (options.live || now() - toldMs < quietMs) return;
    toldMs = now();
    options.write(`${done} of ${total} done${pace()}\n`);
  };

  return {
    onStep(event) {
      const name = nameOf(event);
      if (name === undefined) return tellJail(event, options);
      if (event.type === 'failed') finish(name, failedLines(name, event.error, options.style));
      if (event.type === 'started' && !startedMs.has(name)) {
        startedMs.set(name, now());
        redraw(name);
      }
      if (event.type !== 'finished') return;
      const remaining = (left.get(name) ?? 1) - 1;
      left.set(name, remaining);
      if (remaining > 0) return;
      finish(name, doneLine(name, actions.get(name), now() - (startedMs.get(name) ?? 0)));
    },
    end: clear,
  };
}

/** A jail counts as no container; only what went wrong with it is told. */
function tellJail(event: StepEvent, { write, style, live }: ProgressOptions): void {
  if (event.type === 'failed') write(`${live ? '\r\x1b[K' : ''}${failedLines('', event.error, style)}`);
}

function stepsByContainer(plan: Plan): Map<string, number> {
  const left = new Map<string, number>();
  for (const step of plan.steps) {
    if (step.kind !== 'remove-jail') left.set(step.container, (left.get(step.container) ?? 0) + 1);
  }
  return left;
}

function nameOf({ step }: StepEvent): string | undefined {
  return step.kind === 'remove-jail' ? undefined : step.container;
}

function wordFor(action: Action | undefined, tense: 0 | 1): string {
  return action === undefined || action === 'none' ? ['applying', 'applied'][tense] ?? '' : participles[action][tense];
}

function doneLine(name: string, action: Action | undefined, durationMs: number): string {
  return `${wordFor(action, 1)} ${name} (${formatDuration(durationMs)})\n`;
}

function failedLines(name: string, error: { message: string; hint?: string | undefined; code: string }, style: Style): string {
  const message = name === '' || error.message.startsWith(`${name}:`) ? error.message : `${name}: ${error.message}`;
  const hint = error.hint === undefined ? '' : `  ${escapeText(error.hint)}\n`;
  return `${paint(style, 'red', 'failed')} ${escapeText(message)} ${paint(style, 'dim', `[${error.code}]`)}\n${hint}`;
}
