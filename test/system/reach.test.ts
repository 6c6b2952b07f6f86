import { describeReach } from '../support/reach.ts';
import { requires } from '../support/requires.ts';

requires({ root: true, programs: ['conmon', 'busybox', 'strace'] })('call by call', () => {
  describeReach(1);
});
