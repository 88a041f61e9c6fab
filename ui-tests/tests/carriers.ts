import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { evaluate, waitForViews } from './nd';
import { RECORDING as SMALL } from './samples';
import { choose, column, readGrid, settled, written, type Told } from './view';

/** Values that are elsewhere: in a file beside the notebook, or in the kernel. */

/** Ten times as many samples: more than comes with the header. */
export const RECORDING = SMALL.replaceAll('240', '2400');

/** The only view of the notebook in front, complete. */
export async function viewIn(page: IJupyterLabPageFixture): Promise<Locator> {
  const view = (await waitForViews(page)).first();
  await settled(view);
  return view;
}

/** The medians of cats on screen are NumPy’s for members by `membership`. */
export async function expectMedians(
  page: IJupyterLabPageFixture,
  view: Locator,
  layer: string,
  membership: string
): Promise<void> {
  await settled(view);
  const medians = await evaluate<Told[]>(
    page,
    `plain(values_of("${layer}", "cat", "${membership}"))`
  );
  const grid = await readGrid(view, layer);
  const names = column(grid, 'Neuron');
  expect(names.length).toBeGreaterThan(20);
  expect(column(grid, 'Median of cat')).toEqual(
    names.map(name => written(medians[Number(name)] ?? null))
  );
}

/** A request for a file of the server. */
export type FileRequest = {
  readonly name: string;
  /** The bytes that were asked for; null: all. */
  readonly range: readonly [begin: number, end: number] | null;
};

/** The requests for files from now on, by pages and their workers. */
export function watchFiles(page: IJupyterLabPageFixture): FileRequest[] {
  const requests: FileRequest[] = [];
  page.context().on('request', request => {
    const { pathname } = new URL(request.url());
    if (pathname.includes('/files/')) {
      const [begin, last] =
        request.headers()['range']?.match(/\d+/g)?.map(Number) ?? [];
      requests.push({
        name: decodeURIComponent(pathname.split('/').at(-1) ?? ''),
        range: begin === undefined ? null : [begin, (last ?? Infinity) + 1]
      });
    }
  });
  return requests;
}

/** What the page sends to kernels from now on that has to do with comms. */
export function watchComms(page: IJupyterLabPageFixture): string[] {
  const types: string[] = [];
  page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => {
      const type = /"msg_type":"(comm_[a-z]+)"/.exec(payload.toString());
      if (type?.[1] !== undefined) {
        types.push(type[1]);
      }
    })
  );
  return types;
}

/** The notebook as someone else wrote it: its signature is not this server's. */
export async function foreign(
  page: IJupyterLabPageFixture,
  filePath: string
): Promise<string> {
  const response = await page.request.get(
    `${await page.getBaseUrl()}files/${filePath}`
  );
  const notebook = JSON.parse(await response.text()) as {
    metadata: Record<string, unknown>;
    cells: { source: string | string[]; metadata: Record<string, unknown> }[];
  };
  // A server remembers what it was told to trust, also of an earlier run.
  notebook.cells[0]!.source = `# sent to you at ${Date.now()}`;
  notebook.cells.forEach(cell => delete cell.metadata['trusted']);
  return JSON.stringify(notebook);
}

/** What the status line of a view says. */
export function sentenceOf(view: Locator): Locator {
  return view.locator('.nd-Sentence');
}

export function noticeOf(view: Locator): Locator {
  return view.locator('.nd-Notice:not(.lm-mod-hidden)');
}

/** Tell classes by another of the possible memberships, and wait for the numbers. */
export async function chooseMembers(
  view: Locator,
  text: 'by true label' | 'by predicted label' | 'correctly classified'
): Promise<void> {
  await membersOf(view);
  await choose(view, 'Class members', text);
}

/** The list of memberships, on screen. */
export async function membersOf(view: Locator): Promise<Locator> {
  const options = view.getByRole('button', { name: 'More options' });
  if ((await options.getAttribute('aria-expanded')) === 'false') {
    await options.click();
  }
  return view.getByLabel('Class members');
}

/** Whether an option of the list of memberships can be chosen. */
export function optionOf(view: Locator, value: string): Locator {
  return view.locator(`option[value="${value}"]`);
}

/** Trust the notebook in front, as its user does. */
export async function trust(page: IJupyterLabPageFixture): Promise<void> {
  const done = page.evaluate(async () => {
    await window.galata.app.commands.execute('notebook:trust');
  });
  const dialog = page.locator('.jp-Dialog');
  await dialog
    .getByRole('button', { name: /trust|ok/i })
    .last()
    .click();
  await done;
  await expect(dialog).toHaveCount(0);
}

/** Do something to the kernel of the notebook in front. */
export async function withKernel(
  page: IJupyterLabPageFixture,
  what: 'restart' | 'reconnect' | 'shutdown'
): Promise<void> {
  // Galata's stand-in for the list of kernels takes a restart for a start.
  await page.route(/\/api\/kernels\/[^/]+\/restart/, route => route.continue());
  await page.evaluate(async name => {
    const panel = window.galata.app.shell.currentWidget as unknown as {
      sessionContext: {
        session: {
          kernel: Record<typeof name, () => Promise<void>>;
        };
      };
    };
    await panel.sessionContext.session.kernel[name]();
  }, what);
}

/** Run code in the kernel without waiting for an answer: there may be none. */
export async function send(
  page: IJupyterLabPageFixture,
  code: string
): Promise<void> {
  await page.evaluate(source => {
    const panel = window.galata.app.shell.currentWidget as unknown as {
      sessionContext: {
        session: {
          kernel: {
            requestExecute(content: object): {
              readonly done: Promise<unknown>;
            };
          };
        };
      };
    };
    panel.sessionContext.session.kernel
      .requestExecute({ code: source, store_history: false })
      .done.catch(() => undefined);
  }, code);
}
