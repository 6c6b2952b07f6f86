import { describe, expect, it } from 'vitest';
import { planMarkdown } from '../../src/render/plan-markdown.ts';
import { changeOf, planOf } from './plan-fixture.ts';

describe('planMarkdown', () => {
  it('begins with what the plan comes to, and names what is lost', () => {
    const text = planMarkdown(planOf([changeOf('web'), changeOf('old', { action: 'delete', reason: 'not-in-manifests' })]));

    expect(text.split('\n')[0]).toBe('### Plan: 1 to add, 0 to change, 1 to destroy.');
    expect(text).toContain('**Deleted or replaced**: `old`');
  });

  it('lets no value end the fence', () => {
    const field = { path: 'hostname', before: 'a', after: '````\n# hello', effect: 'replace', origin: 'manifest', enforced: true } as const;

    const text = planMarkdown(planOf([changeOf('web', { action: 'replace', reason: 'manifest-changed', fields: [field] })]));

    expect(text.split('\n').filter((line) => /^`{5,}(text)?$/.test(line))).toHaveLength(2);
    expect(text).not.toMatch(/^# hello/m);
  });
});
