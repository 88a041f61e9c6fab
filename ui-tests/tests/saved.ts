import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** Notebooks with outputs, opened without a kernel. */

export const QUICKSTART = path.resolve(
  __dirname,
  '../../examples/01_quickstart.ipynb'
);

export const ONE_PIXEL = path.resolve(
  __dirname,
  '../../examples/02_one_pixel_attack.ipynb'
);

export const FIND = path.resolve(
  __dirname,
  '../../examples/03_find_the_divergence.ipynb'
);

export type Output = {
  readonly data: Record<string, unknown>;
  readonly [key: string]: unknown;
};

type SavedNotebook = {
  cells: { outputs?: Output[]; [key: string]: unknown }[];
};

/** The views that the quickstart was saved with. */
export function quickstartOutputs(): Output[] {
  const { cells } = JSON.parse(
    readFileSync(QUICKSTART, 'utf8')
  ) as SavedNotebook;
  return cells.flatMap(({ outputs }) =>
    (outputs ?? []).filter(({ data }) => data && DESCRIPTOR in data)
  );
}

export const DESCRIPTOR = 'application/vnd.neuraldivergence.v1+json';
export const DATA = 'application/vnd.neuraldivergence.v1.data';

/** A notebook of cells with these outputs, with `lines` lines of text between them. */
export function savedNotebook(outputs: readonly Output[], lines = 0): string {
  const cells = outputs.flatMap((output, index) => [
    {
      cell_type: 'code',
      execution_count: 1,
      id: `code-${index}`,
      metadata: {},
      outputs: [output],
      source: `# ${index}`
    },
    {
      cell_type: 'markdown',
      id: `text-${index}`,
      metadata: {},
      source: Array.from({ length: lines }, (_, k) => `line ${k}`).join('\n\n')
    }
  ]);
  return JSON.stringify({
    cells,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3' },
      language_info: { name: 'python' }
    },
    nbformat: 4,
    nbformat_minor: 5
  });
}

/** The notebook with a cell of text before its first. */
export function withText(notebook: string): string {
  const json = JSON.parse(notebook) as SavedNotebook;
  const cell = {
    cell_type: 'markdown',
    id: 'top',
    metadata: {},
    source: 'Top'
  };
  return JSON.stringify({ ...json, cells: [cell, ...json.cells] });
}

type DocumentManager = {
  openOrReveal(
    path: string,
    factory: string,
    kernel: undefined,
    options: undefined,
    preference: object
  ): unknown;
};

/** Put a notebook on the server and open it without a kernel. */
export async function openSaved(
  page: IJupyterLabPageFixture,
  filePath: string,
  text: string
): Promise<void> {
  expect(await page.contents.uploadContent(text, 'text', filePath)).toBe(true);
  await showSaved(page, filePath);
}

/** Open a notebook of the server without a kernel. */
export async function showSaved(
  page: IJupyterLabPageFixture,
  filePath: string
): Promise<void> {
  await page.evaluate(async to => {
    const documents = (await window.galata.getPlugin(
      '@jupyterlab/docmanager-extension:manager' as never
    )) as unknown as DocumentManager;
    documents.openOrReveal(to, 'Notebook', undefined, undefined, {
      shouldStart: false,
      canStart: false
    });
  }, filePath);
  await bringToFront(page, path.basename(filePath));
}

type Panel = {
  readonly sessionContext: { readonly session: unknown };
  readonly context: {
    readonly model: { readonly dirty: boolean };
    save(): Promise<void>;
  };
  readonly content: {
    readonly widgets: readonly {
      readonly model: { readonly trusted: boolean };
    }[];
  };
};

/** Whether the notebook in front has a kernel, is changed, is trusted. */
export async function panelState(page: IJupyterLabPageFixture): Promise<{
  kernel: boolean;
  dirty: boolean;
  trusted: boolean;
}> {
  return page.evaluate(() => {
    const panel = window.galata.app.shell.currentWidget as unknown as Panel;
    return {
      kernel: panel.sessionContext.session !== null,
      dirty: panel.context.model.dirty,
      trusted: panel.content.widgets.some(cell => cell.model.trusted)
    };
  });
}

/** Save the notebook in front and return its outputs as the file has them. */
export async function saveAndRead(
  page: IJupyterLabPageFixture,
  filePath: string
): Promise<Output[]> {
  await page.evaluate(() =>
    (window.galata.app.shell.currentWidget as unknown as Panel).context.save()
  );
  const response = await page.request.get(
    `${await page.getBaseUrl()}files/${filePath}`
  );
  const { cells } = JSON.parse(await response.text()) as SavedNotebook;
  return cells.flatMap(cell => cell.outputs ?? []);
}

/** The output with its recording called otherwise. */
export function withName(output: Output, name: string): Output {
  const descriptor = output.data[DESCRIPTOR] as object;
  return {
    ...output,
    data: { ...output.data, [DESCRIPTOR]: { ...descriptor, name } }
  };
}

/** From now on no kernel can be had in this page: the server never answers who asks for one. */
export async function withoutKernels(
  page: IJupyterLabPageFixture
): Promise<void> {
  await page.route(/\/api\/(sessions|kernels)(\?|$)/, async route => {
    if (route.request().method() !== 'POST') {
      await route.fallback();
    }
  });
}

/** Click on the tab of a document or panel and wait until the application has it in front. */
export async function bringToFront(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  await tabOf(page, name).click();
  await page.waitForFunction(
    label => window.galata.app.shell.currentWidget?.title.label === label,
    name
  );
}

/** Close a document or panel that has no unsaved changes. */
export async function closeTab(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  await bringToFront(page, name);
  await execute(page, 'application:close');
  await expect(tabOf(page, name)).toHaveCount(0);
}

function tabOf(page: IJupyterLabPageFixture, name: string): Locator {
  return page.getByRole('main').getByRole('tab', { name, exact: true });
}

/** Run one of JupyterLab's commands. */
export async function execute(
  page: IJupyterLabPageFixture,
  command: string
): Promise<void> {
  await page.evaluate(async id => {
    await window.galata.app.commands.execute(id);
  }, command);
}
