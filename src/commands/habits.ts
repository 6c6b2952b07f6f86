/** What other programs call our verbs. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  apply: ['up', 'run', 'start', 'create', 'deploy', 'converge'],
  plan: ['diff', 'preview'],
  validate: ['check', 'lint'],
  status: ['ls', 'list', 'get', 'show', 'top'],
  logs: ['log', 'tail'],
  exec: ['sh', 'shell', 'enter', 'attach'],
  destroy: ['down', 'stop', 'delete', 'remove', 'rm', 'kill'],
};

/** What to write in place of flags that other programs have. */
const flags: Readonly<Record<string, string>> = {
  '--dry-run': 'reconcile plan shows what apply would do',
  '--file': 'a path is given without a flag: reconcile apply web.yaml',
  '--filename': 'a path is given without a flag: reconcile apply web.yaml',
  '--force': '--yes asks nothing; --allow-hazards and --allow-prune do what is else refused',
  '--json': 'write -o json',
  '--verbose': 'write --log-level debug',
  '-V': 'write --version',
  '-n': 'reconcile plan shows what apply would do',
  '-v': 'write --version, or --log-level debug',
};

/** Our verb for another program's, such as apply for `up`. */
export function verbForHabit(word: string): string | undefined {
  return Object.keys(verbs).find((verb) => verbs[verb]?.includes(word));
}

/** The mend for another program's flag, such as `--dry-run`. */
export function mendForHabit(rawName: string): string | undefined {
  return Object.hasOwn(flags, rawName) ? flags[rawName] : undefined;
}
