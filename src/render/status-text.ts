import type { EndRecord } from '../state/observed.ts';
import { escapeText } from './escape.ts';
import { alignColumns } from './layout.ts';
import { paint } from './style.ts';
import type { Style, Tone } from './style.ts';
import type { StatusRow } from './status.ts';
import { formatBytes, formatDuration, formatUsage, formatValue } from './value.ts';

const titles = ['NAME', 'STATUS', 'PID', 'RESTARTS', 'MEMORY', 'CPU MAX', 'TASKS', 'DRIFT'];

const tones: Readonly<Record<StatusRow['status'], Tone>> = {
  running: 'green',
  paused: 'yellow',
  created: 'yellow',
  terminating: 'yellow',
  creating: 'yellow',
  stopped: 'red',
  absent: 'red',
};

/** A table of containers, then one line for each field that differs. */
export function statusText(rows: readonly StatusRow[], style: Style): string {
  if (rows.length === 0) return 'No containers.\n';
  const table = [titles.map((title) => paint(style, 'bold', title)), ...rows.map((row) => rowCells(row, style))];
  const drift = rows.flatMap((row) => row.drift.map((field) => [row.name, ...driftCells(field)]));
  const driftLines = drift.length === 0 ? [] : ['', paint(style, 'bold', 'Drift:'), ...alignColumns(drift, 2)];
  return [...alignColumns(table), ...driftLines].join('\n') + '\n';
}

function rowCells(row: StatusRow, style: Style): string[] {
  const { resources, usage } = row;
  return [
    row.name,
    paint(style, tones[row.status], statusCell(row)),
    row.pid === undefined ? '-' : String(row.pid),
    row.lastExit === undefined ? String(row.restarts) : `${row.restarts} (${endText(row.lastExit)})`,
    ofLimit(usage.memoryBytes === undefined ? undefined : formatUsage(usage.memoryBytes), bytesLimit(resources['memory.max'])),
    resources['cpu.max'] === undefined ? '-' : String(resources['cpu.max']),
    ofLimit(usage.tasks?.toString(), resources['pids.max']?.toString()),
    row.drift.length === 0 ? '-' : paint(style, 'yellow', String(row.drift.length)),
  ];
}

function statusCell({ status, exit, runningMs, pids }: StatusRow): string {
  if (pids !== undefined) return `${status} (${pidsText(pids)})`;
  if (exit !== undefined) return `${status} (${endText(exit)})`;
  return runningMs === undefined ? status : `${status} ${formatDuration(runningMs)}`;
}

const mostPids = 3;

/** `pid 12`, `pids 12, 13`, `pids 12, 13, 14 and 5 more`. */
function pidsText(pids: readonly number[]): string {
  const more = pids.length > mostPids ? ` and ${pids.length - mostPids} more` : '';
  return `${pids.length === 1 ? 'pid' : 'pids'} ${pids.slice(0, mostPids).join(', ')}${more}`;
}

function endText({ code, oomKilled }: EndRecord): string {
  return oomKilled ? 'out of memory' : `exit ${code ?? 'unknown'}`;
}

function bytesLimit(limit: number | 'max' | undefined): string | undefined {
  return typeof limit === 'number' ? formatBytes(limit) : limit;
}

function ofLimit(usage: string | undefined, limit: string | undefined): string {
  if (usage === undefined) return '-';
  return limit === undefined || limit === 'max' ? usage : `${usage}/${limit}`;
}

function driftCells(field: StatusRow['drift'][number]): string[] {
  const { path, before, after, kernel, enforced } = field;
  return [
    escapeText(path),
    `is ${formatValue(path, before)}, manifest says ${formatValue(path, after)}`,
    kernel === undefined ? '' : kernel.file,
    enforced ? '' : '(reported only)',
  ];
}
