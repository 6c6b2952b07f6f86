import { doctorJson, doctorText } from './doctor.ts';
import { escapeJson, escapeText } from './escape.ts';
import { counted } from './layout.ts';
import { planJson } from './plan-json.ts';
import { planMarkdown } from './plan-markdown.ts';
import { planText } from './plan-text.ts';
import type { OutputFormat, Result } from './result.ts';
import { statusJson } from './status-json.ts';
import { statusText } from './status-text.ts';
import { paint, plainStyle } from './style.ts';
import type { Style } from './style.ts';
import { validateGithub } from './validate-github.ts';
import { validateJson } from './validate-json.ts';
import { validateMarkdown } from './validate-markdown.ts';
import { validateSarif } from './validate-sarif.ts';
import { validateText } from './validate-text.ts';

/** A command's result as text for stdout, ended by a newline; empty where there is nothing to say. */
export function render(result: Result, format: OutputFormat, style: Style): string {
  if (result.kind === 'verbatim') return result.text;
  switch (format) {
    case 'text':
      return renderText(result, style);
    case 'json':
      return result.kind === 'nothing' ? '' : jsonText(renderJson(result));
    case 'markdown':
      return renderMarkdown(result);
    case 'github':
      return result.kind === 'validated' ? validateGithub(result.validation) : '';
    case 'sarif':
      return result.kind === 'validated' ? jsonText(validateSarif(result.validation)) : '';
  }
}

function jsonText(value: object): string {
  return `${escapeJson(JSON.stringify(value, undefined, 2))}\n`;
}

type Shown = Exclude<Result, { kind: 'verbatim' }>;

function renderText(result: Shown, style: Style): string {
  switch (result.kind) {
    case 'plan':
      return planText(result.plan, style);
    case 'applied':
      return appliedText(result, style);
    case 'status':
      return statusText(result.rows, style);
    case 'doctor':
      return doctorText(result.checks, style);
    case 'units':
      return result.units.map(({ name, text }) => `# /etc/systemd/system/${name}\n${text}`).join('\n');
    case 'validated':
      return validateText(result.validation);
    case 'nothing':
      return '';
  }
}

/** What one run did, after its plan was shown; failures are on stderr already. */
function appliedText({ plan, applied, durationMs }: Result & { kind: 'applied' }, style: Style): string {
  if (plan.steps.length === 0) return '';
  const failed = applied.failed.length;
  const broken = new Set(applied.failed.map(({ name }) => name));
  const done = plan.changes.filter(({ action, name }) => action !== 'none' && !broken.has(name)).length;
  const took = `in ${(durationMs / 1000).toFixed(1)} s`;
  const text = `Applied to ${counted(done, 'container')}${failed > 0 ? `, ${failed} failed,` : ''} ${took}.`;
  return paint(style, failed > 0 ? 'red' : 'green', text) + '\n';
}

function renderJson(result: Exclude<Shown, { kind: 'nothing' }>): object {
  switch (result.kind) {
    case 'plan':
      return planJson(result.plan);
    case 'applied':
      return {
        ...planJson(result.plan),
        failed: result.applied.failed.map(({ name, error }) => ({
          name,
          code: error.code,
          message: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        })),
      };
    case 'status':
      return statusJson(result.rows);
    case 'doctor':
      return doctorJson(result.checks);
    case 'units':
      return { units: result.units };
    case 'validated':
      return validateJson(result.validation);
  }
}

function renderMarkdown(result: Shown): string {
  if (result.kind === 'plan' || result.kind === 'applied') return planMarkdown(result.plan);
  if (result.kind === 'validated') return validateMarkdown(result.validation);
  const text = renderText(result, plainStyle);
  return text === '' ? '' : `\`\`\`text\n${text}\`\`\`\n`;
}

/** An error as one line on stderr, and its mend on a second one. */
export function errorText(error: { code: string; message: string; hint?: string | undefined }, style: Style): string {
  const [first = '', ...rest] = error.message.split('\n');
  const lines = [`${paint(style, 'red', 'reconcile:')} ${escapeText(first)} ${paint(style, 'dim', `[${error.code}]`)}`];
  for (const line of rest) lines.push(`  ${escapeText(line)}`);
  if (error.hint !== undefined) lines.push(`  ${escapeText(error.hint)}`);
  return lines.join('\n') + '\n';
}
