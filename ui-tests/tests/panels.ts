import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { canvasOf, isDrawn } from './view';

/** The docked panels, as a person uses them. */

export function selectionPanel(page: IJupyterLabPageFixture): Locator {
  return page.locator('.nd-Docked.nd-mod-selection');
}

export function activationPanel(page: IJupyterLabPageFixture): Locator {
  return page.locator('.nd-Docked.nd-mod-activation');
}

/** Type a command's name into the command palette and run what it finds. */
export async function runInPalette(
  page: IJupyterLabPageFixture,
  label: string
): Promise<void> {
  const palette = page.locator('#modal-command-palette');
  // It closes when something else takes the focus, as a notebook that was just renamed does.
  await expect(async () => {
    await page.evaluate(() =>
      window.galata.app.commands.execute('apputils:activate-command-palette')
    );
    await palette.locator('input').fill(label, { timeout: 3000 });
    await palette
      .locator('.lm-CommandPalette-itemLabel')
      .getByText(label, { exact: true })
      .click({ timeout: 3000 });
  }).toPass();
  await expect(palette).toBeHidden();
}

/** Which recording the panels show: what their list of recordings says. */
export async function followed(page: IJupyterLabPageFixture): Promise<string> {
  return activationPanel(page)
    .getByRole('combobox', { name: 'Recording', exact: true })
    .evaluate(node => (node as HTMLSelectElement).selectedOptions[0].text);
}

export function pinButton(page: IJupyterLabPageFixture): Locator {
  return activationPanel(page).getByRole('button', {
    name: 'Pin',
    exact: true
  });
}

/** Put a mark on a DOM node; `isMarked` tells whether it is still the same node. */
export async function markNode(node: Locator): Promise<void> {
  await node.evaluate(element => element.setAttribute('data-same', 'yes'));
}

export async function expectMarked(node: Locator): Promise<void> {
  await expect(node).toHaveAttribute('data-same', 'yes');
}

export async function expectDrawn(view: Locator, layer: string): Promise<void> {
  await expect(canvasOf(view, layer)).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => isDrawn(canvasOf(view, layer))).toBe(true);
}
