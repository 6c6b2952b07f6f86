import type { Plan } from '../plan/types.ts';

/** The stable format of schemas/plan.schema.json: the plan without its steps, which are our own affair. */
export function planJson(plan: Plan): Omit<Plan, 'steps'> {
  const { steps: _steps, ...published } = plan;
  return published;
}
