import { expect, test } from './base';
import { withKernel } from './carriers';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import {
  expectSaid,
  paintPixel,
  pictureOf,
  pixelsOf,
  probeOf,
  type Forward
} from './probes';
import { settled } from './view';

/** A model that cannot be exported: what its forward pass does depends on values. */
const MODEL = `
import numpy as np, torch, neuraldivergence as nd

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.conv, self.fc1 = torch.nn.Conv2d(3, 4, 3), torch.nn.Linear(4 * 10 * 10, 8)
        self.fc2 = torch.nn.Linear(8, 3)
    def forward(self, x):
        y = torch.relu(self.conv(x))
        if y.sum() > 1e9:
            y = y * 2
        return self.fc2(torch.relu(self.fc1(y.flatten(1))))

net = Net()
pictures = np.random.default_rng(2).integers(0, 256, (40, 12, 12, 3)).astype(np.uint8)
scaled = nd.Preprocess(scale=1 / 255, mean=0.5, std=0.25)
rec = nd.record(net, pictures, images=pictures, preprocess=scaled, labels=np.arange(40) % 3,
                class_names=["ape", "bee", "cow"], layers=["conv", "fc1"], progress=False)
rec = rec.with_model(net, export=False)
attack = nd.attacks.fgsm(rec, 5, strength=30)
rec = attack.add_to(rec, "five")

def forward(*changes):
    picture = pictures[5].copy()
    for row, column, *color in changes:
        picture[row, column] = color
    return said(picture)

def said(picture):
    picture = np.reshape(picture, (12, 12, 3))
    x = torch.from_numpy(((picture / 255 - 0.5) / 0.25).astype("float32").transpose(2, 0, 1)[None])
    with torch.no_grad():
        y = torch.relu(net.conv(x)).flatten(1)
        scores = net.fc2(torch.relu(net.fc1(y)))
        return {"fc1": net.fc1(y)[0].tolist(), "probabilities": scores.softmax(1)[0].tolist()}
`;

const SHOW =
  'rec.show(layers=["conv", "fc1"], instances=["five benign", "five attacked"])';

test('a model that cannot be exported is run by the kernel', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/live.ipynb`, [MODEL, SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  const probe = probeOf(view);
  const follows = () =>
    expect(probe).toContainText(
      '2 of 2 layers follow. Computed in the kernel (PyTorch on cpu).',
      { timeout: 60_000 }
    );

  await test.step('unchanged, the dots are those of its forward pass', async () => {
    await view
      .getByRole('group', { name: 'Instances', exact: true })
      .getByRole('button', { name: /^Change pixels of/ })
      .first()
      .click();
    await follows();
    await expectSaid(view, await evaluate(page, 'forward()'));
  });

  await test.step('a pixel is painted, and they move to where it has them', async () => {
    await paintPixel(pictureOf(view), 4, 7);
    await expect(probe).toContainText('row 4, column 7: 255, 255, 0');
    await expectSaid(
      view,
      await evaluate(page, 'forward((4, 7, 255, 255, 0))')
    );
    await screenshots(page, view, 'probe-kernel');
  });

  await test.step('it is attacked there: until it is stopped, and to the end', async () => {
    const attack = probe.locator('details.nd-Attack');
    const status = attack.getByRole('status');
    await attack.locator('summary').click();
    await attack
      .getByRole('combobox', { name: 'Class to reach' })
      .selectOption('ape');
    const start = attack.getByRole('button', { name: 'attack', exact: true });
    await start.click();
    await expect(status).toContainText(/Generation [1-9]/, { timeout: 60_000 });
    await attack.getByRole('button', { name: 'stop', exact: true }).click();
    await expect(status).toContainText(/Not reached.* Stopped/);
    await attack
      .getByRole('spinbutton', { name: 'Pixels that may change' })
      .fill('12');
    await start.click();
    await expect(status).toContainText('Now called ape', { timeout: 60_000 });
    await expect(probe).toContainText(/1?[0-9] pixels changed/);
    const picture = JSON.stringify(await pixelsOf(view));
    const wanted = await evaluate<Forward>(page, `said(${picture})`);
    const { probabilities } = wanted;
    expect(probabilities.indexOf(Math.max(...probabilities))).toBe(0);
    await expectSaid(view, wanted);
    await screenshots(page, view, 'attack-kernel');
  });

  await test.step('a kernel that was restarted has it no more; once the cells are run it has', async () => {
    await withKernel(page, 'restart');
    await probe.getByRole('button', { name: 'Undo the last stroke' }).click();
    await expect(probe).toContainText('The kernel does not have the model', {
      timeout: 60_000
    });
    await runAll(page);
    const again = (await waitForViews(page)).first();
    await settled(again);
    if (await probeOf(again).isHidden()) {
      await again.getByRole('button', { name: 'probe', exact: true }).click();
    } else {
      await probeOf(again).getByRole('button', { name: 'Try again' }).click();
    }
    await expect(probeOf(again)).toContainText('2 of 2 layers follow', {
      timeout: 60_000
    });
  });
});
