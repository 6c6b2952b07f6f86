import { spawn } from 'node:child_process';

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Program and first arguments; by default node and src/cli.ts. */
  readonly command?: readonly string[];
}

/** Runs the real program, off a terminal and with no settings of ours from outside, and waits for its end. */
export function runCli(args: readonly string[], { cwd, env, command = [process.execPath, 'src/cli.ts'] }: CliOptions = {}): Promise<CliResult> {
  const [file = '', ...first] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...first, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
