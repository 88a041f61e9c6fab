import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import { RECORDING, SHOW } from './samples';
import { choose, column, itemOf, readGrid, toggle, written } from './view';

const LAYER = 'dense_2';

/** The area under the ROC curve of two groups in every neuron, b over a, by definition. */
const AUC = `
def auc(layer, a, b):
    def one(x, y):
        x, y = (v[np.isfinite(v)].astype(float) for v in (x, y))
        return ((y[:, None] > x).mean() + 0.5 * (y[:, None] == x).mean()).item()
    values = layers[layer]
    return [one(x, y) for x, y in zip(values[a].T, values[b].T)]
WRONG = (labels == 0) & (predictions == 1)
`;

test('a group is defined in the panel, shown, and compared with others', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, `${tmpPath}/groups.ipynb`, [
    RECORDING,
    `${AUC}\nrecording = recording.with_column("split", np.where(np.arange(240) < 180, "train", "test"))`,
    SHOW
  ]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  const groups = view.getByRole('group', { name: 'Groups', exact: true });
  const form = groups.getByRole('form', { name: 'New group of samples' });

  await test.step('by true and predicted class', async () => {
    await groups.getByRole('button', { name: '+ new group' }).click();
    await expect(form.getByRole('button', { name: 'Define' })).toBeDisabled();
    await form.getByLabel('True class').selectOption('cat');
    await form.getByLabel('Predicted as').selectOption('dog');
    const size = await evaluate<number>(page, 'int(WRONG.sum())');
    await expect(form.getByRole('status')).toHaveText(`${size} samples`);
    await expect(form.getByLabel('Name')).toHaveValue('cat → dog');
    await screenshots(page, view, 'group-form');
    await form.getByRole('button', { name: 'Define' }).click();
    await expect(form).toHaveCount(0);
    await expect(toggle(view, 'Groups', 'cat → dog')).toBeChecked();
    await expect(
      itemOf(view, 'Groups', 'cat → dog').locator('.nd-Item-count')
    ).toHaveText(String(size));
  });

  await test.step('it is sorted by its AUC against a class', async () => {
    await choose(view, 'Sort by', 'median cat → dog');
    await choose(view, 'Compared by', 'AUC →');
    await choose(view, 'compared with', 'ship');
    const areas = await evaluate<number[]>(
      page,
      `auc("${LAYER}", WRONG, labels == 3)`
    );
    const order = areas
      .map((_, neuron) => neuron)
      .sort((a, b) => Math.abs(areas[b] - 0.5) - Math.abs(areas[a] - 0.5));
    const grid = await readGrid(view, LAYER);
    expect(column(grid, 'Neuron')).toEqual(order.map(String));
    const shown = column(grid, 'Sort value').map(Number);
    order.forEach((neuron, row) =>
      expect(shown[row]).toBeCloseTo(areas[neuron], 5)
    );
    await screenshots(page, view, 'groups');
  });

  await test.step('and against the rest', async () => {
    await choose(view, 'Sort by', 'cat');
    await choose(view, 'compared with', 'all others');
    const areas = await evaluate<number[]>(
      page,
      `auc("${LAYER}", labels == 0, labels != 0)`
    );
    const grid = await readGrid(view, LAYER);
    const names = column(grid, 'Neuron');
    column(grid, 'Sort value').forEach((value, row) =>
      expect(Number(value)).toBeCloseTo(areas[Number(names[row])], 5)
    );
  });

  await test.step('by a column, with the keyboard alone', async () => {
    await groups.getByRole('button', { name: '+ new group' }).focus();
    await page.keyboard.press('Enter');
    await form.getByLabel('split').selectOption('test');
    await expect(form.getByRole('status')).toHaveText('60 samples');
    await form.getByLabel('Name').press('Enter');
    await expect(toggle(view, 'Groups', 'split test')).toBeChecked();
    const grid = await readGrid(view, LAYER);
    const medians = await evaluate<number[]>(
      page,
      `[float(m) for m in np.median(layers["${LAYER}"][180:].astype(float), axis=0)]`
    );
    const names = column(grid, 'Neuron');
    expect(column(grid, 'Median of split test')).toEqual(
      names.map(name => written(medians[Number(name)]))
    );
  });

  await test.step('by any of several things', async () => {
    await groups.getByRole('button', { name: '+ new group' }).click();
    await form.getByLabel('Samples that match').selectOption('any of these');
    await form.getByLabel('True class').selectOption('ship');
    await form.getByLabel('split').selectOption('test');
    const size = await evaluate<number>(
      page,
      'int(((labels == 3) | (np.arange(240) >= 180)).sum())'
    );
    await expect(form.getByRole('status')).toHaveText(`${size} samples`);
    await expect(form.getByLabel('Name')).toHaveValue('ship or split test');
    await form.getByRole('button', { name: 'Define' }).click();
    await expect(
      itemOf(view, 'Groups', 'ship or split test').locator('.nd-Item-count')
    ).toHaveText(String(size));
  });

  await test.step('named and coloured anew, with the keyboard alone', async () => {
    await groups
      .getByRole('button', { name: 'Name and colour of ship or split test' })
      .focus();
    await page.keyboard.press('Enter');
    const naming = groups.getByRole('form');
    await expect(naming.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type('either');
    await naming.getByLabel('Colour', { exact: true }).fill('#00aa55');
    await screenshots(page, view, 'group-naming');
    await naming.getByLabel('Name', { exact: true }).press('Enter');
    await expect(toggle(view, 'Groups', 'either')).toBeChecked();
    await expect(itemOf(view, 'Groups', 'either')).toHaveAttribute(
      'style',
      /--nd-color: rgba\(0, 170, 85/
    );
    const edit = groups.getByRole('button', {
      name: 'Name and colour of either'
    });
    await expect(edit).toBeFocused();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(edit).toBeFocused();
    await groups.getByRole('button', { name: 'Remove group either' }).click();
  });

  await test.step('and removed', async () => {
    await groups
      .getByRole('button', { name: 'Remove group split test' })
      .click();
    await expect(toggle(view, 'Groups', 'split test')).toHaveCount(0);
    await expect(toggle(view, 'Groups', 'cat → dog')).toBeChecked();
  });
});
