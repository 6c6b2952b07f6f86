import { describe, expect, it } from 'vitest';
import { mergeFiles, resolveFile } from '../../src/manifest/manifest.ts';
import type { ResolvedFile } from '../../src/manifest/manifest.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import type { ObservedState } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { observedState } from '../support/containers.ts';
import { sleeper } from '../support/manifest.ts';
import { runningAs } from '../support/model-states.ts';
import { manifestKinds } from './manifest-kinds.ts';

const desiredOf = (files: readonly ResolvedFile[]): DesiredState => mergeFiles({ revision: 'r', files: [], diagnostics: [] }, files).desired;

const other = resolveFile('other.yaml', sleeper('other'));

/** Everything that the whole file and another one ask for runs. */
function hostOf(desired: DesiredState): ObservedState {
  return observedState(desired.containers.map((container) => runningAs(container, codecs.unified)), desired.containers);
}

describe('a manifest that is cut off', () => {
  it('comes in fifty kinds', () => {
    expect(new Set(manifestKinds).size).toBe(50);
    expect(manifestKinds.filter((text) => resolveFile('x.yaml', text).diagnostics.length > 0)).toEqual([]);
  });

  it.for(manifestKinds.map((text, index) => [index, text] as const))('at any byte ends nothing while it is being written, and deletes nothing where it is broken: kind %i', ([, text], { task }) => {
    task.meta.faultTrials = { fault: 'a manifest is cut off', how: 'each of fifty manifests at every byte', trials: text.length };
    const observed = hostOf(desiredOf([resolveFile('x.yaml', text), other]));
    const wrong: string[] = [];
    for (let length = 0; length < text.length; length += 1) {
      const cut = desiredOf([resolveFile('x.yaml', text.slice(0, length)), other]);
      const meanwhile = makePlan(cut, observed, codecs.unified, { isSettled: () => false, backoff: true });
      const later = makePlan(cut, observed, codecs.unified, { backoff: true });
      if (meanwhile.steps.some(({ kind }) => kind === 'stop' || kind === 'remove')) wrong.push(`${length}: ends a container at once`);
      if (!cut.complete && later.changes.some(({ action }) => action === 'delete')) wrong.push(`${length}: deletes for a file that is broken`);
      if (later.changes.some(({ name, action }) => name === 'other' && action !== 'none')) wrong.push(`${length}: touches a container of another file`);
    }

    expect(wrong).toEqual([]);
  });
});
