import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { planText } from '../../src/render/plan-text.ts';
import { plainStyle } from '../../src/render/style.ts';
import { changeOf, memoryRaised, planOf } from './plan-fixture.ts';

function linesOf(...args: Parameters<typeof planOf>): string[] {
  return planText(planOf(...args), plainStyle).trimEnd().split('\n');
}

describe('planText', () => {
  it('ends with a line that tools can look for', () => {
    const plan = [
      changeOf('a'),
      changeOf('b', { action: 'update', reason: 'drift' }),
      changeOf('c', { action: 'restart', reason: 'exited' }),
      changeOf('d', { action: 'replace', reason: 'rootfs-changed' }),
      changeOf('e', { action: 'delete', reason: 'not-in-manifests' }),
    ];

    expect(linesOf(plan).at(-1)).toBe('Plan: 2 to add, 2 to change, 2 to destroy.');
  });

  it('says so where nothing is to do', () => {
    const lines = linesOf([changeOf('a', { action: 'none', reason: 'unchanged' })]);

    expect(lines).toEqual(['1 container unchanged.', 'No changes.']);
  });

  it('shows a limit as the manifest and as the kernel have it', () => {
    const lines = linesOf([changeOf('web', { action: 'update', reason: 'manifest-changed', pid: 42, fields: [memoryRaised] })]);

    expect(lines.slice(0, 3)).toEqual([
      '  ~ update web: manifest changed; keeps pid 42  manifests/web.yaml:1',
      '      resources.memory.max  256Mi -> 512Mi',
      '        memory.limit_in_bytes 268435456 -> 536870912',
    ]);
  });

  it('shows what a new cgroup gets', () => {
    const web = changeOf('web');
    const write = { field: 'pids.max', controller: 'pids', file: 'pids.max', value: '32', direction: 'decrease' } as const;

    const lines = linesOf([web], [{ kind: 'write-limits', phase: 'create', lane: 'web', container: web.name, writes: [write] }]);

    expect(lines).toContain('      pids.max=32');
  });

  it('puts the kernel beside the field where 80 columns are enough', () => {
    const field = { ...memoryRaised, kernel: { file: 'memory.max', before: '268435456', after: '536870912' } };

    const lines = linesOf([changeOf('web', { action: 'update', reason: 'manifest-changed', fields: [field] })]);

    expect(lines[1]).toBe('      resources.memory.max  256Mi -> 512Mi  memory.max 268435456 -> 536870912');
  });

  it('shows that a secret changed, and not what it is', () => {
    const field = { path: 'process.env.TOKEN', before: '(hidden)', after: '(hidden)', effect: 'restart', origin: 'manifest', enforced: true } as const;

    const lines = linesOf([changeOf('web', { action: 'restart', reason: 'manifest-changed', fields: [field] })]);

    expect(lines).toContain('      process.env.TOKEN  (hidden), changed');
  });

  it('says first which runtime makes new processes, and why, and says nothing of it where none is made', () => {
    const made = linesOf([changeOf('web')]);
    const resized = linesOf([changeOf('web', { action: 'update', reason: 'manifest-changed', fields: [memoryRaised] })]);

    expect(made[0]).toBe('hybrid cgroups, runc 1.1.5: crun refuses hybrid cgroups');
    expect(resized.join('\n')).not.toMatch(/runc/);
  });

  it('shows equal replicas as one', () => {
    const lines = linesOf([changeOf('web-0'), changeOf('web-1'), changeOf('web-2'), changeOf('web-3', { group: 'other' })]);

    expect(lines.filter((line) => line.includes('create'))).toEqual([
      '  + create web-0 … web-2 (3): not on this host  manifests/web.yaml:1',
      '  + create web-3: not on this host  manifests/web.yaml:1',
    ]);
  });

  it('says why a container is refused, once, and what to do', () => {
    const remark = { path: 'resources.memory.max', message: '1 is below usage', hint: 'allow it' };
    const change = changeOf('web', {
      action: 'none',
      reason: 'refused',
      hazards: [{ code: 'memory-below-usage', blocking: true, cost: '2 MiB', ...remark }],
      refusals: [remark],
    });

    const text = linesOf([change]).join('\n');

    expect(text.match(/1 is below usage; cost: 2 MiB; allow it/g)).toHaveLength(1);
    expect(text.match(/below usage/g)).toHaveLength(1);
    expect(text).toContain('1 refused');
  });

  it('tells drift apart from what the manifest changed, in a section of its own', () => {
    const drifted = { ...memoryRaised, path: 'resources.pids.max', before: 7, after: 128, origin: 'drift', kernel: { file: 'pids.max', before: '7', after: '128' } } as const;

    const lines = linesOf([changeOf('web', { action: 'update', reason: 'manifest-changed', pid: 42, fields: [memoryRaised, drifted] })]);

    expect(lines).toEqual([
      'Manifests:',
      '',
      '  ~ update web: manifest changed; keeps pid 42  manifests/web.yaml:1',
      '      resources.memory.max  256Mi -> 512Mi',
      '        memory.limit_in_bytes 268435456 -> 536870912',
      '',
      'Drift (changed on this host, not by the manifests):',
      '',
      '  ~ update web: drift: pids.max was written by someone else; in the same update',
      '      manifests/web.yaml:1',
      '      resources.pids.max  7 -> 128  pids.max 7 -> 128',
      '',
      '1 in place, 0 restart, 0 replace.',
      'Plan: 0 to add, 1 to change, 0 to destroy.',
    ]);
  });

  it('says of drift that is reported only that nothing is done about it, though the manifest changed something else', () => {
    const drifted = { ...memoryRaised, path: 'resources.pids.max', before: 7, after: 128, origin: 'drift', enforced: false } as const;

    const lines = linesOf([changeOf('web', { action: 'update', reason: 'manifest-changed', pid: 42, fields: [memoryRaised, drifted] })]);

    expect(lines).toContain('    web: drift: memory.limit_in_bytes was written by someone else; reported only');
    expect(lines.filter((line) => line.includes('~'))).toHaveLength(1);
  });

  it('joins replicas that stand apart, and names them below where there are many rows of them', () => {
    const even = Array.from({ length: 10 }, (_, index) => changeOf(`web-${2 * index}`));
    const odd = Array.from({ length: 10 }, (_, index) => changeOf(`web-${2 * index + 1}`, { action: 'none', reason: 'unchanged' }));

    const lines = linesOf([...even, ...odd]);

    expect(lines.slice(2, 5)).toEqual([
      '  + create web (10 of 20): not on this host  manifests/web.yaml:1',
      '      web-0, web-2, web-4, web-6, web-8, web-10, web-12, web-14, web-16, web-18',
      '',
    ]);
  });

  it('counts what a plan leaves alone once each', () => {
    const waiting = changeOf('b', { action: 'none', reason: 'waiting', notBeforeMs: 1 });
    const refused = changeOf('c', { action: 'none', reason: 'refused' });

    const lines = linesOf([changeOf('a', { action: 'none', reason: 'unchanged' }), waiting, refused, changeOf('d')]);

    expect(lines.at(-2)).toBe('0 in place, 0 restart, 0 replace; 1 container unchanged, 1 waiting, 1 refused.');
  });

  it('takes one line for each change where it is compact', () => {
    const refused = changeOf('old', { action: 'none', reason: 'refused', refusals: [{ path: '', message: 'not deleted', hint: 'allow it' }] });
    const held = changeOf('tight', {
      ...{ action: 'none', reason: 'refused', fields: [memoryRaised], refusals: [{ path: '', message: 'too much', hint: 'h' }] },
      hazards: [{ code: 'memory-below-usage', path: '', message: 'too much', cost: 'c', hint: 'h', blocking: true }],
    });
    const plan = planOf([changeOf('a'), refused, held, changeOf('web', { action: 'update', reason: 'manifest-changed', pid: 42, fields: [memoryRaised] })]);

    const lines = planText(plan, { ...plainStyle, compact: true }).trimEnd().split('\n');

    expect(lines.slice(2)).toEqual([
      '  + create a: not on this host',
      '    old: refused; refused: not deleted',
      '    tight: refused; resources.memory.max 256Mi -> 512Mi; hazard: too much',
      '  ~ update web: resources.memory.max 256Mi -> 512Mi',
      '',
      '1 in place, 0 restart, 0 replace; 2 refused.',
      'Plan: 1 to add, 1 to change, 0 to destroy.',
    ]);
  });

  it('marks drift that is only reported', () => {
    const field = { ...memoryRaised, origin: 'drift', enforced: false } as const;

    const lines = linesOf([changeOf('web', { action: 'none', reason: 'unchanged', fields: [field] })]);

    expect(lines).toContain('      resources.memory.max  is 256Mi, manifest says 512Mi');
    expect(lines).toContain('        memory.limit_in_bytes 268435456 (reported only)');
    expect(lines.slice(-2)).toEqual(['1 container with reported drift.', 'No changes.']);
  });

  it.each([
    ['an escape sequence', '/srv/\x1b[2Jevil', '\\x1b[2J'],
    ['a new line', '/srv/a\nPlan: 0 to add', '\\x0aPlan'],
    ['a bidirectional control', '/srv/\u202egpj', '\\u{202e}'],
    ['a C1 control', '/srv/\u009b31m', '\\x9b31m'],
  ])('spells out %s in a value', (_case, value, shown) => {
    const field = { path: 'rootfs.path', before: '/srv/a', after: value, effect: 'replace', origin: 'manifest', enforced: true } as const;

    const text = planText(planOf([changeOf('web', { action: 'replace', reason: 'manifest-changed', fields: [field] })]), plainStyle);

    expect(text).toContain(shown);
    expect(text).toBe(stripVTControlCharacters(text));
  });

  it('says the same with and without colour', () => {
    const plan = planOf([changeOf('web', { action: 'update', reason: 'drift', fields: [memoryRaised] })]);

    const coloured = planText(plan, { colour: true, width: 80 });

    expect(coloured).toContain('\x1b[');
    expect(stripVTControlCharacters(coloured)).toBe(planText(plan, plainStyle));
  });
});
