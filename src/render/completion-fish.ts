import type { CompletedFlag, CompletionModel, Wanted } from './completion.ts';
import { spellings, watchFlag } from './completion-flags.ts';

/** For fish 3 and newer. */
export function completionFish({ verbs, fallback, namesFolder, root }: CompletionModel): string {
  const bare = "__reconcile_is ''";
  const lines = verbs.flatMap((verb) => [
    ...verb.flags.map((flag) => flagLine(flag, `__reconcile_is ${verb.name}`)),
    ...operandLines(verb.operand, `__reconcile_is ${verb.name}${verb.single ? '; and __reconcile_is_first' : ''}`),
  ]);
  return `# fish completion for reconcile. Load it with: reconcile completion fish | source

${readFunction({ verbs, fallback, root })}
${askFunctions(namesFolder)}
complete -c reconcile -e
complete -c reconcile -f
complete -c reconcile -n "${bare}" -F
${verbs.map(({ name, summary }) => `complete -c reconcile -n "${bare}" -a ${name} -d ${quoted(summary)}`).join('\n')}
${[...fallback.flags, watchFlag].map((flag) => flagLine(flag, bare)).join('\n')}
${lines.join('\n')}
`;
}

/** What the words before the cursor say. */
function readFunction({ verbs, fallback, root }: Omit<CompletionModel, 'namesFolder'>): string {
  const withValue = [...new Set(verbs.flatMap(({ flags }) => flags.filter(({ value }) => value !== undefined)).flatMap(spellings))];
  const cases = verbs.map(({ name, alias }) => `            case ${alias === undefined ? name : `${name} ${alias}`}\n                __reconcile_word ${name}`);
  return `# Sets in its caller: the verb typed so far, the number of operands, the folder of --root.
function __reconcile_read --no-scope-shadowing
    set verb ''
    set operands 0
    set root ${root.folder}
    test -n "$${root.env}"; and set root $${root.env}
    set -l pending ''
    for word in (commandline -opc)[2..-1]
        if test -n "$pending"
            test "$pending" = --root; and set root $word
            set pending ''
            continue
        end
        switch $word
            case --
                break
            case '--root=*'
                set root (string replace -- --root= '' $word)
            case ${withValue.join(' ')}
                set pending $word
            case -w --watch
                test -z "$verb"; and set verb watch
            case '-*'
${cases.join('\n')}
            case '*'
                __reconcile_word ''
        end
    end
end

# The first word that is no flag is the verb where it names one; every other is an operand.
function __reconcile_word --no-scope-shadowing
    if test -n "$verb" -o -z "$argv[1]"
        set operands (math $operands + 1)
        test -z "$verb"; and set verb ${fallback.name}
    else
        set verb $argv[1]
    end
end
`;
}

function askFunctions(namesFolder: string): string {
  const variables = 'set -l verb; set -l operands; set -l root';
  return `function __reconcile_is
    ${variables}
    __reconcile_read
    test "$verb" = $argv[1]
end

function __reconcile_is_first
    ${variables}
    __reconcile_read
    test $operands -eq 0
end

function __reconcile_names
    ${variables}
    __reconcile_read
    for folder in $root/${namesFolder}/*/
        string replace -r -- '.*/(.+)/$' '$1' $folder
    end
end
`;
}

function flagLine({ name, short, help, value, wanted }: CompletedFlag, condition: string): string {
  const parts = ['complete -c reconcile', `-n "${condition}"`, `-l ${name}`, ...(short === undefined ? [] : [`-s ${short}`]), `-d ${quoted(help)}`];
  if (value !== undefined) parts.push(...valueParts(wanted));
  return parts.join(' ');
}

function valueParts({ words, paths }: Wanted): string[] {
  const offered = [...words, ...(paths === 'folders' ? ['(__fish_complete_directories (commandline -ct))'] : [])];
  return [paths === 'files' ? '-r -F' : '-x', ...(offered.length === 0 ? [] : [`-a ${quoted(offered.join(' '))}`])];
}

function operandLines({ words, paths, names }: Wanted, condition: string): string[] {
  const line = `complete -c reconcile -n "${condition}"`;
  return [
    ...(words.length === 0 ? [] : [`${line} -a ${quoted(words.join(' '))}`]),
    ...(names ? [`${line} -a '(__reconcile_names)'`] : []),
    ...(paths === 'none' ? [] : [`${line} -F`]),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
