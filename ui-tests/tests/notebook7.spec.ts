import { expect, test } from '@playwright/test';
import { watchErrors } from './base';
import {
  expectSaid,
  follows,
  type Forward,
  MODEL,
  paintPixel,
  pictureOf,
  probeOf,
  SHOW
} from './probes';
import { savedNotebook, quickstartOutputs } from './saved';
import { isDrawn, settled, toggle } from './view';

const SOURCE = `
import numpy as np
import neuraldivergence as nd
nd.Recording.from_arrays({"layer": np.arange(12.0).reshape(4, 3)}, labels=[0, 0, 1, 1])
`.trim();

/** A recording with its model, and what the kernel's own forward pass says of a changed picture. */
const PROBED = {
  source: `${MODEL}
import json
print(json.dumps(forward((4, 7, 255, 255, 0))))
${SHOW}`,
  outputs: []
};

test('Jupyter Notebook shows saved views and those that its kernel makes', async ({
  page,
  context,
  request
}) => {
  test.setTimeout(360_000);
  const errors = watchErrors(context);
  const notebook = JSON.parse(savedNotebook(quickstartOutputs())) as {
    cells: { source: string; outputs?: unknown[] }[];
    metadata: object;
  };
  notebook.metadata = {
    kernelspec: { name: 'python3', display_name: 'Python 3' }
  };
  notebook.cells[0].source = SOURCE;
  const file = 'in-notebook.ipynb';
  const put = (content: object) =>
    request.put(`/api/contents/${file}`, {
      data: { type: 'notebook', content }
    });

  // What Jupyter Notebook itself reports without any view.
  await put({ ...notebook, cells: [] });
  await page.goto(`/notebooks/${file}`);
  await expect(page.locator('.jp-Notebook')).toBeVisible({ timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  const noise = [...errors];

  await put(notebook);
  await page.reload();
  const views = page.locator('.jp-OutputArea-output .nd-View');
  await expect(views.first()).toBeVisible({ timeout: 60_000 });
  const drawn = () =>
    isDrawn(views.first().locator('.nd-Graph-canvas').first());
  await expect.poll(drawn).toBe(true);
  await toggle(views.first(), 'Layers', 'dense_1').uncheck();
  await expect(views.first().getByRole('grid')).toHaveCount(1);

  await expect(page.locator('.jp-NotebookKernelStatus')).toBeAttached();
  /* eslint-disable jupyter/galata-prefer-notebook-cell-helper -- galata’s helpers need JupyterLab */
  await page.locator('.jp-CodeCell .cm-content').first().click();
  await page.keyboard.press('Shift+Enter');
  /* eslint-enable jupyter/galata-prefer-notebook-cell-helper */
  await expect(toggle(views.first(), 'Layers', 'layer')).toBeChecked({
    timeout: 60_000
  });
  await expect.poll(drawn).toBe(true);

  const selection = page.locator('.nd-Docked.nd-mod-selection');
  const activation = page.locator('.nd-Docked.nd-mod-activation');
  await test.step('panels open at the right and below, linked with the output', async () => {
    await views.first().getByRole('button', { name: 'panels' }).click();
    await expect(page.locator('#jp-right-stack')).toContainText('Layers');
    await expect(toggle(selection, 'Layers', 'layer')).toBeVisible();
    const canvas = activation.locator('.nd-Graph-canvas').first();
    await expect.poll(() => isDrawn(canvas)).toBe(true);
    await toggle(selection, 'Classes', 'class 1').uncheck();
    await expect(toggle(views.first(), 'Classes', 'class 1')).not.toBeChecked();
    const below = async () => {
      const [panel, view] = await Promise.all([
        activation.boundingBox(),
        page.locator('.jp-NotebookPanel').boundingBox()
      ]);
      return panel && view && panel.y >= view.y + view.height - 1;
    };
    await expect.poll(below).toBe(true);
  });

  await test.step('they are there again after the page was loaded again', async () => {
    await page.keyboard.press('Control+s');
    await page.waitForLoadState('networkidle');
    await page.reload();
    await expect(toggle(selection, 'Layers', 'layer')).toBeVisible({
      timeout: 60_000
    });
    await expect(toggle(selection, 'Classes', 'class 1')).not.toBeChecked();
    await expect
      .poll(() => isDrawn(activation.locator('.nd-Graph-canvas').first()))
      .toBe(true);
  });

  await test.step('a pixel is painted, and the dots are where the kernel has them', async () => {
    await put({ ...notebook, cells: [{ ...notebook.cells[0], ...PROBED }] });
    await page.reload();
    await expect(page.locator('.jp-NotebookKernelStatus')).toBeAttached();
    /* eslint-disable jupyter/galata-prefer-notebook-cell-helper -- galata’s helpers need JupyterLab */
    await page.locator('.jp-CodeCell .cm-content').first().click();
    await page.keyboard.press('Shift+Enter');
    /* eslint-enable jupyter/galata-prefer-notebook-cell-helper */
    const view = views.first();
    await expect(view).toBeVisible({ timeout: 60_000 });
    await settled(view);
    await view.getByRole('button', { name: 'probe', exact: true }).click();
    await follows(probeOf(view));
    await paintPixel(pictureOf(view), 4, 7);
    await expect(probeOf(view)).toContainText('row 4, column 7: 255, 255, 0');
    const printed = page
      .locator('.jp-OutputArea-output pre')
      .filter({ hasText: '"probabilities"' });
    const wanted = JSON.parse((await printed.textContent())!) as Forward;
    await expectSaid(view, wanted);
  });
  expect(errors.filter(error => !noise.includes(error))).toEqual([]);

  const sessions = (await (await request.get('/api/sessions')).json()) as {
    id: string;
    path: string;
  }[];
  for (const { id } of sessions.filter(session => session.path === file)) {
    await request.delete(`/api/sessions/${id}`);
  }
  await request.delete(`/api/contents/${file}`);
});
