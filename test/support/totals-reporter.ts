import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { chaosTable, renewFaultTable } from './fault-table.ts';
import { renewSystemTable } from './system-table.ts';

/** Ends a run with the line that CI reads, `N passed, N failed, N skipped`, after naming each skipped test. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const brokenFiles = modules.filter((module) => module.state() === 'failed' && !hasFailedTest(module));
    renewFaultTable(modules);
    const staleTable = renewSystemTable(modules);
    const failed = count(tests, 'failed') + brokenFiles.length + unhandledErrors.length + (staleTable === undefined ? 0 : 1);

    const faults = chaosTable(modules);
    if (faults !== undefined) console.log(faults);
    for (const test of skipped) console.log(`skipped: ${test.fullName}${noteOf(test)}`);
    if (staleTable !== undefined) {
      console.log(staleTable);
      process.exitCode = 1;
    }
    console.log(`${count(tests, 'passed')} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

function hasFailedTest(module: TestModule): boolean {
  return [...module.children.allTests('failed')].length > 0;
}

function count(tests: readonly TestCase[], state: 'passed' | 'failed'): number {
  return tests.filter((test) => test.result().state === state).length;
}

function noteOf(test: TestCase): string {
  const result = test.result();
  return result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : '';
}
