import { describe, expect, it } from 'vitest';
import { literal, paragraph, prose, requestArgument } from '../../src/render/roff.ts';

describe('text for a manual page', () => {
  it.each([
    ['a backslash', 'a\\n', 'a\\en'],
    ['quotes', `"a" 'b' \`c\``, '\\(dqa\\(dq \\(aqb\\(aq \\(gac\\(ga'],
    ['a tilde and a circumflex', '~/x ^y', '\\(ti/x \\(hay'],
    ['what is not ASCII', 'PATH… ü', 'PATH... \\[u00FC]'],
    ['a line break', 'a\n.b', 'a .b'],
    ['a hyphen within a word', 'run-time', 'run-time'],
    ['a flag', 'with --root or -o, or a lone -- too', 'with \\-\\-root or \\-o, or a lone \\-\\- too'],
  ])('writes %s as it is meant', (_case, text, roff) => {
    expect(prose(text)).toBe(roff);
  });

  it('keeps every hyphen of what is to be typed', () => {
    expect(literal('--cgroup-parent')).toBe('\\fB\\-\\-cgroup\\-parent\\fR');
  });

  it('lets no line be taken for a request', () => {
    expect(paragraph('./plan is a path.')).toEqual(['.PP', '\\&./plan is a path.']);
    expect(paragraph('One. .two')).toEqual(['.PP', 'One. .two']);
  });

  it('lets no quote end an argument', () => {
    expect(requestArgument('a "b" c-d')).toBe('"a \\(dqb\\(dq c\\-d"');
  });

  it('puts each sentence on a line of its own', () => {
    expect(paragraph('One here. Two there: so. Three.')).toEqual(['.PP', 'One here.', 'Two there: so.', 'Three.']);
  });
});
