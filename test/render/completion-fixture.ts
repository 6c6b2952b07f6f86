import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, globalFlags } from '../../src/commands/table.ts';
import { completionModel, completionScript } from '../../src/render/completion.ts';
import type { Shell } from '../../src/render/completion.ts';

/** A folder with a manifest, a policy, and a --root with three containers. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-completion-'));
  for (const name of ['clock', 'web-0', 'web-1']) mkdirSync(join(folder, 'root/bundles', name), { recursive: true });
  mkdirSync(join(folder, 'manifests'));
  writeFileSync(join(folder, 'policy.yaml'), '');
  for (const shell of ['bash', 'zsh', 'fish'] as const) writeFileSync(join(folder, `script.${shell}`), scriptFor(shell));
  return folder;
}

export function scriptFor(shell: Shell): string {
  return completionScript(shell, completionModel(commands, globalFlags, 'bundles'));
}

/** What a shell offers, sorted, for each command line whose last word is being typed. */
export function completionsOf(shell: Shell, lines: readonly string[], folder: string): ReadonlyMap<string, readonly string[]> {
  const outputs = shell === 'zsh' ? run(shell, ['-f', '-c', zshProbe, 'probe', ...lines], folder).split('NEXT-LINE') : lines.map((line) => runOne(shell, line, folder));
  return new Map(lines.map((line, index) => [line, wordsOf(outputs[index] ?? '')]));
}

function runOne(shell: 'bash' | 'fish', line: string, folder: string): string {
  if (shell === 'fish') return run(shell, ['--no-config', '-c', fishProbe, line], folder);
  return run(shell, ['--norc', '-c', bashProbe, 'probe', ...line.split(' ')], folder);
}

/** Marked with M:, as a terminal shows what nobody asked for. */
function wordsOf(output: string): readonly string[] {
  const complaint = /.*(not found|no match|Unknown command).*/.exec(output);
  if (complaint !== null) throw new Error(complaint[0]);
  const found = [...output.matchAll(/^M:(\S+?)\/?\r?$/gm)].map(([, word = '']) => word);
  return [...new Set(found)].sort();
}

/** No program is on PATH: a completion that starts one complains. */
function run(program: Shell, args: readonly string[], folder: string): string {
  const path = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  const env = { PATH: folder, HOME: folder, TERM: 'dumb', SHELL_PROGRAM: path };
  const { stdout, stderr } = spawnSync(path, args, { cwd: folder, env, encoding: 'utf8', timeout: 15_000 });
  return stdout + stderr;
}

/** compopt works within a completion alone. */
const bashProbe = `
compopt() { :; }
source ./script.bash 2>&1
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_reconcile 2>&1
((\${#COMPREPLY[@]} == 0)) || printf 'M:%s\\n' "\${COMPREPLY[@]}"`;

const fishProbe = `
source ./script.fish 2>&1
for line in (complete -C $argv[1] 2>&1)
    echo M:(string split -f 1 \\t -- $line)
end`;

/** The completion system needs a terminal and its line editor: a shell within the shell, in which Tab is pressed. */
const zshProbe = `
zmodload zsh/zpty
zpty shell $SHELL_PROGRAM -f -i
zpty -w shell 'PROMPT=; RPROMPT=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source ./script.zsh
compadd() {
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)* ]]; then local -a found; builtin compadd -A found "$@"; print; print -rl -- M:\${^found}; fi
  builtin compadd "$@"
}
press() { _main_complete; compstate[insert]=; compstate[list]=; print; print -r -- END-OF-LIST; }
zle -C press complete-word press; bindkey "^I" press; print READY-TO-TYPE'
zpty -r shell output '*READY-TO-TYPE*READY-TO-TYPE*'
for line; do
  zpty -n -w shell $'\\C-u'"$line"$'\\t'
  zpty -r shell output '*END-OF-LIST*'
  print -r -- $output
  print NEXT-LINE
done
zpty -d shell`;
