import type { CommandSpec, FlagSpec } from './command.ts';

/** Flags of every command. */
export const globalFlags: readonly FlagSpec[] = [
  { name: 'root', value: 'DIR', env: 'RECONCILE_ROOT', default: '/run/reconcile', help: 'run-time state' },
  { name: 'data', value: 'DIR', env: 'RECONCILE_DATA', default: '/var/lib/reconcile', help: 'jails, layers, logs' },
  { name: 'cgroup-parent', value: 'NAME', env: 'RECONCILE_CGROUP_PARENT', default: 'reconcile', help: 'cgroup that holds all containers' },
  { name: 'runtime', value: 'crun|runc|PATH', env: 'RECONCILE_RUNTIME', default: 'auto', help: 'container runtime' },
  { name: 'output', short: 'o', value: 'FORMAT', env: 'RECONCILE_OUTPUT', default: 'text', help: 'text, json or markdown' },
  { name: 'log-level', value: 'LEVEL', env: 'RECONCILE_LOG_LEVEL', help: 'debug, info, warn, error or silent' },
  { name: 'help', short: 'h', help: 'show help, also for one command' },
  { name: 'version', help: 'show the version' },
];

const allowHazards: FlagSpec = { name: 'allow-hazards', help: 'do what can hurt, such as a limit below present usage' };
const allowPrune: FlagSpec = { name: 'allow-prune', help: 'delete however many containers the manifests no longer name' };
const yes: FlagSpec = { name: 'yes', short: 'y', help: 'ask nothing' };

const planFlags = [allowHazards, allowPrune];
const resync: FlagSpec = {
  name: 'resync',
  value: 'DURATION',
  env: 'RECONCILE_RESYNC',
  default: '30s',
  help: 'look at everything at least this often',
};

export const commands: readonly CommandSpec[] = [
  {
    name: 'apply',
    usage: '[apply] [PATH…]',
    summary: 'plan, apply, exit (the default)',
    details: 'Asks on a terminal before it deletes or replaces a container; elsewhere it goes on.',
    examples: [
      { command: 'reconcile apply manifests/', does: 'make this host as the manifests say' },
      { command: 'reconcile apply --yes web.yaml', does: 'without a question; whatever else runs here is deleted' },
    ],
    flags: [...planFlags, yes],
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
    examples: [
      { command: 'reconcile plan manifests/', does: 'show each change, and the kernel file behind it' },
      { command: 'reconcile plan --detailed-exitcode -o json', does: 'exit status 2 where there are changes' },
    ],
    flags: [...planFlags, { name: 'detailed-exitcode', help: 'exit status 0: nothing to do, 2: changes' }],
    load: () => import('./plan.ts'),
  },
  {
    name: 'validate',
    usage: 'validate [PATH…]',
    summary: 'check manifests without looking at this host',
    examples: [
      { command: 'reconcile validate manifests/', does: 'list every mistake in every file' },
      { command: 'reconcile validate web.yaml', does: 'check one file' },
    ],
    flags: [],
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
];

/** The command of that name or alias. */
export function findCommand(name: string): CommandSpec | undefined {
  return commands.find((command) => command.name === name || command.alias === name);
}
