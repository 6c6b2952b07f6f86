import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/manifest/diagnostic.ts';
import { resolveFile } from '../../src/manifest/manifest.ts';
import { manifest } from './manifest-text.ts';

function faults(text: string): readonly string[] {
  return resolveFile('x.yaml', text).diagnostics.map(formatDiagnostic);
}

const units = 'the units are Ki Mi Gi Ti or k M G T';

describe('a field of a manifest', () => {
  it.each([
    // unknown fields
    ['memroy: 1', '5:3: spec.memroy: is not a known field; write one of replicas, rootfs, process, hostname, resources, namespaces, mounts, restart, stop, drift'],
    ['resources: {memroy: {max: 1Gi}}', '5:15: spec.resources.memroy: is not a known field; did you mean memory?'],
    ['namespaces: {mount: host}', '5:16: spec.namespaces.mount: is not a known field; write one of network, pid, ipc, uts, cgroup'],
    // wrong types
    ['replicas: "3"', '5:13: spec.replicas: must be a whole number (got "3"); write 3 without quotes'],
    ['replicas: 1.5', '5:13: spec.replicas: must be a whole number (got 1.5); write a value such as 3'],
    ['replicas: ', '5:13: spec.replicas: must be a whole number (got nothing); write a value such as 3, or leave the field out'],
    ['process: {args: /bin/sh -c x}', '5:19: spec.process.args: must be a list (got "/bin/sh -c x"); write a value such as [/bin/httpd, "-f", "-p", "8080"]'],
    ['process: {args: [/bin/httpd, -p, 8080]}', '5:36: spec.process.args.2: must be text (got 8080); quote it: "8080"'],
    ['process: {args: [/bin/httpd, 0x1F]}', '5:32: spec.process.args.1: must be text (got 0x1F); quote it: "0x1F"'],
    ['process: {args: [/bin/httpd, true]}', '5:32: spec.process.args.1: must be text (got true); quote it: "true"'],
    ['resources: []', '5:14: spec.resources: must be a mapping (got an empty list); write a value such as {cpu: {max: 1.5}, memory: {max: 256Mi}, pids: {max: 128}}'],
    ['mounts: [7]', '5:12: spec.mounts.0: must be a mapping (got 7); write a value such as {source: /srv/data, target: /data, readonly: true}'],
    ['rootfs: {path: /srv, readonly: no}', '5:34: spec.rootfs.readonly: must be true or false (got "no"); write false, without quotes; YAML 1.2 has no yes and no'],
    // missing and empty
    ['process: {cwd: /}', '5:3: spec.process.args: is missing; add args: [/bin/httpd, "-f", "-p", "8080"]'],
    ['process: {args: []}', '5:19: spec.process.args: is empty; write a value such as [/bin/httpd, "-f", "-p", "8080"]'],
    ['process: {args: [""]}', '5:20: spec.process.args.0: is empty; write the path of a program, such as /bin/httpd'],
    // root file system
    ['rootfs: {}', '5:3: spec.rootfs: has no source; write path (a folder on the host) or jail (files of the host)'],
    ['rootfs: {path: /a, jail: {binaries: [/b]}}', '5:3: spec.rootfs: has more than one source (got path and jail); write path (a folder on the host) or jail (files of the host)'],
    ['rootfs: {image: docker://busybox}', '5:19: spec.rootfs.image: is not supported yet (got "docker://busybox"); write path (a folder on the host) or jail (files of the host) instead'],
    ['rootfs: {path: srv}', '5:18: spec.rootfs.path: is not an absolute path (got "srv"); write the whole path, from / on'],
    ['rootfs: {path: /}', '5:18: spec.rootfs.path: is the whole root file system (got "/"); write the path of a part of it'],
    ['rootfs: {path: "/a\\0"}', '5:18: spec.rootfs.path: has a control character (got "/a\\u0000"); write a path of printable characters'],
    ['rootfs: {jail: {}}', '5:12: spec.rootfs.jail: is empty; name programs, such as binaries: [/bin/busybox]'],
    ['rootfs: {jail: {binaries: [busybox]}}', '5:30: spec.rootfs.jail.binaries.0: is not an absolute path (got "busybox"); write the whole path, from / on'],
    ['rootfs: {jail: {binaries: [/a], files: [/b/../c]}}', '5:43: spec.rootfs.jail.files.0: has a .. in it (got "/b/../c"); write the path that is meant, without ..'],
    ['rootfs: {jail: {binaries: [/a, /a]}}', '5:29: spec.rootfs.jail.binaries: names the same thing twice (got "/a"); keep one of the two'],
    // process
    ['process: {args: ["/a\\0"]}', '5:20: spec.process.args.0: has a NUL character (got "/a\\u0000"); remove it'],
    ['process: {args: [/a], cwd: data}', '5:30: spec.process.cwd: is not an absolute path (got "data"); write the whole path, from / on'],
    ['process: {args: [/a], cwd: /proc/self/fd/7}', '5:30: spec.process.cwd: is in /proc (got "/proc/self/fd/7"); write a folder of the root file system'],
    ['process: {args: [/a], env: {A-B: x}}', '5:31: spec.process.env.A-B: is not the name of a variable; write letters, digits and _, not beginning with a digit'],
    ['process: {args: [/a], env: {"": x}}', '5:31: spec.process.env."": is not the name of a variable; write letters, digits and _, not beginning with a digit'],
    ['process: {args: [/a], user: {uid: -1}}', '5:37: spec.process.user.uid: must be at least 0 (got -1); write a whole number from 0 to 4294967294'],
    ['process: {args: [/a], user: {gid: root}}', '5:37: spec.process.user.gid: must be a whole number (got "root"); write a value such as 1000'],
    // replicas and host name
    ['replicas: 10001', '5:13: spec.replicas: must be at most 10000 (got 10001); write a whole number from 1 to 10000'],
    ['replicas: 0', '5:13: spec.replicas: must be at least 1 (got 0); write a whole number from 1 to 10000'],
    ['hostname:', '5:12: spec.hostname: must be text (got nothing); write a value such as web, or leave the field out'],
    ['hostname: a_b', '5:13: spec.hostname: is no host name (got "a_b"); write letters, digits and - between them, such as web-1.example.org'],
    [`hostname: ${'a'.repeat(64)}`, `5:13: spec.hostname: is longer than 63 characters (got "${'a'.repeat(64)}"); write a shorter name`],
    ['hostname: x\n  namespaces: {uts: host}', '5:3: spec.hostname: would rename the host, for namespaces.uts is host; remove hostname, or write uts: private'],
    // cpu
    ['resources: {cpu: {max: 0}}', '5:26: spec.resources.cpu.max: must be at least 0.01 (got 0); write a number from 0.01 to 8192, or max for no limit'],
    ['resources: {cpu: {max: -1}}', '5:26: spec.resources.cpu.max: must be at least 0.01 (got -1); write a number from 0.01 to 8192, or max for no limit'],
    ['resources: {cpu: {max: 1500m}}', '5:26: spec.resources.cpu.max: has a unit; CPUs have none (got "1500m"); write 1.5'],
    ['resources: {cpu: {max: "1.5"}}', '5:26: spec.resources.cpu.max: is no number (got "1.5"); write 1.5 without quotes'],
    ['resources: {cpu: {max: two}}', '5:26: spec.resources.cpu.max: is no number (got "two"); write a number from 0.01 to 8192, or max for no limit'],
    ['resources: {cpu: {weight: 0}}', '5:29: spec.resources.cpu.weight: must be at least 1 (got 0); write a whole number from 1 to 10000'],
    ['resources: {cpu: {weight: 10001}}', '5:29: spec.resources.cpu.weight: must be at most 10000 (got 10001); write a whole number from 1 to 10000'],
    ['resources: {cpuset: {cpus: 0}}', '5:30: spec.resources.cpuset.cpus: must be text (got 0); quote it: "0"'],
    ['resources: {cpuset: {cpus: 3-1}}', '5:30: spec.resources.cpuset.cpus: has a range that runs backwards: 3-1 (got "3-1"); write 1-3'],
    ['resources: {cpuset: {mems: all}}', '5:30: spec.resources.cpuset.mems: is not a list of numbers (got "all"); write "0-1,4" or the like, without spaces'],
    // memory
    ['resources: {memory: {max: 0}}', '5:29: spec.resources.memory.max: must not be 0 (got 0); write max for no limit, or a size such as 64Mi; 0 would kill the container'],
    ['resources: {memory: {high: 0}}', '5:30: spec.resources.memory.high: must not be 0 (got 0); write max for no limit, or a size such as 64Mi; 0 would kill the container'],
    ['resources: {memory: {max: -1}}', '5:29: spec.resources.memory.max: must not be negative (got -1); write max for no limit, or a size such as 64Mi'],
    ['resources: {memory: {max: 512m}}', '5:29: spec.resources.memory.max: has an unknown unit: m is milli (got "512m"); write 512Mi'],
    ['resources: {memory: {max: 256}}', '5:29: spec.resources.memory.max: is less than 512Ki (got 256); write 512Ki or more; if 256 are megabytes, write 256Mi'],
    ['resources: {memory: {max: 1e9}}', '5:29: spec.resources.memory.max: must not have an exponent (got 1e9); write plain digits and a unit: Ki Mi Gi Ti or k M G T'],
    ['resources: {memory: {max: 0x10000000}}', '5:29: spec.resources.memory.max: must be a decimal number (got 0x10000000); write decimal digits and a unit: Ki Mi Gi Ti or k M G T'],
    ['resources: {memory: {max: 1048576.5}}', '5:29: spec.resources.memory.max: is no whole number of bytes (got 1048576.5); write a whole number with a smaller unit'],
    ['resources: {memory: {max: "18446744073709551616"}}', '5:29: spec.resources.memory.max: is more than 2^53 - 1 bytes (got "18446744073709551616"); write max for no limit, or a smaller size'],
    ['resources: {memory: {max: 4 GB}}', `5:29: spec.resources.memory.max: has an unknown unit (got "4 GB"); write 4Gi or 4G; ${units}`],
    ['resources: {memory: {max: [1]}}', '5:29: spec.resources.memory.max: must be a whole number or text (got a list); write a value such as 256Mi'],
    ['resources: {memory: {high: 2Gi, max: 1Gi}}', '5:30: spec.resources.memory.high: is more than memory.max, which is 1Gi (got 2Gi); write 1Gi or less: min <= low <= high <= max'],
    ['resources: {memory: {min: 64Mi, low: 32Mi}}', '5:29: spec.resources.memory.min: is more than memory.low, which is 32Mi (got 64Mi); write 32Mi or less: min <= low <= high <= max'],
    ['resources: {memory: {min: max, max: 1Gi}}', '5:29: spec.resources.memory.min: is more than memory.max, which is 1Gi (got max); write 1Gi or less: min <= low <= high <= max'],
    ['resources: {memory: {swap: {max: -1}}}', '5:36: spec.resources.memory.swap.max: must not be negative (got -1); write max for no limit, or a size such as 64Mi'],
    ['resources: {memory: {oom: {group: 1}}}', '5:37: spec.resources.memory.oom.group: must be true or false (got 1); write a value such as true'],
    ['resources: {memory: {oom: true}}', '5:29: spec.resources.memory.oom: must be a mapping (got true); write a value such as {group: true}'],
    // pids and io
    ['resources: {pids: {max: 0}}', '5:27: spec.resources.pids.max: must be at least 1 (got 0); write a whole number from 1 to 4194304, or max for no limit'],
    ['resources: {pids: {max: 4194305}}', '5:27: spec.resources.pids.max: must be at most 4194304 (got 4194305); write a whole number from 1 to 4194304, or max for no limit'],
    ['resources: {pids: {max: "64"}}', '5:27: spec.resources.pids.max: is no number (got "64"); write 64 without quotes'],
    ['resources: {io: {max: [{device: vda, rbps: 1M}]}}', '5:35: spec.resources.io.max.0.device: is not in /dev (got "vda"); write the device as a path such as /dev/vda'],
    ['resources: {io: {max: [{device: /dev/vda}]}}', '5:26: spec.resources.io.max.0: limits nothing; add rbps, wbps, riops or wiops'],
    ['resources: {io: {max: [{device: /dev/vda, rbps: 0}]}}', '5:51: spec.resources.io.max.0.rbps: must not be 0 (got 0); write max for no limit, or a size such as 64Mi'],
    ['resources: {io: {max: [{device: /dev/a, riops: 1}, {device: /dev/a, wiops: 1}]}}', '5:63: spec.resources.io.max.1.device: is the same as in item 0 (got "/dev/a"); keep one of the two'],
    // namespaces
    ['namespaces: {network: shop}', '5:25: spec.namespaces.network: is not supported yet: named networks come later (got "shop"); write private or host'],
    ['namespaces: {pid: hosts}', '5:21: spec.namespaces.pid: has an unknown value (got "hosts"); did you mean host? write private or host'],
    // mounts
    ['mounts: [{target: /data}]', '5:12: spec.mounts.0.source: is missing; add source: /srv/data, or write type: tmpfs'],
    ['mounts: [{source: /data}]', '5:12: spec.mounts.0.target: is missing; add target: /data'],
    ['mounts: [{source: /data, target: }]', '5:36: spec.mounts.0.target: must be text (got nothing); write a value such as /data'],
    ['mounts: [{source: data, target: /data}]', '5:21: spec.mounts.0.source: is not an absolute path (got "data"); write the whole path, from / on'],
    ['mounts: [{source: /a, target: ../b}]', '5:33: spec.mounts.0.target: is not an absolute path (got "../b"); write the whole path, from / on'],
    ['mounts: [{source: /a, target: /b/../../c}]', '5:33: spec.mounts.0.target: has a .. in it (got "/b/../../c"); write the path that is meant, without ..'],
    ['mounts: [{source: /a, target: /}]', '5:33: spec.mounts.0.target: is the root itself (got "/"); name the folder in spec.rootfs.path, or a folder below / here'],
    ['mounts: [{source: /a, target: /proc/x}]', '5:33: spec.mounts.0.target: is in /proc, which the runtime mounts itself (got "/proc/x"); write a target outside /proc, /sys and /dev'],
    ['mounts: [{source: /a, target: /x}, {source: /b, target: /x}]', '5:59: spec.mounts.1.target: is the same as in item 0 (got "/x"); keep one of the two'],
    ['mounts: [{type: tmpfs, source: /a, target: /x}]', '5:26: spec.mounts.0.source: does not go with a tmpfs; remove it, or write type: bind'],
    ['mounts: [{source: /a, target: /x, size: 1Mi}]', '5:37: spec.mounts.0.size: does not go with a bind mount; remove it, or write type: tmpfs'],
    ['mounts: [{type: tmpfs, target: /x, size: max}]', '5:44: spec.mounts.0.size: needs a size (got "max"); write bytes such as 64Mi'],
    ['mounts: [{type: volume, target: /x, source: /y}]', '5:19: spec.mounts.0.type: has an unknown value (got "volume"); write bind or tmpfs'],
    // restart and stop
    ['restart: {policy: allways}', '5:21: spec.restart.policy: has an unknown value (got "allways"); did you mean always? write always, on-failure or never'],
    ['restart: {backoff: {initial: 10}}', '5:32: spec.restart.backoff.initial: has no unit (got 10); write 10s for seconds; the units are ms s m h'],
    ['restart: {backoff: {initial: 0s}}', '5:32: spec.restart.backoff.initial: is less than 10ms (got "0s"); write 10ms or more'],
    ['restart: {backoff: {initial: 10m}}', '5:32: spec.restart.backoff.initial: is longer than backoff.max (got 10m); write initial <= max; they are 1s and 5m where absent'],
    ['restart: {backoff: {max: 500ms}}', '5:28: spec.restart.backoff.max: is shorter than backoff.initial, which is 1s (got 500ms); write initial <= max; they are 1s and 5m where absent'],
    ['stop: {signal: TREM}', '5:18: spec.stop.signal: is not the name of a signal (got "TREM"); write TERM'],
    ['stop: {signal: 15}', '5:18: spec.stop.signal: must be text (got 15); quote it: "15"'],
    ['stop: {timeout: -1s}', '5:19: spec.stop.timeout: must not be negative (got "-1s"); write a duration such as 10s'],
    // drift
    ['drift: enforced', '5:10: spec.drift: has an unknown value (got "enforced"); did you mean enforce? write enforce, report or ignore'],
    ['drift: 7', '5:10: spec.drift: has the wrong form (got 7); write a value such as enforce'],
    ['drift: {defaults: report}', '5:11: spec.drift.defaults: is not a known field; did you mean default?'],
    ['drift: {default: yes}', '5:20: spec.drift.default: has an unknown value (got "yes"); write enforce, report or ignore'],
    ['drift: {paths: {resources.memory.maxx: report}}', '5:19: spec.drift.paths."resources.memory.maxx": names no field (got "resources.memory.maxx"); did you mean resources.memory.max?'],
    ['drift: {paths: {resources.cpu: ignored}}', '5:34: spec.drift.paths."resources.cpu": has an unknown value (got "ignored"); did you mean ignore? write enforce, report or ignore'],
  ])('is refused: %s', (spec, line) => {
    expect(faults(manifest(spec))).toEqual([`x.yaml:${line}`]);
  });

  it.each([
    ['Web', 'is no DNS label (got "Web"); write lower-case letters, digits and - between them, such as web'],
    ['--help', 'is no DNS label (got "--help"); write lower-case letters, digits and - between them, such as help'],
    ['a_b', 'is no DNS label (got "a_b"); write lower-case letters, digits and - between them, such as a-b'],
    ['../x', 'is no DNS label (got "../x"); write lower-case letters, digits and - between them, such as x'],
    ['tasks', 'is a name that the kernel uses (got "tasks"); write another, such as tasks-1'],
    ['a'.repeat(64), `is longer than 63 characters (got "${'a'.repeat(64)}"); write a shorter name`],
    ['5', 'must be text (got 5); quote it: "5"'],
  ])('refuses the name %s', (name, words) => {
    expect(faults(manifest('replicas: 1', name))).toEqual([`x.yaml:3:18: metadata.name: ${words}`]);
  });

  it('leaves room in the name for the numbers of the replicas', () => {
    const name = 'a'.repeat(61);

    expect(faults(manifest('replicas: 10', name))).toEqual([]);
    expect(faults(manifest('replicas: 11', name))).toEqual([
      'x.yaml:3:18: metadata.name: is too long: with replicas it must fit in 63 characters (got 64 characters); write at most 60 characters',
    ]);
  });

  it('says how to mend an environment variable that is text', () => {
    const env = `{LONG: "${'s3cret'.repeat(30_000)}", NUL: "s3cret\\0"}`;

    expect(faults(manifest(`process: {args: [/a], env: ${env}}`))).toEqual([
      'x.yaml:5:37: spec.process.env.LONG: is too long for the kernel; write at most 126 KiB, or put it in a file',
      'x.yaml:5:180046: spec.process.env.NUL: has a NUL character; remove it',
    ]);
  });

  it('never shows the value of an environment variable', () => {
    const env = '{A: 31337, B: true, C: [s3cret], D: "s3cret\\0", "E-F": s3cret, G: 031337, H: .inf}';
    const lines = faults(manifest(`process: {args: [/a], env: ${env}}`));

    expect(lines).toHaveLength(7);
    expect(lines.join('\n')).not.toMatch(/31337|s3cret|inf\b/);
  });
});

describe('a document', () => {
  it.each([
    ['a list', '- a', 'x.yaml:1:1: must be a mapping (got a list)'],
    ['a text', 'hello', 'x.yaml:1:1: must be a mapping (got "hello")'],
    ['empty', '---\n---\n', 'x.yaml:1:4: the document is empty'],
    ['of a kind that comes later', 'apiVersion: reconcile/v1\nkind: Network', 'x.yaml:2:7: kind: is not supported yet (got "Network")'],
    ['of an unknown kind', 'apiVersion: reconcile/v1\nkind: Pod\nmetadata: {name: a}\nspec: {rootfs: {path: /a}, process: {args: [a]}}', 'x.yaml:2:7: kind: has an unknown value (got "Pod"); write Container'],
    ['of another version', 'apiVersion: v1\nkind: Container\nmetadata: {name: a}\nspec: {rootfs: {path: /a}, process: {args: [a]}}', 'x.yaml:1:13: apiVersion: has an unknown value (got "v1"); write reconcile/v1'],
  ])('is refused: %s', (_, text, line) => {
    expect(faults(text)[0]).toMatch(line);
  });

  it('is refused with all its errors at once', () => {
    const lines = faults('kind: Container\nmetadata: {}\nspec: {replicas: x, resources: {memory: {max: 0}, cpu: {max: 0}}}');

    expect(lines.map((line) => line.split(': ')[1])).toEqual([
      ...['spec.resources.memory.max', 'apiVersion', 'metadata.name', 'spec.rootfs', 'spec.process'],
      ...['spec.replicas', 'spec.resources.cpu.max'],
    ]);
  });

  it.each([
    'restart: {backoff: {initial: 7s, max: 7s}}',
    'stop: {timeout: 576h}',
    'resources: {memory: {min: 64Mi, low: 64Mi, high: 64Mi, max: 64Mi}}',
    'resources: {memory: {max: 512Ki}}',
    'resources: {memory: {max: 9007199254740991}}',
    `mounts: [{source: /a, target: /${'b'.repeat(255)}}]`,
    `rootfs: {path: ${`/${'c'.repeat(254)}`.repeat(16)}${'/d'.repeat(7)}a}`,
  ])('may go to the bounds: %.60s', (spec) => {
    expect(faults(manifest(spec))).toEqual([]);
  });

  it('may give zero where zero means something', () => {
    expect(faults(manifest('resources: {memory: {min: 0, low: 0, swap: {max: 0}}}'))).toEqual([]);
    expect(faults(manifest('stop: {timeout: 0s}'))).toEqual([]);
  });

  it('does not judge what only a host can', () => {
    expect(faults(manifest('resources: {cpuset: {cpus: "8000"}, io: {max: [{device: /dev/none, rbps: 1M}]}}'))).toEqual([]);
  });
});
