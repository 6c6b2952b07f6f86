import { describeReach } from '../support/reach.ts';
import { requires } from '../support/requires.ts';

/** `TRIALS=10 npm run test:chaos` follows ten thousand calls. */
const trials = Number(process.env['TRIALS'] ?? 1);

requires({ root: true, programs: ['conmon', 'busybox', 'strace'] })('call by call', () => {
  describeReach(trials > 1 ? 6 * trials : 1);
});
