import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import { RECORDING } from './samples';
import { choose, column, readGrid, toggle, written } from './view';

const LAYERS = ['dense_1', 'dense_2'];

/** The same samples in a model that was trained on; and what the view says of both, by definition. */
const TRAINED = `
later = {
    name: np.maximum(1.1 * values + rng.normal(0, 0.6, values.shape) - 0.2, 0).astype(np.float32)
    for name, values in layers.items()
}
after = nd.Recording.from_arrays(
    later, labels=labels, class_names=CLASSES,
    predictions=np.where(rng.random(240) < 0.05, (labels + 1) % 4, labels), name="Test",
)


def medians(values):
    finite = (column[np.isfinite(column)] for column in values.astype(float).T)
    return [float(np.median(column)) if len(column) else None for column in finite]


def auc(a, b):
    def one(x, y):
        x, y = (v[np.isfinite(v)].astype(float) for v in (x, y))
        if not len(x) or not len(y):
            return None
        return float((y[:, None] > x).mean() + 0.5 * (y[:, None] == x).mean())
    return [one(x, y) for x, y in zip(a.T, b.T)]
`;

type Told = number | null;

test('two models over the same samples stand side by side, neuron by neuron', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/compare.ipynb`, [
    RECORDING,
    TRAINED,
    'nd.compare(recording, after).show(layers=["dense_1", "dense_2"])'
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();

  await test.step('both are shown, and nothing else', async () => {
    for (const name of ['before', 'after']) {
      await expect(toggle(view, 'Groups', name)).toBeChecked();
    }
    await expect(toggle(view, 'Classes', 'cat')).not.toBeChecked();
    await screenshots(page, view, 'compare');
  });

  for (const layer of LAYERS) {
    await test.step(`${layer} is sorted by how much neurons changed`, async () => {
      const [before, after, areas] = await evaluate<Told[][]>(
        page,
        `[medians(layers["${layer}"]), medians(later["${layer}"]), auc(layers["${layer}"], later["${layer}"])]`
      );
      const far = (area: Told) => (area === null ? -1 : Math.abs(area - 0.5));
      const order = areas
        .map((_, neuron) => neuron)
        .sort((a, b) => far(areas[b]) - far(areas[a]));
      const grid = await readGrid(view, layer);
      const names = column(grid, 'Neuron');
      expect(names).toEqual(order.map(String));
      expect(column(grid, 'Median of before')).toEqual(
        order.map(neuron => written(before[neuron]))
      );
      expect(column(grid, 'Median of after')).toEqual(
        order.map(neuron => written(after[neuron]))
      );
      column(grid, 'Sort value').forEach((value, row) => {
        const area = areas[order[row]];
        if (area !== null) {
          expect(Number(value)).toBeCloseTo(area, 5);
        }
      });
    });
  }

  await test.step('a class of both models is a group of each', async () => {
    const groups = view.getByRole('group', { name: 'Groups', exact: true });
    const form = groups.getByRole('form', { name: 'New group of samples' });
    for (const model of ['before', 'after']) {
      await groups.getByRole('button', { name: '+ new group' }).click();
      await form.getByLabel('True class').selectOption('frog');
      await form.getByLabel('model').selectOption(model);
      await form.getByRole('button', { name: 'Define' }).click();
      await expect(
        toggle(view, 'Groups', `frog, model ${model}`)
      ).toBeChecked();
    }
    await choose(view, 'Sort by', 'frog, model before');
    await choose(view, 'compared with', 'frog, model after');
    const areas = await evaluate<Told[]>(
      page,
      'auc(layers["dense_2"][labels == 2], later["dense_2"][labels == 2])'
    );
    const grid = await readGrid(view, 'dense_2');
    const names = column(grid, 'Neuron');
    column(grid, 'Sort value').forEach((value, row) =>
      expect(Number(value)).toBeCloseTo(areas[Number(names[row])] ?? NaN, 5)
    );
  });
});
