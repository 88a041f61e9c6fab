import { expect, test } from './base';
import { evaluate, openNotebook, runAll, waitForViews } from './nd';
import { RECORDING, SHOW } from './samples';
import type { Told } from './view';
import { column, press, readGrid, sortBy, written } from './view';

const LAYERS = ['dense_1', 'dense_2'];
const BENIGN = 'cat 0 benign';
const ATTACKED = 'cat 0 attacked';

/** What to sort by: `a`, or `a` minus `b`; null is the neuron's index. */
type Key = { readonly a: string | null; readonly b?: string };

const KEYS: readonly Key[] = [
  { a: null },
  { a: 'cat' },
  { a: 'ship' },
  { a: BENIGN },
  { a: ATTACKED },
  { a: 'dog', b: 'cat' },
  { a: ATTACKED, b: 'dog' },
  { a: 'frog', b: ATTACKED },
  { a: ATTACKED, b: BENIGN }
];

type Reference = {
  readonly names: string[];
  readonly scores: Told[];
};

test('every sort key orders every layer as NumPy does, in both directions', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/sorting.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  const states = KEYS.flatMap(({ a, b = null }) =>
    (b === null ? [false] : [false, true]).flatMap(absolute =>
      [true, false].map(descending => ({ a, b, absolute, descending }))
    )
  );
  const references = await evaluate<Record<string, Reference>[]>(
    page,
    `[{layer: reference(layer, **state) for layer in layers} for state in _json.loads(${JSON.stringify(JSON.stringify(states))})]`
  );
  const optionOf = (item: string | null) =>
    item === null
      ? 'neuron index'
      : item.startsWith('cat 0')
        ? item
        : `median ${item}`;

  let sorted = '';
  for (const [k, { a, b, absolute, descending }] of states.entries()) {
    const key = `${optionOf(a)} minus ${b === null ? 'nothing' : optionOf(b)}`;
    if (key !== sorted) {
      await sortBy(view, optionOf(a), b === null ? undefined : optionOf(b));
      sorted = key;
    }
    await setPressed(absolute, b !== null);
    await setDirection(descending);
    for (const layer of LAYERS) {
      const name = `${layer}, ${key}, ${absolute ? 'absolute' : 'signed'}, ${descending ? 'descending' : 'ascending'}`;
      const grid = await readGrid(view, layer);
      expect(column(grid, 'Neuron'), name).toEqual(references[k][layer].names);
      expect(column(grid, 'Sort value'), name).toEqual(
        references[k][layer].scores.map(written)
      );
    }
  }

  async function setPressed(on: boolean, possible: boolean): Promise<void> {
    const name = 'Sort by the size of the difference';
    const button = view.getByRole('button', { name });
    if (!possible) {
      await expect(button).toBeDisabled();
    } else if (
      ((await button.getAttribute('aria-pressed')) === 'true') !==
      on
    ) {
      await press(view, name);
    }
  }

  async function setDirection(descending: boolean): Promise<void> {
    const wanted = descending ? '↓ largest first' : '↑ smallest first';
    const button = view.getByTitle('Reverse the order');
    if ((await button.textContent()) !== wanted) {
      await button.click();
    }
    await expect(button).toHaveText(wanted);
  }
});

test('medians and values of instances in the grid are NumPy’s', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/numbers.ipynb`, [RECORDING, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await sortBy(view, 'neuron index');
  for (const layer of LAYERS) {
    const grid = await readGrid(view, layer);
    for (const [head, item] of [
      ['Median of cat', 'cat'],
      ['Median of dog', 'dog'],
      [`Value of ${BENIGN}`, BENIGN],
      [`Value of ${ATTACKED}`, ATTACKED]
    ]) {
      const expected = await evaluate<Told[]>(
        page,
        `plain(values_of(${JSON.stringify(layer)}, ${JSON.stringify(item)}))`
      );
      expect(column(grid, head), `${layer}, ${head}`).toEqual(
        expected.map(written)
      );
    }
  }
});
