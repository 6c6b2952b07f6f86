import { describe, expect, it } from 'vitest';
import { absolutePathFault, cwdFault, devicePathFault, mountTargetFault, partPathFault } from '../../src/manifest/path-rules.ts';

describe('an absolute path', () => {
  it.each(['/', '/srv', '/srv/data.d/..x', '/a b', '/ü'])('may be %s', (path) => {
    expect(absolutePathFault(path)).toBeUndefined();
  });

  it.each([
    ['', 'is empty'],
    ['srv/data', 'is not an absolute path'],
    ['./data', 'is not an absolute path'],
    ['/srv/../etc', 'has a .. in it'],
    ['/..', 'has a .. in it'],
    ['/srv//data', 'is not written plainly'],
    ['/srv/./data', 'is not written plainly'],
    ['/srv/', 'is not written plainly'],
    ['//', 'is not written plainly'],
    ['/srv\0', 'has a control character'],
    ['/srv\n', 'has a control character'],
    [`/${'x'.repeat(256)}`, 'has a name longer than 255 bytes'],
    [`/${'ü'.repeat(128)}`, 'has a name longer than 255 bytes'],
    ['/x'.repeat(2048), 'is longer than 4095 bytes'],
  ])('must not be %j', (path, message) => {
    expect(absolutePathFault(path)).toHaveProperty('message', message);
  });

  it('is told in its plain spelling', () => {
    expect(absolutePathFault('//srv/./data/')).toHaveProperty('hint', 'write /srv/data');
  });
});

describe('a mount target', () => {
  it.each(['/data', '/dev/shm', '/dev/shm/x', '/procfs', '/development'])('may be %s', (path) => {
    expect(mountTargetFault(path)).toBeUndefined();
  });

  it.each(['/', '/proc', '/proc/self', '/sys', '/sys/fs/cgroup', '/dev', '/dev/null', '/dev/shm/../null', '/a/../proc', 'data'])(
    'must not be %s',
    (path) => {
      expect(mountTargetFault(path)).toBeDefined();
    },
  );
});

describe('a path with a rule of its own', () => {
  it('of a working directory is not in /proc', () => {
    expect(cwdFault('/proc/self/fd/7')).toHaveProperty('message', 'is in /proc');
    expect(cwdFault('/')).toBeUndefined();
  });

  it('of a part is not the whole root', () => {
    expect(partPathFault('/')).toHaveProperty('message', 'is the whole root file system');
    expect(partPathFault('/bin')).toBeUndefined();
  });

  it('of a device is in /dev', () => {
    expect(devicePathFault('/srv/vda')).toHaveProperty('message', 'is not in /dev');
    expect(devicePathFault('/dev/../etc/passwd')).toHaveProperty('message', 'has a .. in it');
    expect(devicePathFault('/dev/vda')).toBeUndefined();
  });
});
