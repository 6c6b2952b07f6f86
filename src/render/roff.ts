/** A paragraph in the man(7) macros, one sentence a line. */
export function paragraph(text: string): string[] {
  return ['.PP', ...text.split(/(?<=[.:;!?]) (?=[A-Z])/).map((sentence) => protectStart(prose(sentence)))];
}

/** Words of a text. A flag in it keeps its hyphens, so that it can be copied and searched for. */
export function prose(text: string): string {
  return escapeCharacters(text).replace(/(?<![\w-])-{1,2}(?=[\w]|$|[ .,])/g, (hyphens) => hyphens.replaceAll('-', '\\-'));
}

/** What is to be typed as it stands: bold, with every hyphen and quote as ASCII. */
export function literal(text: string): string {
  return `\\fB${protectStart(escapeCharacters(text).replaceAll('-', '\\-'))}\\fR`;
}

/** One argument of a request or macro. */
export function requestArgument(text: string): string {
  return `"${escapeCharacters(text).replaceAll('-', '\\-')}"`;
}

const special: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '"': '\\(dq',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '…': '...',
};

function escapeCharacters(text: string): string {
  return text.replace(/[\\"'`^~]|[^\x20-\x7e]/gu, (character) => special[character] ?? byCode(character));
}

/** `\[u2026]`, which groff and mandoc know. A line break would begin a new request. */
function byCode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f ? ' ' : `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** A line that begins with a dot is a request. */
function protectStart(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}
