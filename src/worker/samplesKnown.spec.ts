import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Condition } from '../core/condition';
import { createEngine } from './engine';
import { browserPorts } from './unpack';

const FIXTURES = join(__dirname, '../../tests/fixtures');

/** A file whose samples are sorted, with groups and columns. */
async function opened(name = 'tiny.groups.ndiv') {
  const bytes = Uint8Array.from(readFileSync(join(FIXTURES, name)));
  const engine = createEngine(browserPorts);
  return { engine, info: await engine.open({ kind: 'block', bytes }) };
}

test('what an author knows of the samples is told', async () => {
  const { info } = await opened();
  expect(info.groups).toEqual([
    { id: 'g0', name: 'wrong', color: null, size: 19 },
    { id: 'g1', name: 'first and last', color: '#1f77b4', size: 2 }
  ]);
  const [split, loss, number, flipped] = info.columns;
  expect(split).toEqual({
    name: 'split',
    categories: ['test', 'train'],
    range: null
  });
  expect(loss.range?.map(x => x > 0)).toEqual([true, true]);
  expect(number).toEqual({ name: 'number', categories: null, range: [0, 119] });
  expect(flipped.categories).toEqual(['false', 'true']);
});

test('samples are chosen by it', async () => {
  const { engine } = await opened();
  const sizeOf = async (where: Condition) =>
    (await engine.composition(where, 'label')).size;
  // Every fourth is of the test split; the split of one is not known, nor the loss of another.
  expect(await sizeOf({ column: 'split', in: ['test'] })).toBe(30);
  expect(await sizeOf({ column: 'split', in: ['train'] })).toBe(89);
  expect(await sizeOf({ column: 'loss', from: null, to: null })).toBe(119);
  expect(await sizeOf({ column: 'number', from: 10, to: 20 })).toBe(10);
  const flipped = await sizeOf({ column: 'flipped', in: ['true'] });
  expect(await sizeOf({ column: 'flipped', in: ['false'] })) //
    .toBe(120 - flipped);
  expect(await sizeOf({ group: 'g1' })).toBe(2);
});

test('in groups are the samples that the author means, whatever their order in the file', async () => {
  const { engine } = await opened();
  const { labels, predictions } = await engine.samples();
  const wrong = [...(labels ?? [])].flatMap((label, sample) =>
    label === predictions?.[sample] ? [] : [sample]
  );
  const conditions: [Condition, number[]][] = [
    [{ group: 'g0' }, wrong],
    [{ group: 'g1' }, [0, 119]],
    [{ column: 'number', from: 0, to: 3 }, [0, 1, 2]],
    [
      { all: [{ group: 'g0' }, { column: 'split', in: ['test'] }] },
      wrong.filter(sample => sample % 4 === 0)
    ]
  ];
  for (const [where, samples] of conditions) {
    expect(await engine.distribution(1, { where })) //
      .toEqual(await engine.distribution(1, { where: { samples } }));
  }
});

test('samples of two models share their pictures', async () => {
  const { engine, info } = await opened('tiny.compared.ndiv');
  const { engine: ofOne } = await opened('tiny.ndiv');
  const samples = [0, 5, 46, 119];
  const expected = await ofOne.pictures(samples);
  for (const shift of [0, 120]) {
    const asked = samples.map(sample => sample + shift);
    const found = await engine.pictures(asked);
    expect([...(found?.samples ?? [])]).toEqual(asked);
    expect(found?.pixels).toEqual(expected?.pixels);
  }
  expect(info.groups.map(({ name, size }) => [name, size])).toEqual([
    ['before', 120],
    ['after', 120]
  ]);
});

test('instances are the samples that the author counts', async () => {
  const { info } = await opened('tiny.compared.ndiv');
  expect(info.instances.map(({ sample }) => sample)) //
    .toEqual([null, null, 46, 0, null, null, 166, 120]);
});
