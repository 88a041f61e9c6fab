import { readFileSync } from 'node:fs';
import { expect, test } from './base';
import { trust } from './carriers';
import { screenshots, waitForViews } from './nd';
import { probeOf } from './probes';
import { openSaved, QUICKSTART } from './saved';
import { settled } from './view';

test('the quickstart ends with a probe of its own model, without a kernel', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(180_000);
  const notebook = sent(readFileSync(QUICKSTART, 'utf8'));
  await openSaved(page, `${tmpPath}/quickstart.ipynb`, notebook);
  const view = (await waitForViews(page, 3)).last();
  await settled(view);
  await trust(page);
  await settled(view);
  await view
    .getByRole('button', { name: /^Change pixels of .* benign/ })
    .first()
    .click();
  const probe = probeOf(view);
  await expect(probe).toContainText('2 of 2 layers follow', {
    timeout: 60_000
  });
  const [digit, attacked] = attackIn(notebook);
  const share = (of: string) =>
    probe
      .locator('.nd-Probe-bar', { has: page.getByText(of, { exact: true }) })
      .locator('.nd-Probe-share');
  await expect(share(digit)).toHaveText(/^(9\d|100)\s%$/);
  const picture = probe.getByRole('application', { name: /enlarged/ });
  const box = (await picture.boundingBox())!;
  const at = (pixel: number) => ((pixel + 0.5) * box.width) / 8;
  await page.mouse.click(box.x + at(attacked.column), box.y + at(attacked.row));
  await expect(probe).toContainText('1 pixel changed');
  await expect(share(attacked.digit)).toHaveText(/^(9\d|100)\s%$/);
  await screenshots(page, view, 'probe-quickstart');
});

/** Another text: a server remembers what it was told to trust, and other tests open the notebook untrusted. */
function sent(notebook: string): string {
  const json = JSON.parse(notebook) as { metadata: Record<string, unknown> };
  json.metadata['sent'] = Date.now();
  return JSON.stringify(json);
}

/** What the notebook found: the digit, and the pixel that makes it another one when it is white. */
function attackIn(notebook: string): readonly [string, Attack] {
  const found = /a digit (\d); the pixel in row (\d), column (\d)/.exec(
    notebook
  )!;
  const [, after] = /after: {2}(\d) with/.exec(notebook)!;
  return [
    found[1],
    { row: Number(found[2]), column: Number(found[3]), digit: after }
  ];
}

type Attack = {
  readonly row: number;
  readonly column: number;
  readonly digit: string;
};
