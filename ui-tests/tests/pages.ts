import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Locator, type Page } from '@playwright/test';

/** Pages of their own: written by Python, opened from disk. */

const PYTHON =
  process.env.ND_PYTHON ?? path.resolve(__dirname, '../../.venv/bin/python');

const BLOCK =
  /(<script type="application\/json" id="neuraldivergence-recording">)([^]*?)(<\/script>)/;

export type PageContent = Record<string, unknown>;

/** Run Python that makes `recording`, write its page, and return the file. */
export function writePage(
  folder: string,
  source: string,
  options = ''
): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'page.html');
  const call = `recording.to_html(${JSON.stringify(file)}, ${options})`;
  execFileSync(PYTHON, ['-c', `${source}\n${call}`]);
  return file;
}

/** Change the recording in a page's file; null: no recording. */
export function changePage(
  file: string,
  change: (content: PageContent) => PageContent | string | null
): void {
  const html = readFileSync(file, 'utf8');
  expect(html).toMatch(BLOCK);
  const changed = html.replace(BLOCK, (_, opening, json, closing) => {
    const next = change(JSON.parse(json as string) as PageContent);
    const text =
      typeof next === 'string'
        ? next
        : JSON.stringify(next).replaceAll('<', '\\u003c');
    return next === null ? '' : `${opening}${text}${closing}`;
  });
  writeFileSync(file, changed);
}

/** What a page did that it must not do; live. */
export type Deeds = {
  readonly requests: readonly string[];
  readonly messages: readonly string[];
};

/** Open a page from disk without a network, and watch it from before its first script. */
export async function openPage(page: Page, file: string): Promise<Deeds> {
  const url = pathToFileURL(file).href;
  const requests: string[] = [];
  const messages: string[] = [];
  page.on('request', request => {
    if (request.url() !== url && !request.url().startsWith('blob:')) {
      requests.push(request.url());
    }
  });
  page.on('console', message => {
    // These tests themselves read pixels.
    if (!message.text().startsWith('Canvas2D')) {
      messages.push(message.text());
    }
  });
  page.on('pageerror', error => messages.push(String(error)));
  await page.addInitScript(() => {
    Object.assign(window, { __pwn: () => console.error('pwned') });
    addEventListener('securitypolicyviolation', event =>
      console.error(`${event.effectiveDirective} ${event.blockedURI}`)
    );
  });
  await page.context().setOffline(true);
  await page.goto(url);
  return { requests, messages };
}

export function viewOf(page: Page): Locator {
  return page.locator('.nd-Page .nd-View');
}

export function expectQuiet({ requests, messages }: Deeds): void {
  expect(requests).toEqual([]);
  expect(messages).toEqual([]);
}
