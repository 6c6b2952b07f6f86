import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import type { HostIdentity } from '../state/host-identity.ts';
import { readTextIfExists } from './file.ts';

/** machine-id(5): it is confidential, and is to be told only as hashed together with something of one's own. */
export function hostIdentity(machineIdFile = '/etc/machine-id'): HostIdentity {
  const machineId = readTextIfExists(machineIdFile)?.trim() ?? '';
  const id = createHmac('sha256', machineId).update('reconcile').digest('hex').slice(0, 32);
  return { name: hostname(), ...(machineId === '' ? {} : { id }) };
}
