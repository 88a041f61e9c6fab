import { createRequire } from 'node:module';

const requireUi = createRequire(
  new URL('../../ui-tests/package.json', import.meta.url)
);
const { chromium } = requireUi('playwright-core');
const { use } = requireUi('./playwright.config.js');

/** A headless Chromium with the flags of the UI tests and these; the caller closes it. */
export function launch(...args) {
  const { executablePath, args: usual } = use.launchOptions;
  return chromium.launch({ executablePath, args: [...usual, ...args] });
}

/** What `work` makes of a page in a browser of its own. Errors of the page fail it. */
export async function withPage(url, work, ...args) {
  const browser = await launch(...args);
  try {
    const page = await browser.newPage({
      viewport: use.viewport,
      ...use.contextOptions
    });
    const errors = [];
    page.on('pageerror', error => errors.push(error));
    await page.goto(url);
    const result = await work(page);
    if (errors.length > 0) {
      throw errors[0];
    }
    return result;
  } finally {
    await browser.close();
  }
}
