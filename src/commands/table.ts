import type { CommandSpec, FlagSpec } from './command.ts';

/** Flags of every command. */
export const globalFlags: readonly FlagSpec[] = [
  { name: 'root', value: 'DIR', env: 'RECONCILE_ROOT', default: '/run/reconcile', help: 'run-time state' },
  { name: 'data', value: 'DIR', env: 'RECONCILE_DATA', default: '/var/lib/reconcile', help: 'jails, layers, logs' },
  { name: 'cgroup-parent', value: 'NAME', env: 'RECONCILE_CGROUP_PARENT', default: 'reconcile', help: 'cgroup that holds all containers' },
  { name: 'runtime', value: 'crun|runc|PATH', env: 'RECONCILE_RUNTIME', default: 'auto', help: 'container runtime' },
  { name: 'output', short: 'o', value: 'FORMAT', env: 'RECONCILE_OUTPUT', default: 'text', choices: ['text', 'json', 'markdown'], help: 'text, json or markdown' },
  { name: 'log-level', value: 'LEVEL', env: 'RECONCILE_LOG_LEVEL', choices: ['debug', 'info', 'warn', 'error', 'silent'], help: 'debug, info, warn, error or silent' },
  { name: 'help', short: 'h', help: 'show help, also for one command' },
  { name: 'version', help: 'show the version' },
];

const allowHazards: FlagSpec = { name: 'allow-hazards', help: 'do what can hurt, such as a limit below present usage' };
const allowPrune: FlagSpec = { name: 'allow-prune', help: 'delete however many containers the manifests no longer name' };
const yes: FlagSpec = { name: 'yes', short: 'y', help: 'ask nothing' };

const compact: FlagSpec = { name: 'compact', help: 'one line for each change; what changes alike is one change' };

const reserve: FlagSpec = {
  name: 'reserve',
  value: 'AMOUNTS',
  env: 'RECONCILE_RESERVE',
  help: 'keep for the host itself, such as memory=1Gi,cpu=0.5,pids=500',
};

const anyOwner: FlagSpec = { name: 'any-owner', help: 'as root, take manifests that others than root can write' };
const allowMounts: FlagSpec = { name: 'allow-mounts', value: 'FILE', help: 'a list of root’s, a path a line, of what of the host containers may mount although it is refused by default' };
const planFlags = [allowHazards, allowMounts, allowPrune, anyOwner, reserve];
const resync: FlagSpec = {
  name: 'resync',
  value: 'DURATION',
  env: 'RECONCILE_RESYNC',
  default: 'auto',
  help: 'look at everything at least this often; auto: each 30s, and more rarely, up to 5m, where that would take more than half a percent of a CPU',
};

const policy: FlagSpec = { name: 'policy', value: 'FILE', repeatable: true, help: 'rules that every container must keep; again for more' };

export const commands: readonly CommandSpec[] = [
  {
    name: 'apply',
    usage: '[apply] [PATH…]  or  apply FILE',
    summary: 'plan, apply, exit (the default)',
    details:
      'Asks on a terminal before it deletes or replaces a container; elsewhere it goes on. A FILE of plan --out is done exactly as it was shown, without a question, or refused.',
    examples: [
      { command: 'reconcile apply manifests/', does: 'make this host as the manifests say' },
      { command: 'reconcile apply --yes web.yaml', does: 'without a question; whatever else runs here is deleted' },
      { command: 'reconcile apply next.plan', does: 'do what reconcile plan --out next.plan showed' },
    ],
    flags: [...planFlags, compact, yes],
    load: () => import('./apply.ts'),
  },
  {
    name: 'watch',
    usage: 'watch [PATH…]  or  --watch [PATH…]',
    summary: 'apply, and keep it so until told to stop',
    details: 'Containers go on running when it stops.',
    examples: [
      { command: 'reconcile --watch manifests/', does: 'follow the manifests and heal drift' },
      { command: 'reconcile watch --log-level debug manifests/', does: 'the same, telling more' },
    ],
    flags: [...planFlags, resync],
    load: () => import('./watch.ts'),
  },
  {
    name: 'plan',
    usage: 'plan [PATH…]',
    summary: 'show what apply would do; changes nothing',
    details: 'For this host as it is; with --state for a host as it was; with --from for no host: what one revision changes.',
    examples: [
      { command: 'reconcile plan manifests/', does: 'show each change, and the kernel file behind it' },
      { command: 'reconcile plan --detailed-exitcode -o json', does: 'exit status 2 where there are changes' },
      { command: 'reconcile plan --out next.plan', does: 'and keep it for reconcile apply next.plan' },
      { command: 'reconcile plan --state host.json', does: 'against what reconcile snapshot printed, anywhere' },
      { command: 'reconcile plan --from origin/main', does: 'what a branch changes, anywhere' },
    ],
    flags: [
      ...planFlags,
      compact,
      { name: 'detailed-exitcode', help: 'exit status 0: nothing to do, 2: changes' },
      { name: 'out', value: 'FILE', help: 'save the plan, for apply FILE' },
      { name: 'state', value: 'FILE', help: 'plan for the host that reconcile snapshot wrote down' },
      { name: 'from', value: 'REV', help: 'compare two git revisions of the manifests' },
      { name: 'to', value: 'REV', help: 'the second of them; default: the files as they are' },
    ],
    load: () => import('./plan.ts'),
  },
  {
    name: 'snapshot',
    usage: 'snapshot [PATH…]',
    summary: 'print what this host shows, for plan --state',
    details: 'JSON without secrets. With a PATH also what those manifests need to know of this host and were never applied.',
    examples: [
      { command: 'reconcile snapshot > host.json', does: 'for reviews on another machine' },
      { command: 'reconcile snapshot manifests/ > host.json', does: 'with the root filesystems, devices and folders they name' },
    ],
    flags: [],
    load: () => import('./snapshot.ts'),
  },
  {
    name: 'validate',
    usage: 'validate [--policy FILE] [PATH…]',
    summary: 'check manifests without looking at this host',
    details: 'Formats: text, json, markdown; github makes annotations, sarif a report for code scanning.',
    examples: [
      { command: 'reconcile validate manifests/', does: 'list every mistake in every file' },
      { command: 'reconcile validate --policy rules.yaml -o github', does: 'hold them to your rules, in GitHub Actions' },
    ],
    flags: [policy],
    formats: ['text', 'json', 'markdown', 'github', 'sarif'],
    load: () => import('./validate.ts'),
  },
  {
    name: 'status',
    alias: 'ps',
    usage: 'status [PATH…]',
    summary: 'show containers, usage and drift',
    details: 'Drift is measured against what was applied last; with a PATH, against those manifests.',
    examples: [
      { command: 'reconcile status', does: 'what runs here' },
      { command: 'reconcile ps -o json manifests/', does: 'also what the manifests ask and is not here' },
    ],
    flags: [],
    load: () => import('./status.ts'),
  },
  {
    name: 'logs',
    usage: 'logs [-f] [--tail N] NAME',
    summary: "show a container's output",
    examples: [
      { command: 'reconcile logs --tail 20 web-0', does: 'the last 20 lines' },
      { command: 'reconcile logs -f web-0', does: 'all lines, and new ones as they come' },
    ],
    flags: [
      { name: 'follow', short: 'f', help: 'go on with new lines' },
      { name: 'tail', value: 'N', help: 'start with the last N lines' },
    ],
    load: () => import('./logs.ts'),
  },
  {
    name: 'exec',
    usage: 'exec NAME -- COMMAND…',
    summary: 'run a command in a container',
    details: "Exits with the command's own status.",
    examples: [
      { command: 'reconcile exec web-0 -- /bin/busybox sh', does: 'a shell, where the container has that file' },
      { command: 'reconcile exec web-0 -- /bin/busybox ps', does: 'one command' },
    ],
    flags: [],
    leavesSignals: true,
    load: () => import('./exec.ts'),
  },
  {
    name: 'destroy',
    usage: 'destroy [NAME…]',
    summary: 'remove containers; without names, all of this --root',
    details: 'Asks on a terminal; needs --yes elsewhere. Manifests that still name them bring them back.',
    examples: [
      { command: 'reconcile destroy web-0', does: 'one container' },
      { command: 'reconcile destroy --yes', does: 'all containers, without a question' },
    ],
    flags: [yes],
    load: () => import('./destroy.ts'),
  },
  {
    name: 'doctor',
    usage: 'doctor',
    summary: 'check whether this host is fit for containers',
    details: 'Kernel, cgroups and the way to them, every runtime with its known flaws and who can write it, programs, limits, each with its mend. Exit status 1 where something is missing or not safe.',
    examples: [
      { command: 'reconcile doctor', does: 'what is missing here, and what to do about it' },
      { command: 'reconcile doctor -o json', does: 'the same for a program that looks after many hosts' },
    ],
    flags: [],
    operands: [],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'systemd-unit',
    usage: 'systemd-unit [--out DIR] [PATH…]',
    summary: 'print systemd units of a watch',
    details: 'They start a watch at boot with the flags and variables of this command. Two files: the watch, and the cgroup of its containers.',
    examples: [
      { command: 'reconcile systemd-unit --out /etc/systemd/system manifests/', does: 'write them' },
      { command: 'reconcile systemd-unit --resync 1m manifests/', does: 'show them' },
    ],
    flags: [...planFlags, resync, { name: 'out', value: 'DIR', help: 'write the files there' }],
    load: () => import('./systemd-unit.ts'),
  },
  {
    name: 'schema',
    usage: 'schema [NAME]',
    summary: 'print the JSON Schema of a manifest, a policy or an output',
    details: 'Without a name it lists them. An editor checks manifests with the first.',
    examples: [
      { command: 'reconcile schema container', does: 'what a manifest can say' },
      { command: 'reconcile schema policy', does: 'what a policy can say' },
    ],
    flags: [],
    operands: ['container', 'policy', 'plan', 'snapshot', 'status', 'validation'],
    load: () => import('./schema.ts'),
  },
  {
    name: 'completion',
    usage: 'completion bash|zsh|fish',
    summary: 'print a script that completes commands in a shell',
    details: 'Verbs, flags, their values, and names of containers where --root can be read.',
    examples: [
      { command: 'reconcile completion bash', does: 'in ~/.bashrc: eval "$(reconcile completion bash)"' },
      { command: 'reconcile completion fish', does: 'in config.fish: reconcile completion fish | source' },
    ],
    flags: [],
    operands: ['bash', 'zsh', 'fish'],
    load: () => import('./completion.ts'),
  },
  {
    name: 'man',
    usage: 'man',
    summary: 'print the manual page',
    examples: [
      { command: 'reconcile man', does: 'print it; man -l - shows it' },
      { command: 'reconcile man > reconcile.1', does: 'keep it' },
    ],
    flags: [],
    operands: [],
    load: () => import('./man.ts'),
  },
];

/** The command of that name or alias. */
export function findCommand(name: string): CommandSpec | undefined {
  return commands.find((command) => command.name === name || command.alias === name);
}
