import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openChildren } from './child.ts';
import type { Children } from './child.ts';

describe('children', () => {
  let children: Children;
  beforeEach(() => { children = openChildren(); });
  afterEach(() => { children.killAll(); });

  it('are run to their end, with what they said and how long it took', async () => {
    const ended = await children.run(['sh', '-c', 'echo out; echo err >&2']);

    expect(ended).toMatchObject({ status: 0, stdout: 'out\n', stderr: 'err\n' });
    expect(ended.ms).toBeGreaterThan(0);
  });

  it('that fail say so with their own last words', async () => {
    await expect(children.run(['sh', '-c', 'echo why >&2; exit 3'])).rejects.toThrow(/status 3: why/);
    await expect(children.attempt(['sh', '-c', 'exit 3'])).resolves.toMatchObject({ status: 3 });
  });

  it('that are not there, or take too long, are errors', async () => {
    await expect(children.run(['/nowhere/program'])).rejects.toThrow(/ENOENT/);
    await expect(children.run(['sleep', '100'], { boundMs: 50 })).rejects.toThrow(/not done within 0.05 s/);
  });

  it('answer line by line, and fail whoever waits once they end', async () => {
    const asked = children.ask(['sh', '-c', 'read a; echo "$a!"; read b; echo "gone: $b" >&2; exit 1']);

    expect(await asked.answer('one')).toBe('one!');
    await expect(asked.answer('two')).rejects.toThrow(/gone: two/);
  });

  it('go on until they are stopped', async () => {
    const started = children.start(['sh', '-c', 'echo ready; exec sleep 100']);
    await started.until(/ready/);

    await started.stop();

    await expect(started.until(/more/)).rejects.toThrow(/ended/);
  });

  it('fail when they are interrupted, but for those that go on', async () => {
    const lasting = children.start(['sh', '-c', 'echo ready; sleep 0.1; echo still; exec sleep 100']);
    const running = children.attempt(['sleep', '100']);

    children.interrupt();

    await expect(running).resolves.toMatchObject({ status: null });
    await lasting.until(/still/);
  });
});
