import type { CompletedFlag, CompletedVerb, CompletionModel, Wanted } from './completion.ts';
import { spellings } from './completion-flags.ts';

/** For bash 4.4 and newer, with or without the package bash-completion. */
export function completionBash({ verbs, fallback, namesFolder, root }: CompletionModel): string {
  const flags = [...new Map(verbs.flatMap((verb) => verb.flags).map((flag) => [flag.name, flag])).values()].filter(takesValue);
  return `# bash completion for reconcile. Load it with: eval "$(reconcile completion bash)"

_reconcile() {
  local cur=\${COMP_WORDS[COMP_CWORD]} root=\${${root.env}:-${root.folder}}
  local verb='' pending='' ended='' operands=0 word i
  COMPREPLY=()
${readWords({ verbs, fallback, flags })}
  case $verb:$pending in
${flags.map((flag) => valueCase(flag, verbs)).join('\n')}
  esac
  [[ -n $pending ]] && return
  if [[ -z $ended && $cur == -* ]]; then
    case \${verb:-${fallback.name}} in
${verbs.map((verb) => flagsCase(verb, fallback)).join('\n')}
    esac
    return
  fi
  case $verb in
    '')
      _reconcile_words '${verbs.map(({ name }) => name).join(' ')}'
      _reconcile_files -f
      ;;
${verbs.map(operandCase).join('\n')}
  esac
}
${wordFunctions(namesFolder)}
complete -F _reconcile reconcile
`;
}

interface WordsRead {
  readonly verbs: readonly CompletedVerb[];
  readonly fallback: CompletedVerb;
  /** Those that take a value. */
  readonly flags: readonly CompletedFlag[];
}

/** Lines that find out, from the words before the cursor, which verb it is and whether a flag waits for its value. */
function readWords({ verbs, fallback, flags }: WordsRead): string {
  return `  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $pending ]]; then
      [[ $word == '=' ]] && continue
      [[ $pending == --root ]] && root=$word
      pending=''
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -* ]]; then
      case $word in
        ${flags.flatMap(spellings).join(' | ')}) pending=$word ;;
        -w | --watch) verb=\${verb:-watch} ;;
      esac
    elif [[ -z $verb ]]; then
      case $word in
${verbs.map(({ name, alias }) => `        ${alias === undefined ? name : `${name} | ${alias}`}) verb=${name} ;;`).join('\n')}
        *) verb=${fallback.name} operands=1 ;;
      esac
    else
      ((++operands))
    fi
  done
  [[ $cur == '=' && -n $pending ]] && cur=''
  [[ -n $ended && -z $verb ]] && verb=${fallback.name}
`;
}

/** The functions that the actions call. compgen runs no program. */
function wordFunctions(namesFolder: string): string {
  return `
_reconcile_words() {
  local found
  mapfile -t found < <(compgen -W "$1" -- "$cur")
  COMPREPLY+=("\${found[@]}")
}

_reconcile_files() {
  local found
  compopt -o filenames
  mapfile -t found < <(compgen "$1" -- "$cur")
  COMPREPLY+=("\${found[@]}")
}

_reconcile_names() {
  local found
  mapfile -t found < <(compgen -d -- "\${root/#\\~\\//$HOME/}/${namesFolder}/$cur" 2>/dev/null)
  COMPREPLY+=("\${found[@]##*/}")
}
`;
}

function flagsCase({ name, flags }: CompletedVerb, fallback: CompletedVerb): string {
  const words = [...flags.map((flag) => `--${flag.name}`), ...(name === fallback.name ? ['--watch'] : [])];
  return `      ${name}) _reconcile_words '${words.join(' ')}' ;;`;
}

function takesValue({ value }: CompletedFlag): boolean {
  return value !== undefined;
}

/** The same flag can take other words under another verb: the first case that fits counts. */
function valueCase(flag: CompletedFlag, verbs: readonly CompletedVerb[]): string {
  const own = new Map<string, string[]>();
  for (const verb of verbs) {
    const action = actionOf(verb.flags.find(({ name }) => name === flag.name)?.wanted);
    own.set(action, [...(own.get(action) ?? []), verb.name]);
  }
  const common = actionOf(flag.wanted);
  own.delete(common);
  const patterns = (verb: string): string => spellings(flag).map((spelling) => `${verb}:${spelling}`).join(' | ');
  const special = [...own].filter(([action]) => action !== '').flatMap(([action, names]) => names.map((name) => `    ${patterns(name)}) ${action} ;;`));
  return [...special, `    ${patterns('*')}) ${common === '' ? ':' : common} ;;`].join('\n');
}

function operandCase({ name, operand, single }: CompletedVerb): string {
  const action = actionOf(operand);
  if (action === '') return `    ${name}) ;;`;
  return `    ${name}) ${single ? `((operands == 0)) && ${action}` : action} ;;`;
}

/** The commands that offer what is wanted, as one line; empty where nothing is. */
function actionOf(wanted: Wanted | undefined): string {
  if (wanted === undefined) return '';
  const actions = [
    wanted.words.length === 0 ? '' : `_reconcile_words '${wanted.words.join(' ')}'`,
    wanted.names ? '_reconcile_names' : '',
    wanted.paths === 'none' ? '' : `_reconcile_files ${wanted.paths === 'files' ? '-f' : '-d'}`,
  ].filter((action) => action !== '');
  return actions.length > 1 ? `{ ${actions.join('; ')}; }` : actions.join('');
}
