import path from 'node:path';
import { expect, test } from './base';
import { openNotebookFile, runAll, waitForViews } from './nd';
import {
  ATTACKED,
  axisOf,
  BENIGN,
  canvasOf,
  colorOf,
  column,
  graphs,
  gridOf,
  inkOf,
  itemOf,
  readGrid,
  rowAt,
  settled,
  toggle
} from './view';

const QUICKSTART = path.resolve(
  __dirname,
  '../../examples/01_quickstart.ipynb'
);

// The attacks take their time.
test.use({ actionTimeout: 180_000 });

test('the quickstart runs and shows layers, classes and the pair', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebookFile(page, QUICKSTART, `${tmpPath}/quickstart.ipynb`);
  await runAll(page);
  const view = (await waitForViews(page, 3)).first();
  await view.scrollIntoViewIfNeeded();
  await settled(view);
  const [benign, attacked] = await view
    .locator('.nd-Card .nd-Item-name')
    .allTextContents();

  await test.step('the selection lists everything, with what is shown on', async () => {
    expect(benign).toMatch(/ benign$/);
    expect(attacked).toMatch(/ attacked$/);
    for (const layer of ['dense_1', 'dense_2']) {
      await expect(toggle(view, 'Layers', layer)).toBeChecked();
      await expect(gridOf(view, layer)).toBeVisible();
    }
    await expect(view.getByRole('checkbox')).toHaveCount(2 + 10 + 2);
    await expect(
      view
        .getByRole('group', { name: 'Classes' })
        .getByRole('checkbox', { checked: true })
    ).toHaveCount(2);
    await expect(view.locator('.nd-Card canvas')).toHaveCount(2);
  });

  await test.step('the dots stand where the axis says', async () => {
    for (const layer of ['dense_1', 'dense_2']) {
      const grid = await readGrid(view, layer);
      const { xOf } = await axisOf(view, layer);
      const xs = (name: string) =>
        column(grid, `Value of ${name}`).map(text =>
          xOf(Number(text.replace('−', '-')))
        );
      const [black, red] = [xs(benign), xs(attacked)];
      const apart = [...black.keys()]
        .slice(0, 15)
        .filter(row => Math.abs(black[row] - red[row]) > 12);
      expect(apart.length).toBeGreaterThan(0);
      for (const row of apart) {
        const place = await rowAt(view, layer, row);
        const canvas = canvasOf(view, layer);
        const inkRed = await inkOf(canvas, ATTACKED, place, xOf(0) - 6);
        const inkBlack = await inkOf(canvas, BENIGN, place, xOf(0) - 6);
        expect(Math.abs(inkRed.x - red[row])).toBeLessThan(1.5);
        expect(Math.abs(inkBlack.x - black[row])).toBeLessThan(1.5);
      }
    }
  });

  await test.step('a class that is switched off turns grey and leaves the picture', async () => {
    const classes = view.getByRole('group', { name: 'Classes' });
    const shown = await classes
      .locator('.nd-mod-shown .nd-Item-name')
      .allTextContents();
    const colors = await Promise.all(
      shown.map(name => colorOf(view, 'Classes', name))
    );
    const inks = () =>
      Promise.all(colors.map(c => inkOf(canvasOf(view, 'dense_1'), c)));
    for (const { count } of await inks()) {
      expect(count).toBeGreaterThan(50);
    }
    const item = itemOf(view, 'Classes', shown[1]);
    const swatch = toggle(view, 'Classes', shown[1]);
    await swatch.uncheck();
    await settled(view);
    await expect(item).not.toHaveClass(/nd-mod-shown/);
    await expect(swatch).toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
    const [kept, gone] = await inks();
    expect(kept.count).toBeGreaterThan(50);
    expect(gone.count).toBe(0);
    await swatch.check();
    await settled(view);
    await expect(item).toHaveClass(/nd-mod-shown/);
    expect((await inks())[1].count).toBeGreaterThan(50);
  });

  await test.step('layers come and go side by side', async () => {
    const boxes = await Promise.all(
      (await graphs(view).all()).map(graph => graph.boundingBox())
    );
    expect(boxes[0]!.y).toBe(boxes[1]!.y);
    expect(boxes[1]!.x).toBeGreaterThanOrEqual(boxes[0]!.x + boxes[0]!.width);
    await toggle(view, 'Layers', 'dense_1').uncheck();
    await expect(graphs(view)).toHaveCount(1);
    await expect(gridOf(view, 'dense_2')).toBeVisible();
    await expect
      .poll(async () => (await graphs(view).boundingBox())!.width)
      .toBeGreaterThan(1.8 * boxes[1]!.width);
    await toggle(view, 'Layers', 'dense_2').uncheck();
    await expect(view).toContainText('Choose a layer');
    await toggle(view, 'Layers', 'dense_2').check();
    await toggle(view, 'Layers', 'dense_1').check();
    await expect(view.getByRole('grid')).toHaveCount(2);
    await expect(view.getByRole('grid').first()).toHaveAccessibleName(
      'dense_1'
    );
  });
});
