import type { CompletedFlag, CompletedVerb, CompletionModel, Wanted } from './completion.ts';
import { spellings, watchFlag } from './completion-flags.ts';

/** For zsh with its completion system, loaded from \`fpath\` or by eval. */
export function completionZsh({ verbs, fallback, namesFolder, root }: CompletionModel): string {
  const withValue = [...new Set(verbs.flatMap(({ flags }) => flags.filter(({ value }) => value !== undefined)).flatMap(spellings))];
  return `#compdef reconcile
# zsh completion for reconcile. Load it with: eval "$(reconcile completion zsh)"

_reconcile() {
  local root=\${${root.env}:-${root.folder}} verb='' pending='' word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $pending ]]; then
      [[ $pending == --root ]] && root=$word
      pending=''
      continue
    fi
    case $word in
      --) break ;;
      --root=*) root=\${word#*=} ;;
      ${withValue.join('|')}) pending=$word ;;
      -w|--watch) verb=\${verb:-watch} ;;
      -*) ;;
      *) verb=\${verb:-$word} ;;
    esac
  done
  case $verb in
${verbs.map((verb) => verbCase(verb)).join('\n')}
    *)
      _arguments -S ${[...fallback.flags, watchFlag].map(flagSpecs).flat().join(' ')} '1: :_reconcile_first' '*:path:_files' ;;
  esac
}

_reconcile_first() {
  local -a verbs=(
${verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _describe command verbs
  _files
}

_reconcile_names() {
  local -a names=(\${~\${(Q)root}}/${namesFolder}/*(N/:t))
  compadd -a names
}

if [[ $funcstack[1] == _reconcile ]]; then
  _reconcile "$@"
else
  compdef _reconcile reconcile
fi
`;
}

function verbCase({ name, alias, flags, operand, single }: CompletedVerb): string {
  const action = actionOf(operand);
  const operands = single ? [`'2:${action.tag}:${action.code}'`, `'*:argument: '`] : [`'*:${action.tag}:${action.code}'`];
  const parts = ['_arguments -S', ...flags.flatMap(flagSpecs), `'1: :_reconcile_first'`, ...operands];
  return `    ${alias === undefined ? name : `${name}|${alias}`})\n      ${parts.join(' ')} ;;`;
}

/** One argument for each spelling; the two exclude each other, unless the flag can stand several times. */
function flagSpecs(flag: CompletedFlag): string[] {
  const { help, value, wanted, repeatable } = flag;
  const names = spellings(flag);
  const prefix = repeatable ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
  const action = actionOf(wanted);
  const text = help.replace(/[\\\][:]/g, '\\$&');
  return names.map((name) => {
    const mark = value === undefined ? '' : name.startsWith('--') ? '=' : '+';
    const ending = value === undefined ? '' : `:${value.replaceAll('|', ' or ')}:${action.code}`;
    return quoted(`${prefix}${name}${mark}[${text}]${ending}`);
  });
}

/** What _arguments does for a word; a blank: it shows the tag and offers nothing. */
function actionOf({ words, paths, names }: Wanted): { readonly tag: string; readonly code: string } {
  if (names) return { tag: 'container', code: '_reconcile_names' };
  const files = paths === 'folders' ? '_files -/' : '_files';
  if (words.length > 0 && paths !== 'none') return { tag: 'value', code: `{_values value ${words.join(' ')}; ${files}}` };
  if (words.length > 0) return { tag: 'value', code: `(${words.join(' ')})` };
  return paths === 'none' ? { tag: 'argument', code: ' ' } : { tag: 'path', code: files };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
