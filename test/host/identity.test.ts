import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostIdentity } from '../../src/host/identity.ts';

it('a host is known by its machine id, which is not told, or else by its name alone', () => {
  const dir = mkdtempSync(join(tmpdir(), 'reconcile-identity-'));
  const file = join(dir, 'machine-id');
  const machineId = '0123456789abcdef0123456789abcdef';
  writeFileSync(file, `${machineId}\n`);
  const one = hostIdentity(file);
  writeFileSync(file, machineId.replace('0', '1'));
  const other = hostIdentity(file);

  expect(one.id).toMatch(/^[0-9a-f]{32}$/);
  expect(one.id).not.toBe(other.id);
  expect(JSON.stringify(one)).not.toContain(machineId);
  expect(hostIdentity(join(dir, 'gone'))).not.toHaveProperty('id');
  rmSync(dir, { recursive: true });
});
