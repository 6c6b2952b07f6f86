import { openSync, writeSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { GuestLine } from './guest-line.ts';

/** Tells of each test as it ends, a JSON line each, to the file or device that RESULTS names; its beginning to stderr. */
export default class LinesReporter implements Reporter {
  readonly #fd = openSync(process.env['RESULTS'] ?? '/dev/stdout', 'w');

  onTestCaseReady(test: TestCase): void {
    writeSync(process.stderr.fd, `${fileOf(test.module)} > ${test.fullName}\n`);
  }

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'pending') return;
    this.#say({
      file: fileOf(test.module),
      title: test.fullName,
      state: result.state,
      ms: Math.round(test.diagnostic()?.duration ?? 0),
      ...(result.state === 'failed' ? { error: result.errors.map(({ stack, message }) => stack ?? message).join('\n') } : {}),
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { readonly message: string; readonly stack?: string }[]): void {
    const broken = modules.flatMap((module) => module.errors().map((error) => ({ file: fileOf(module), ...error })));
    for (const { file, message, stack } of [...broken, ...unhandledErrors.map((error) => ({ file: 'the run', ...error }))]) {
      this.#say({ file, title: 'loads', state: 'failed', ms: 0, error: stack ?? message });
    }
  }

  #say(line: GuestLine): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
  }
}

function fileOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}
