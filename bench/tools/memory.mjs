import { readFile } from 'node:fs/promises';

/** Flags that give the page a process of its own and workers a collector that can be called. */
export const MEMORY_FLAGS = ['--js-flags=--expose-gc'];

/**
 * Memory of a page, after a collection, in MB: `process` is what its renderer takes for itself,
 * `page` and `workers` what their heaps and buffers hold.
 */
export async function memoryOf(page) {
  const session = await page.context().newCDPSession(page);
  const workers = await workerSessions(session);
  const all = [session, ...workers];
  for (let round = 0; round < 3; round++) {
    await Promise.all(all.map(one => one.send('HeapProfiler.collectGarbage')));
    await page.waitForTimeout(500);
  }
  const [own, ...theirs] = await Promise.all(
    all.map(async one => bytesOf(await one.send('Runtime.getHeapUsage')))
  );
  const process = await processBytes(page);
  await session.detach();
  return {
    process: process / 1e6,
    page: own / 1e6,
    workers: theirs.reduce((sum, bytes) => sum + bytes, 0) / 1e6,
    workerCount: theirs.length
  };
}

function bytesOf({
  usedSize,
  embedderHeapUsedSize = 0,
  backingStorageSize = 0
}) {
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

/** Playwright's sessions know no children: messages to workers go by way of the page. */
async function workerSessions(session) {
  const { targetInfos } = await session.send('Target.getTargets', {
    filter: [{}]
  });
  const found = targetInfos.filter(({ type }) => type === 'worker');
  return Promise.all(found.map(({ targetId }) => attach(session, targetId)));
}

async function attach(session, targetId) {
  const { sessionId } = await session.send('Target.attachToTarget', {
    targetId,
    flatten: false
  });
  const waiting = new Map();
  let last = 0;
  session.on('Target.receivedMessageFromTarget', event => {
    if (event.sessionId === sessionId) {
      const { id, result, error } = JSON.parse(event.message);
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      return error ? reject?.(new Error(error.message)) : resolve?.(result);
    }
  });
  return {
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        const message = JSON.stringify({ id, method, params });
        session
          .send('Target.sendMessageToTarget', { sessionId, message })
          .catch(reject);
      })
  };
}

/** The largest renderer is the page's: the others wait for pages to come. */
async function processBytes(page) {
  const browser = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  await browser.detach();
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => pss(id))
  );
  return Math.max(...sizes);
}

/** The program itself is shared with whatever other browser runs, and left out. */
async function pss(id) {
  const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
  const of = name =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
  return of('Pss_Anon') + of('Pss_Shmem');
}
