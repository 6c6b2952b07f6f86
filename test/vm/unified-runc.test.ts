import { systemTestsUnder } from './system-lane.ts';

await systemTestsUnder('runc');
