import { inTurns } from './turns';

test('others get a turn while something takes long', async () => {
  const done: string[] = [];
  function* long(): Generator<undefined, number> {
    for (let step = 0; step < 3; step++) {
      const start = performance.now();
      while (performance.now() - start < 45) {
        // Work.
      }
      done.push(`step ${step}`);
      yield;
    }
    return 7;
  }
  setTimeout(() => done.push('other'));
  expect(await inTurns(long())).toBe(7);
  expect(done.indexOf('other')).toBeLessThan(done.indexOf('step 2'));
});
