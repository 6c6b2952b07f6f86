import { isValid } from './validate.ts';
import type { Validation } from './validate.ts';

/** The stable format of schemas/validation.schema.json. */
export function validateJson(validation: Validation): object {
  const { files, containers, outcomes, findings } = validation;
  return {
    formatVersion: '1',
    valid: isValid(validation),
    files,
    containers,
    rules: outcomes.map(({ rule: { id, rule, place }, judged, broken }) => ({
      name: id,
      message: rule.message,
      level: rule.level ?? 'error',
      policy: { file: place.file, line: place.line },
      judged,
      broken,
    })),
    findings: findings.map(({ level, rule, file, line, column, path, message, got, hint }) => ({
      level,
      rule,
      file,
      line,
      column,
      path,
      message,
      ...(got === undefined ? {} : { got }),
      hint,
    })),
  };
}
