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
