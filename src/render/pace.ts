import { formatDuration } from './value.ts';

/** How far long work is. */
export interface Done {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/** Before this a rate is chance, and who waits so little asks for none. */
const firstMs = 2000;

/** `, 24/s, 40s to go`; empty where the work is too young to tell, or done. */
export function paceText({ done, total, elapsedMs }: Done): string {
  if (elapsedMs < firstMs || done === 0 || done >= total) return '';
  const perSecond = (done * 1000) / elapsedMs;
  const toGoMs = Math.ceil((total - done) / perSecond) * 1000;
  return `, ${rateText(perSecond)}, ${formatDuration(toGoMs)} to go`;
}

function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}/s`;
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${Math.max(1, Math.round(perSecond * 60))}/min`;
}
