import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { settled } from './view';

/** Named views, and where they are kept. */

export type Kept = {
  readonly current?: { readonly classes: readonly number[] };
  readonly saved: readonly { readonly name: string; readonly view: object }[];
};

export function cards(view: Locator): Locator {
  return view.locator('.nd-SavedCard[role="listitem"]');
}

export function cardOf(view: Locator, name: string): Locator {
  return cards(view).filter({
    has: view.page().getByText(name, { exact: true })
  });
}

export async function apply(view: Locator, name: string): Promise<void> {
  await cardOf(view, name).getByRole('button').first().click();
  await settled(view);
}

export async function saveAs(view: Locator, name: string): Promise<void> {
  const add = view.getByRole('button', { name: 'Save view' });
  if (!(await add.isVisible())) {
    await view.getByRole('button', { name: /^views/ }).click();
  }
  await add.click();
  await view.page().keyboard.type(name);
  await view.page().keyboard.press('Enter');
  await expect(cardOf(view, name)).toBeVisible();
}

export async function fromMenu(
  view: Locator,
  name: string,
  label: string
): Promise<void> {
  const card = cardOf(view, name);
  await card.hover();
  await card.locator('.nd-SavedCard-more').click();
  await view.page().getByRole('menuitem', { name: label, exact: true }).click();
}

/** What a cell of the notebook in front keeps. */
export async function metadataOf(
  page: IJupyterLabPageFixture,
  index: number
): Promise<unknown> {
  return page.evaluate(at => {
    const panel = window.galata.app.shell.currentWidget as unknown as {
      content: {
        widgets: { model: { getMetadata(key: string): unknown } }[];
      };
    };
    return (
      panel.content.widgets[at]!.model.getMetadata('neuraldivergence') ?? null
    );
  }, index);
}
