import { faultTestsInGuest } from '../system-lane.ts';

await faultTestsInGuest();
