import { expect, test as base } from '@jupyterlab/galata';
import type { BrowserContext } from '@playwright/test';

export { expect };

/**
 * An error of JupyterLab 4.6's own: its notebook forgets its `_contentVisibilityObserver` when it is detached, which
 * restoring a layout of several notebooks does, and asks it a frame after its cells came. No frame of it is ours.
 * The same handler: https://github.com/jupyterlab/jupyterlab/pull/19359
 */
function isLabsOwn({ message, stack = '' }: Error): boolean {
  return (
    message === "Cannot read properties of null (reading 'observe')" &&
    stack.includes('/static/lab/jlab_core.') &&
    !stack.includes('/extensions/neuraldivergence/')
  );
}

/** As galata's, and no test leaves an error in the console or an uncaught exception. */
export const test = base.extend<{
  errors: readonly string[];
  quietConsole: void;
}>({
  // Galata waits 15 seconds for JupyterLab; a busy machine takes longer to start it.
  waitForApplication: async ({ actionTimeout }, use) =>
    use(async (page, { activity, waitForCondition }) => {
      await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
      await waitForCondition(
        () => activity.isTabActive('Launcher'),
        actionTimeout
      );
      await activity.activateTab('Launcher');
    }),
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
  context.on('console', message => {
    if (message.type() === 'error') {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  context.on('weberror', weberror => {
    const error = weberror.error();
    if (!isLabsOwn(error)) {
      errors.push(String(error));
    }
  });
  return errors;
}
