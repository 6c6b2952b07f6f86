// Control characters (C0, DEL, C1), bidirectional controls, invisible and line-breaking characters.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes text from a manifest, a file name or a program safe for a terminal: what could move the
 * cursor, change colours or reorder a line is spelled out, such as \x1b or \u{202e}.
 */
export function escapeText(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** The same for lines of text. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/**
 * The same for JSON, which stays the same value: it may stand on a terminal too, and JSON itself spells out no more of
 * these than the first thirty-two.
 */
export function escapeJson(json: string): string {
  return json.replace(unsafe, (character) => (/[\n\t]/.test(character) ? character : inUnits(character)));
}

function inUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');
}
