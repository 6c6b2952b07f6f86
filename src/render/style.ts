import { styleText } from 'node:util';

/** How text is laid out for one stream. */
export interface Style {
  readonly colour: boolean;
  /** Columns; lines are folded to them where they can be. */
  readonly width: number;
  /** One line for what otherwise takes several; a plan alone knows the difference. */
  readonly compact?: boolean;
}

export type Tone = 'green' | 'yellow' | 'red' | 'cyan' | 'bold' | 'dim';

export const plainStyle: Style = { colour: false, width: 80 };

/** What decides the style of a stream: https://no-color.org and the terminal itself. */
export function styleOf(stream: { readonly isTTY?: boolean; readonly columns?: number }, env: NodeJS.ProcessEnv): Style {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const terminal = stream.isTTY === true;
  // A terminal that does not know its size says 0.
  const columns = terminal ? (stream.columns ?? 0) : 0;
  return { colour: terminal && !refused, width: columns === 0 ? 80 : Math.max(columns, 40) };
}

/** Colour is never the only sign: the text says the same without it. */
export function paint(style: Style, tone: Tone, text: string): string {
  return style.colour ? styleText(tone, text, { validateStream: false }) : text;
}
