import { newestOnly } from './newest';

/** Work that ends when it is told to. */
function steps() {
  const waiting: (() => void)[] = [];
  const begun: number[] = [];
  return {
    begun,
    run: async (input: number) => {
      begun.push(input);
      await new Promise<void>(resolve => waiting.push(resolve));
      return 10 * input;
    },
    end: async () => {
      waiting.shift()?.();
      await new Promise(resolve => setTimeout(resolve));
    }
  };
}

const soon = () => new Promise(resolve => setTimeout(resolve));

describe('the newest input', () => {
  test('is run next, those between are dropped', async () => {
    const { run, end, begun } = steps();
    const newest = newestOnly(run);
    const first = newest(1);
    await soon();
    const others = [2, 3, 4].map(newest);
    await end();
    expect(await first).toBe(10);
    await end();
    expect(await Promise.all(others)).toEqual([null, null, 40]);
    expect(begun).toEqual([1, 4]);
  });

  test('is alone: one at a time', async () => {
    const { run, end, begun } = steps();
    const newest = newestOnly(run);
    void newest(1);
    await soon();
    void newest(2);
    await soon();
    expect(begun).toEqual([1]);
    await end();
    expect(begun).toEqual([1, 2]);
    void newest(3);
    await soon();
    expect(begun).toEqual([1, 2]);
    await end();
    expect(begun).toEqual([1, 2, 3]);
  });

  test('is run after one that failed', async () => {
    const newest = newestOnly(async (input: number) => {
      if (input === 1) {
        throw new Error('no');
      }
      return input;
    });
    await expect(newest(1)).rejects.toThrow('no');
    expect(await newest(2)).toBe(2);
  });
});
