import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Write a notebook of these code cells into the server's folder. */
export async function writeNotebook(lab, name, cells) {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: 'python3',
        display_name: 'Python 3 (ipykernel)',
        language: 'python'
      },
      language_info: { name: 'python' }
    },
    cells: cells.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source
    }))
  };
  await mkdir(lab.folder, { recursive: true });
  await writeFile(path.join(lab.folder, name), JSON.stringify(notebook));
}

/** Bytes of a notebook on disk. */
export async function notebookBytes(lab, name) {
  return (await stat(path.join(lab.folder, name))).size;
}

/** Wait until the notebook in front has a kernel that rests. */
export async function kernelReady(page) {
  await page.waitForFunction(
    () =>
      window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel
        ?.status === 'idle',
    undefined,
    { timeout: 60_000 }
  );
}

/** Run a cell of the notebook in front and wait for its end. */
export async function runCell(page, index) {
  await page.evaluate(async cell => {
    const { content } = window.jupyterapp.shell.currentWidget;
    content.activeCellIndex = cell;
    content.deselectAll();
    await window.jupyterapp.commands.execute('notebook:run-cell');
  }, index);
}

/** Run all cells and wait for their end. */
export async function runAll(page) {
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:run-all-cells')
  );
}

/** Milliseconds to save the notebook in front, until nothing in it is unsaved. */
export function save(page) {
  return page.evaluate(async () => {
    const { model } = window.jupyterapp.shell.currentWidget.context;
    const begun = performance.now();
    await window.jupyterapp.commands.execute('docmanager:save');
    while (model.dirty && performance.now() - begun < 30_000) {
      await new Promise(resolve => requestAnimationFrame(resolve));
    }
    return performance.now() - begun;
  });
}

/** Scroll to every view of ours, one after the other, until each is painted. */
export async function seeViews(page, count) {
  const outputs = page.locator(
    '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output.nd-Output'
  );
  await page.waitForFunction(
    wanted => document.querySelectorAll('.nd-Output').length === wanted,
    count,
    { timeout: 60_000 }
  );
  for (const output of await outputs.all()) {
    await output.scrollIntoViewIfNeeded();
    await output
      .locator('.nd-Graph[aria-busy="false"] canvas')
      .first()
      .waitFor({ timeout: 60_000 });
    await page.waitForTimeout(200);
  }
}
