import { systemTestsUnder } from './system-lane.ts';

// What these show of unified cgroups the other guest shows, and of runc the legacy lane.
await systemTestsUnder('runc', ['disturbances', 'plan-writes-nothing', 'saved-plan', 'watch'].map((name) => `test/system/${name}.test.ts`));
