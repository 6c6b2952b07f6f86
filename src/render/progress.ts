import type { StepEvent } from '../apply/apply.ts';
import type { Action, Plan } from '../plan/types.ts';
import { escapeText } from './escape.ts';
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
  /** True: beneath the lines of what is done, one that is written over tells how far it is. */
  readonly live: boolean;
}

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
  const startedMs = new Map<string, number>();
  const total = left.size;
  let done = 0;

  const clear = (): void => {
    if (options.live) options.write('\r\x1b[K');
  };
  const redraw = (name: string): void => {
    if (options.live) options.write(`\r\x1b[K${wordFor(actions.get(name), 0)} ${done}/${total} …`);
  };
  /** A container is done, or failed: `lines` stay on the screen. */
  const finish = (name: string, lines: string): void => {
    done += 1;
    clear();
    options.write(lines);
    if (done < total) redraw(name);
  };

  return {
    onStep(event) {
      const name = nameOf(event);
      if (name === undefined) return;
      if (event.type === 'failed') finish(name, failedLines(name, event.error, options.style));
      if (event.type === 'started' && !startedMs.has(name)) {
        startedMs.set(name, performance.now());
        redraw(name);
      }
      if (event.type !== 'finished') return;
      const remaining = (left.get(name) ?? 1) - 1;
      left.set(name, remaining);
      if (remaining > 0) return;
      finish(name, doneLine(name, actions.get(name), performance.now() - (startedMs.get(name) ?? 0)));
    },
    end: clear,
  };
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
  const message = error.message.startsWith(`${name}:`) ? error.message : `${name}: ${error.message}`;
  const hint = error.hint === undefined ? '' : `  ${escapeText(error.hint)}\n`;
  return `${paint(style, 'red', 'failed')} ${escapeText(message)} ${paint(style, 'dim', `[${error.code}]`)}\n${hint}`;
}
