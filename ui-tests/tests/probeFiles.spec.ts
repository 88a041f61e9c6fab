import path from 'node:path';
import type { Locator } from '@playwright/test';
import { expect, test } from './base';
import { openNotebook, runAll, screenshots, waitForViews } from './nd';
import { closeTab } from './saved';
import { settled } from './view';

const FIXTURE = path.resolve(
  __dirname,
  '../../tests/fixtures/model.torch.ndiv'
);

/** A recording without its model, which lies in files beside the notebook as TensorFlow's converter writes it. */
const FILES = `
import dataclasses, json, pathlib
import neuraldivergence as nd

rec = nd.load(${JSON.stringify(FIXTURE)})
folder = pathlib.Path("net")
folder.mkdir(exist_ok=True)
data = b"".join(weight.values.tobytes() for weight in rec.model.weights)
shards = {"group1-shard1of2.bin": data[:1000], "group1-shard2of2.bin": data[1000:]}
for name, part in shards.items():
    (folder / name).write_bytes(part)
weights = [
    {"name": weight.name, "shape": weight.values.shape, "dtype": "float32"}
    for weight in rec.model.weights
]
manifest = [{"paths": list(shards), "weights": weights}]
model = {"format": "layers-model", "modelTopology": rec.model.topology, "weightsManifest": manifest}
(folder / "model.json").write_text(json.dumps(model))
dataclasses.replace(rec, model=None).show(layers=["fc1"])
`;

function probeOf(view: Locator): Locator {
  return view.getByRole('region', { name: 'Probe', exact: true });
}

function sharesOf(probe: Locator): Promise<string[]> {
  return probe.locator('.nd-Probe-share').allTextContents();
}

test('a model that lies in files is chosen, fed, and found again', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  const notebook = `${tmpPath}/files.ipynb`;
  await openNotebook(page, notebook, [FILES]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const toggle = view.getByRole('button', { name: 'probe', exact: true });
  await toggle.first().click();
  const probe = probeOf(view);
  await expect(probe).toContainText('The recording holds no model.');

  await test.step('from the folder of the notebook', async () => {
    await probe.getByRole('button', { name: 'Choose a model file…' }).click();
    const dialog = page.locator('.jp-Open-Dialog');
    await dialog.getByText('net', { exact: true }).dblclick();
    await dialog.getByText('model.json', { exact: true }).click();
    await page
      .locator('.jp-Dialog')
      .getByRole('button', { name: 'Select' })
      .click();
    await expect(probe).toContainText('net/model.json');
    await expect(probe).toContainText('of 14 layers follow', {
      timeout: 60_000
    });
  });

  await test.step('how it is fed changes what it says', async () => {
    const before = await sharesOf(probe);
    for (const [name, value] of [
      ['scale', '1/255'],
      ['mean', '0.5'],
      ['std', '0.25, 0.24, 0.26']
    ]) {
      await probe.getByRole('textbox', { name, exact: true }).fill(value);
      await page.keyboard.press('Tab');
    }
    await expect.poll(() => sharesOf(probe)).not.toEqual(before);
    await screenshots(page, view, 'probe-file');
    const wrong = probe.getByRole('textbox', { name: 'std', exact: true });
    await wrong.fill('0');
    await page.keyboard.press('Tab');
    await expect(wrong).toHaveAttribute('aria-invalid', 'true');
  });

  await test.step('the saved notebook finds it again', async () => {
    const said = await sharesOf(probe);
    await page.notebook.save();
    await closeTab(page, 'files.ipynb');
    await page.notebook.openByPath(notebook);
    const again = (await waitForViews(page)).first();
    await again
      .getByRole('button', { name: 'probe', exact: true })
      .first()
      .click();
    await expect(probeOf(again)).toContainText('of 14 layers follow', {
      timeout: 60_000
    });
    await expect.poll(() => sharesOf(probeOf(again))).toEqual(said);
  });
});
