/** One plot of several beneath each other, all over the same time. */
export interface Panel {
  readonly title: string;
  /** Points in the order of time; x in seconds. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
  /** Where the axis begins; default: a little below the least value. */
  readonly least?: number;
}

export interface Mark {
  readonly seconds: number;
  readonly kind: 'restart' | 'failure';
}

export interface Chart {
  readonly title: string;
  /** Lines below the title. */
  readonly notes: readonly string[];
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
  readonly seconds: number;
}

const [width, left, right] = [960, 76, 24];
const [panelHeight, gap, lineHeight] = [120, 54, 18];
const plotWidth = width - left - right;
const ink = { line: '#1f5fa8', grid: '#d8dde3', text: '#20262e', restart: '#8a6d1d', failure: '#c0262d' };

/** More points than pixels would not be seen. */
const mostPoints = plotWidth;

/** An SVG document on a white ground, with a time axis below each panel. */
export function drawChart({ title, notes, panels, marks, seconds }: Chart): string {
  const top = 34 + notes.length * lineHeight + 24;
  const height = top + panels.length * (panelHeight + gap);
  const spanned = Math.max(seconds, 1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="${ink.text}">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${left}" y="28" font-size="18" font-weight="bold">${escaped(title)}</text>`,
    ...notes.map((note, index) => `<text x="${left}" y="${28 + (index + 1) * lineHeight}">${escaped(note)}</text>`),
    ...panels.flatMap((panel, index) => drawPanel(panel, { top: top + index * (panelHeight + gap), seconds: spanned, marks })),
    '</svg>',
    '',
  ].join('\n');
}

interface Place {
  readonly top: number;
  readonly seconds: number;
  readonly marks: readonly Mark[];
}

function drawPanel({ title, points, least }: Panel, { top, seconds, marks }: Place): string[] {
  const values = points.map(([, value]) => value);
  const steps = ticks(least ?? lowest(values), highest(values), 4);
  const [low, high] = [steps[0] ?? 0, steps.at(-1) ?? 1];
  const xOf = (second: number): string => (left + (second / seconds) * plotWidth).toFixed(1);
  const yOf = (value: number): string => (top + panelHeight - ((value - low) / (high - low)) * panelHeight).toFixed(1);
  const line = thin(points).map(([second, value]) => `${xOf(second)},${yOf(value)}`).join(' ');
  const bottom = top + panelHeight;
  return [
    `<text x="${left}" y="${top - 8}" font-weight="bold">${escaped(title)}</text>`,
    ...steps.map((value) => `<path d="M${left} ${yOf(value)}H${left + plotWidth}" stroke="${ink.grid}"/><text x="${left - 8}" y="${Number(yOf(value)) + 4}" text-anchor="end">${textOf(value)}</text>`),
    ...timeTicks(seconds).map(({ second, label }) => `<path d="M${xOf(second)} ${bottom}v5" stroke="${ink.text}"/><text x="${xOf(second)}" y="${bottom + 19}" text-anchor="middle">${label}</text>`),
    ...marks.map(({ seconds: at, kind }) => `<path d="M${xOf(at)} ${top}V${bottom}" stroke="${ink[kind]}"${kind === 'restart' ? ' stroke-dasharray="3 3"' : ''}><title>${kind}</title></path>`),
    `<path d="M${left} ${top}V${bottom}H${left + plotWidth}" fill="none" stroke="${ink.text}"/>`,
    ...(line === '' ? [] : [`<polyline points="${line}" fill="none" stroke="${ink.line}" stroke-width="1.5"/>`]),
  ];
}

/** About `count` round numbers of at most 12 digits, evenly apart, the first not above `low` and the last not below `high`. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = Math.max(high - low, count * 1e-11 * Math.max(Math.abs(low), Math.abs(high)), 1e-9) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = high === low ? 1 : power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The least and the greatest of each stretch, so that no peak is lost. */
export function thin<Point extends readonly [number, number]>(points: readonly Point[], most = mostPoints): Point[] {
  if (points.length <= most) return [...points];
  const length = Math.ceil((2 * points.length) / most);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += length) {
    const stretch = points.slice(start, start + length).sort(([, one], [, other]) => one - other);
    const ends = [stretch[0], stretch.at(-1)].filter((point) => point !== undefined);
    kept.push(...new Set(ends.sort(([one], [other]) => one - other)));
  }
  return kept;
}

/** Minutes, or hours where there are many. */
function timeTicks(seconds: number): { readonly second: number; readonly label: string }[] {
  const [unit, name] = seconds < 120 ? [1, 's'] : seconds < 7_200 ? [60, 'min'] : [3_600, 'h'];
  return ticks(0, seconds / unit, 8)
    .filter((value) => value * unit <= seconds)
    .map((value) => ({ second: value * unit, label: `${textOf(value)} ${name}` }));
}

/** Not by Math.min: a long run has more values than a call has arguments. */
function lowest(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), values[0] ?? 1);
}

function textOf(value: number): string {
  return String(Number(value.toFixed(3)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
