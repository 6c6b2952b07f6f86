// Made from schemas/container.schema.json by `npm run generate`. Do not edit.
import type { ErrorObject } from 'ajv';

export interface ValidateContainer {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

export declare const validate: ValidateContainer;
