import { expect, test as base } from '@jupyterlab/galata';
import type { BrowserContext } from '@playwright/test';

export { expect };

/** What JupyterLab itself writes to the console when all is well. */
const NOISE: readonly RegExp[] = [];

/** As galata's, and no test leaves an error in the console or an uncaught exception. */
export const test = base.extend<{
  errors: readonly string[];
  quietConsole: void;
}>({
  errors: async ({ context }, use) => use(watchErrors(context)),
  // Needs the page so that it ends before the server's files and kernels are taken away.
  quietConsole: [
    async ({ errors, page }, use) => {
      await use();
      expect([...errors], `errors in the console of ${page.url()}`).toEqual([]);
    },
    { auto: true }
  ]
});

/** The errors that the pages of a context report from now on. */
export function watchErrors(context: BrowserContext): readonly string[] {
  const errors: string[] = [];
  const note = (text: string) => {
    if (!NOISE.some(noise => noise.test(text))) {
      errors.push(text);
    }
  };
  context.on('console', message => {
    if (message.type() === 'error') {
      note(`${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', error => note(String(error.error())));
  return errors;
}
