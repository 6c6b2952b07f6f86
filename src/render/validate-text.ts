import { counted } from './layout.ts';
import type { Validation } from './validate.ts';
import { isValid } from './validate.ts';

/** One line for what is valid; faults are an error and stand on stderr. */
export function validateText(validation: Validation): string {
  return isValid(validation) ? `${verdict(validation)}\n` : '';
}

/** `5 containers in 3 files: valid, 4 rules kept.` */
export function verdict({ files, containers, outcomes }: Validation): string {
  if (files === 0) return 'No manifests here.';
  const kept = outcomes.filter(({ broken, judged }) => broken === 0 && judged > 0).length;
  const rules = outcomes.length === 0 ? '' : `, ${kept} of ${counted(outcomes.length, 'rule')} kept`;
  return `${counted(containers, 'container')} in ${counted(files, 'file')}: valid${rules}.`;
}
