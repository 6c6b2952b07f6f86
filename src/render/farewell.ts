import { escapeText } from './escape.ts';
import { alignColumns } from './layout.ts';

/** Flags without which another command would not see the same containers. */
const instanceFlags = ['root', 'data', 'cgroup-parent'];

/** What a watch says at its end. Names the commands as they work here: what `npm start` began is not on PATH. */
export function farewell(flags: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv): string {
  const fromNpm = env['npm_package_name'] === 'reconcile';
  const program = fromNpm ? 'npm run reconcile' : 'reconcile';
  const given = instanceFlags.flatMap((name) => (typeof flags[name] === 'string' ? [`--${name}`, escapeText(flags[name])] : []));
  const ending = fromNpm && given.length > 0 ? ['--', ...given] : given;
  const lines = alignColumns(
    [
      [[program, 'status', ...ending].join(' '), 'shows them'],
      [[program, 'destroy', ...ending].join(' '), 'removes them'],
    ],
    2,
  );
  return ['Stopped watching. The containers go on running.', ...lines].join('\n');
}
