import { readFileSync } from 'node:fs';
import { expect, test } from './base';
import { trust } from './carriers';
import { screenshots, waitForViews } from './nd';
import { paintPixel, pictureOf, probeOf } from './probes';
import { ONE_PIXEL, openSaved, QUICKSTART } from './saved';
import { settled } from './view';

const EXAMPLES: readonly Example[] = [
  {
    ...{ name: 'the quickstart', file: QUICKSTART, views: 3, side: 8 },
    attackIn: notebook => ({
      ...pixelIn(notebook),
      before: /a digit (\d);/.exec(notebook)![1]!,
      after: /after: {2}(\d) with/.exec(notebook)![1]!,
      brightness: 255
    })
  },
  {
    ...{ name: 'the one-pixel attack', file: ONE_PIXEL, views: 4, side: 28 },
    attackIn: notebook => ({
      ...pixelIn(notebook),
      before: / benign: ([^,]+),/.exec(notebook)![1]!,
      after: / attacked: ([^,]+),/.exec(notebook)![1]!,
      brightness: Number(/goes from \[\d+\] to \[(\d+)\]/.exec(notebook)![1])
    })
  }
];

for (const { name, file, views, side, attackIn } of EXAMPLES) {
  test(`${name} ends with a probe of its own model, without a kernel`, async ({
    page,
    tmpPath
  }) => {
    test.setTimeout(180_000);
    const notebook = sent(readFileSync(file, 'utf8'));
    await openSaved(page, `${tmpPath}/example.ipynb`, notebook);
    const view = (await waitForViews(page, views)).last();
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
    const { before, after, row, column, brightness } = attackIn(notebook);
    const share = (of: string) =>
      probe
        .locator('.nd-Probe-bar', { has: page.getByText(of, { exact: true }) })
        .locator('.nd-Probe-share');
    const most = /^([5-9]\d|100)\s%$/;
    await expect(share(before)).toHaveText(most);
    await probe
      .getByRole('slider', { name: 'Brightness of the brush' })
      .fill(String(brightness));
    await paintPixel(pictureOf(probe), row, column, side);
    await expect(probe).toContainText('1 pixel changed');
    await expect(share(after)).toHaveText(most);
    await screenshots(page, view, `probe-example-${side}`);
  });
}

/** Another text: a server remembers what it was told to trust, and other tests open the notebook untrusted. */
function sent(notebook: string): string {
  const json = JSON.parse(notebook) as { metadata: Record<string, unknown> };
  json.metadata['sent'] = Date.now();
  return JSON.stringify(json);
}

/** The pixel of which the notebook says that it makes the picture another class. */
function pixelIn(notebook: string): Pick<Attack, 'row' | 'column'> {
  const [, row, column] = /the pixel in row (\d+), column (\d+)/.exec(
    notebook
  )!;
  return { row: Number(row), column: Number(column) };
}

type Example = {
  readonly name: string;
  readonly file: string;
  readonly views: number;
  /** Pixels of a picture's side. */
  readonly side: number;
  readonly attackIn: (notebook: string) => Attack;
};

type Attack = {
  readonly row: number;
  readonly column: number;
  readonly brightness: number;
  readonly before: string;
  readonly after: string;
};
