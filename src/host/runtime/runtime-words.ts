import { lastLines } from '../capture.ts';

/** What crun or runc says went wrong, without the time, level and quoting around it. */
export function runtimeWords(stderr: string): string {
  const found = stderr.matchAll(/level=(?:error|fatal) msg=("(?:[^"\\]|\\.)*")/g);
  const messages = [...found].map((match) => unquote(match[1] ?? ''));
  const text = messages.length > 0 ? messages.join('\n') : stderr.replaceAll(/^\d{4}-\d\d-\d\dT[\d:.]+Z: /gm, '');
  return lastLines(text);
}

/** Go's quoting is JSON's but for \x and \a, which then stay as they are. */
function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
