import { describe, expect, it } from 'vitest';
import { manifest } from './manifest-text.ts';
import { findingsOf, judgementOf, policy } from './policy-fixture.ts';

const memoryLimit = policy('path: spec.resources.memory.max\nschema: {type: integer, maximum: 268435456}');

describe('a rule about a field', () => {
  it('is kept by a container that fits', () => {
    expect(findingsOf(memoryLimit, manifest('resources: {memory: {max: 256Mi}}'))).toEqual([]);
  });

  it.each([
    ['is too large', memoryLimit, 'resources: {memory: {max: 1Gi}}', 'a.yaml:5:29: spec.resources.memory.max: as the house wants it (got 1Gi); write 256Mi or less'],
    ['has no limit', memoryLimit, 'resources: {memory: {max: max}}', 'a.yaml:5:29: spec.resources.memory.max: as the house wants it (got max); write a whole number'],
    ['is absent', memoryLimit, 'resources: {memory: {low: 1Mi}}', 'a.yaml:5:15: spec.resources.memory.max: as the house wants it (got nothing); add spec.resources.memory.max'],
    ['is absent with all around it', memoryLimit, 'replicas: 2', 'a.yaml:4:1: spec.resources.memory.max: as the house wants it (got nothing); add spec.resources.memory.max'],
    ['is a default', policy('path: spec.resources.pids.max\nschema: {type: integer, maximum: 64}'), 'replicas: 2', 'a.yaml:4:1: spec.resources.pids.max: as the house wants it (got 2048, the default); write 64 or less'],
    ['is a duration', policy('path: spec.stop.timeout\nschema: {maximum: 30}'), 'stop: {timeout: 1m30s}', 'a.yaml:5:19: spec.stop.timeout: as the house wants it (got 1m30s); write 30s or less'],
    ['is on the host', policy('path: spec.namespaces.network\nschema: {const: private}'), 'namespaces: {network: host}', 'a.yaml:5:25: spec.namespaces.network: as the house wants it (got host); write private'],
    ['is one of few', policy('path: spec.restart.policy\nschema: {enum: [always, on-failure]}'), 'restart: {policy: never}', 'a.yaml:5:21: spec.restart.policy: as the house wants it (got never); write always or on-failure'],
    ['does not fit a pattern', policy('path: metadata.name\nschema: {pattern: "^shop-"}'), 'replicas: 2', 'a.yaml:3:18: metadata.name: as the house wants it (got web); write what fits ^shop-'],
    ['must be a certain value', policy('path: spec.resources.memory.swap.max\nschema: {const: 0}'), 'replicas: 2', 'a.yaml:4:1: spec.resources.memory.swap.max: as the house wants it (got nothing); add spec.resources.memory.swap.max: 0'],
  ])('says where the manifest breaks it: the field %s', (_case, rules, spec, finding) => {
    expect(findingsOf(rules, manifest(spec))).toEqual([`error ${finding} [house/rule]`]);
  });

  it('has the hint of the policy where there is one', () => {
    const rules = policy('path: spec.resources.memory.max\nschema: true\nhint: ask the house');

    expect(findingsOf(rules, manifest('replicas: 2'))[0]).toContain('; ask the house [house/rule]');
  });

  it('that is optional is kept by a container without the field', () => {
    const rules = policy('path: spec.resources.memory.swap.max\noptional: true\nschema: {const: 0}');

    expect(findingsOf(rules, manifest('replicas: 2'))).toEqual([]);
    expect(findingsOf(rules, manifest('resources: {memory: {swap: {max: 1Gi}}}'))).toHaveLength(1);
  });

  it('that is optional and fits nothing forbids the field', () => {
    const rules = policy('path: spec.resources.memory.swap.max\noptional: true\nschema: false');

    expect(findingsOf(rules, manifest('resources: {memory: {swap: {max: 0}}}'))).toEqual([
      'error a.yaml:5:36: spec.resources.memory.swap.max: as the house wants it (got 0); remove it [house/rule]',
    ]);
  });

  it('can refer to definitions of its own', () => {
    const rules = policy('path: metadata.name\nschema: {$ref: "#/$defs/short", $defs: {short: {maxLength: 2}}}');

    expect(findingsOf(rules, manifest('replicas: 2'))).toEqual([
      'error a.yaml:3:18: metadata.name: as the house wants it (got web); write at most 2 characters [house/rule]',
    ]);
  });
});

describe('a rule about items of a list', () => {
  it('names the item as the manifest has it, whatever order the list is resolved to', () => {
    const rules = policy('path: spec.mounts.*.readonly\nschema: {const: true}');
    const mounts = 'mounts: [{source: /srv/z, target: /z}, {source: /srv/a, target: /a, readonly: true}]';

    expect(findingsOf(rules, manifest(mounts))).toEqual([
      'error a.yaml:5:12: spec.mounts.0.readonly: as the house wants it (got false, the default); write true [house/rule]',
    ]);
  });

  it('counts devices that have no limit', () => {
    const rules = policy('path: spec.resources.io.max.*.wbps\nschema: {type: integer, maximum: 1048576}');
    const io = 'resources: {io: {max: [{device: /dev/b, wbps: max}, {device: /dev/a, wbps: 10Mi}]}}';

    expect(findingsOf(rules, manifest(io))).toEqual([
      'error a.yaml:5:49: spec.resources.io.max.0.wbps: as the house wants it (got max); write a whole number [house/rule]',
      'error a.yaml:5:78: spec.resources.io.max.1.wbps: as the house wants it (got 10Mi); write 1Mi or less [house/rule]',
    ]);
  });

  it('knows the programs of a jail by their place', () => {
    const rules = policy('path: spec.rootfs.jail.binaries.*\nschema: {not: {const: /bin/sh}}');

    expect(findingsOf(rules, manifest('rootfs: {jail: {binaries: [/usr/bin/z, /bin/sh, /a]}}'))).toEqual([
      'error a.yaml:5:42: spec.rootfs.jail.binaries.1: as the house wants it (got /bin/sh); write what the rule asks [house/rule]',
    ]);
  });
});

describe('a rule about the whole container', () => {
  it('says once that no alternative fits', () => {
    const rules = policy('schema: {anyOf: [{properties: {metadata: {properties: {labels: {required: [owner]}}}}}, {properties: {metadata: {properties: {annotations: {required: [owner]}}}}}]}');

    expect(findingsOf(rules, manifest('replicas: 2'))).toEqual(['error a.yaml:1:1: as the house wants it; write what the rule asks [house/rule]']);
  });

  it('says what the branch of a condition wants', () => {
    const rules = policy(
      'schema:\n  if: {properties: {spec: {properties: {namespaces: {properties: {network: {const: host}}}}}}}\n  then: {properties: {metadata: {properties: {labels: {required: [exposed]}}}}}',
    );

    expect(findingsOf(rules, manifest('namespaces: {network: host}'))).toEqual([
      'error a.yaml:3:1: metadata.labels.exposed: as the house wants it (got nothing); add metadata.labels.exposed [house/rule]',
    ]);
    expect(findingsOf(rules, manifest('namespaces: {network: private}'))).toEqual([]);
  });

  it('never shows the value of an environment variable', () => {
    const rules = policy('path: spec.process.env.TOKEN\nschema: {pattern: "^vault:"}');

    const [finding] = findingsOf(rules, manifest('process: {args: [/a], env: {TOKEN: hunter2}}'));

    expect(finding).toBe('error a.yaml:5:38: spec.process.env.TOKEN: as the house wants it; write what fits ^vault: [house/rule]');
  });
});

describe('judging', () => {
  it('takes replicas for one', () => {
    const { findings, outcomes } = judgementOf(memoryLimit, manifest('replicas: 5'), manifest('replicas: 2', 'shop'));

    expect(findings.map(({ file }) => file)).toEqual(['a.yaml', 'b.yaml']);
    expect(outcomes.map(({ judged, broken }) => ({ judged, broken }))).toEqual([{ judged: 2, broken: 2 }]);
  });

  it('leaves out the containers that match does not fit', () => {
    const rules = policy('match: {properties: {metadata: {properties: {name: {const: shop}}}}}\npath: spec.resources.memory.max\nschema: true');

    const { findings, outcomes } = judgementOf(rules, manifest('replicas: 5'), manifest('replicas: 2', 'shop'));

    expect(findings.map(({ file }) => file)).toEqual(['b.yaml']);
    expect(outcomes[0]?.judged).toBe(1);
  });

  it('notes a rule that is for no container at all, at the rule', () => {
    const rules = policy('match: {properties: {metadata: {properties: {name: {const: nobody}}}}}\nschema: false');

    expect(findingsOf(rules, manifest('replicas: 5'))).toEqual([
      'note policy.yaml:6:7: spec.rules.0: is for no container here; look at match, which fits none [house/rule]',
    ]);
  });

  it('tells a note as a note', () => {
    const rules = policy('level: note\npath: spec.resources.memory.max\nschema: true');

    expect(judgementOf(rules, manifest('replicas: 2')).findings.map(({ level }) => level)).toEqual(['note']);
  });

  it('finds its way among several documents of a file', () => {
    const two = `${manifest('replicas: 2')}---\n${manifest('resources: {memory: {max: 1Gi}}', 'shop')}`;

    expect(findingsOf(memoryLimit, two).map((line) => line.split(' ')[1])).toEqual(['a.yaml:4:1:', 'a.yaml:13:29:']);
  });
});
