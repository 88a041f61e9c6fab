import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** Marks the line with the answer among what a cell prints. */
const ANSWER = 'neuraldivergence-answer:';

const SCREENSHOTS = path.resolve(__dirname, '../screenshots');

/** What is used of a NotebookPanel, whose package the tests do not install. */
interface INotebookPanel {
  readonly sessionContext?: {
    readonly session: { readonly kernel: IKernel | null } | null;
  };
}

interface IKernel {
  readonly status: string;
  requestExecute(content: object): {
    onIOPub: (message: {
      header: { msg_type: string };
      content: Record<string, unknown>;
    }) => void;
    readonly done: Promise<unknown>;
  };
}

export type Theme = 'light' | 'dark';

/** A code cell's source, or a Markdown cell's. */
export type CellSource = string | { readonly markdown: string };

/** Make a notebook of these cells on the server, open it and wait for its kernel. */
export async function openNotebook(
  page: IJupyterLabPageFixture,
  filePath: string,
  cells: readonly CellSource[]
): Promise<void> {
  await uploadNotebook(page, filePath, JSON.stringify(notebook(cells)));
  await openPath(page, filePath);
}

/** Copy a notebook of this machine to the server, open it and wait for its kernel. */
export async function openNotebookFile(
  page: IJupyterLabPageFixture,
  localPath: string,
  filePath: string
): Promise<void> {
  await uploadNotebook(page, filePath, await readFile(localPath, 'utf8'));
  await openPath(page, filePath);
}

async function uploadNotebook(
  page: IJupyterLabPageFixture,
  filePath: string,
  text: string
): Promise<void> {
  if (!(await page.contents.uploadContent(text, 'text', filePath))) {
    throw new Error(`not uploaded: ${filePath}`);
  }
}

/** Open what lies on the server and wait until a kernel is idle. */
export async function openPath(
  page: IJupyterLabPageFixture,
  filePath: string
): Promise<void> {
  // Not by the file browser: it may still be on its way to the folder of the test.
  await page.evaluate(async path => {
    await window.galata.app.commands.execute('docmanager:open', { path });
  }, filePath);
  await page.notebook.activate(path.basename(filePath));
  await page.waitForFunction(
    () => {
      const panel = window.galata.app.shell
        .currentWidget as unknown as INotebookPanel | null;
      return panel?.sessionContext?.session?.kernel?.status === 'idle';
    },
    undefined,
    { timeout: 60_000 }
  );
}

/** Run every cell and wait for the end. */
export async function runAll(page: IJupyterLabPageFixture): Promise<void> {
  expect(await page.notebook.run()).toBe(true);
}

/** Run one cell and wait for its end. */
export async function runCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  expect(await page.notebook.runCell(index, true)).toBe(true);
}

/** The views in the outputs of the notebook in front. */
export function views(page: IJupyterLabPageFixture): Locator {
  return page.locator(
    '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output .nd-View'
  );
}

/**
 * Wait until `count` outputs show a view, and return them. Scrolls to each, because an output
 * far off screen is not drawn.
 */
export async function waitForViews(
  page: IJupyterLabPageFixture,
  count = 1
): Promise<Locator> {
  const outputs = page.locator(
    '.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output.nd-Output'
  );
  await expect(outputs).toHaveCount(count, { timeout: 60_000 });
  for (const output of await outputs.all()) {
    await output.scrollIntoViewIfNeeded();
    await expect(output.locator('.nd-View')).toBeVisible({ timeout: 60_000 });
  }
  return views(page);
}

/** The texts of the first table or grid inside, row by row, as a screen reader has them. */
export async function readTable(within: Locator): Promise<string[][]> {
  const table = within.locator('table, [role="table"], [role="grid"]').first();
  await expect(table).toBeAttached();
  return table.evaluate(element =>
    Array.from(element.querySelectorAll('tr, [role="row"]'), row =>
      Array.from(
        row.querySelectorAll(
          'th, td, [role="columnheader"], [role="rowheader"], [role="cell"], [role="gridcell"]'
        ),
        cell => (cell.textContent ?? '').trim()
      )
    )
  );
}

/** Switch the theme and wait until the page has its colours. */
export async function setTheme(
  page: IJupyterLabPageFixture,
  theme: Theme
): Promise<void> {
  await (theme === 'dark'
    ? page.theme.setDarkTheme()
    : page.theme.setLightTheme());
  await expect(page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    String(theme === 'light')
  );
}

/** Write `screenshots/NAME-light.png` and `screenshots/NAME-dark.png` of one element. */
export async function screenshots(
  page: IJupyterLabPageFixture,
  element: Locator,
  name: string
): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(page, theme);
    await element.scrollIntoViewIfNeeded();
    await element.screenshot({
      path: path.join(SCREENSHOTS, `${name}-${theme}.png`)
    });
  }
}

/**
 * Evaluate a Python expression in the kernel of the notebook in front, and
 * return its value by way of JSON. No cell is added and none is counted.
 */
export async function evaluate<T>(
  page: IJupyterLabPageFixture,
  expression: string
): Promise<T> {
  const code = [
    'import json as _json',
    `print(${JSON.stringify(ANSWER)} + _json.dumps(eval(${JSON.stringify(expression)})))`
  ].join('\n');
  const output = await page.evaluate(async source => {
    const panel = window.galata.app.shell
      .currentWidget as unknown as INotebookPanel | null;
    const kernel = panel?.sessionContext?.session?.kernel;
    if (!kernel) {
      throw new Error('no kernel');
    }
    let text = '';
    const future = kernel.requestExecute({
      code: source,
      silent: false,
      store_history: false
    });
    future.onIOPub = message => {
      const { content } = message;
      if (message.header.msg_type === 'stream') {
        text += String(content.text);
      } else if (message.header.msg_type === 'error') {
        text += `${String(content.ename)}: ${String(content.evalue)}`;
      }
    };
    await future.done;
    return text;
  }, code);
  const at = output.indexOf(ANSWER);
  if (at < 0) {
    throw new Error(`no answer to ${expression}: ${output}`);
  }
  // Warnings may follow.
  const [answer] = output.slice(at + ANSWER.length).split('\n');
  return JSON.parse(answer) as T;
}

function notebook(cells: readonly CellSource[]): object {
  return {
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
    cells: cells.map((cell, index) =>
      typeof cell === 'string'
        ? {
            cell_type: 'code',
            id: `cell-${index}`,
            metadata: {},
            execution_count: null,
            outputs: [],
            source: cell
          }
        : {
            cell_type: 'markdown',
            id: `cell-${index}`,
            metadata: {},
            source: cell.markdown
          }
    )
  };
}

/** For `page.reload`: galata's option, which the type of its page does not have. */
export const WITHOUT_WAITING: object = { waitForIsReady: false };
