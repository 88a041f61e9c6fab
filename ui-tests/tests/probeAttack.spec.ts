import { expect, test } from './base';
import {
  evaluate,
  openNotebook,
  runAll,
  screenshots,
  waitForViews
} from './nd';
import {
  expectSaid,
  follows,
  modelWith,
  pictureOf,
  pixelsOf,
  probeOf,
  SHOW,
  type Forward
} from './probes';
import { settled } from './view';

/** The bias of a cat with which 3 in 1,000 changes of one pixel make “five benign” a ship. */
const LOW = -1.35;
const SHIP = 2;

test('attacks change the picture, and are followed and stopped', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(240_000);
  await openNotebook(page, `${tmpPath}/attack.ipynb`, [modelWith(LOW), SHOW]);
  await runAll(page);
  const view = (await waitForViews(page)).first();
  await settled(view);
  await view.getByRole('button', { name: 'probe', exact: true }).click();
  const probe = probeOf(view);
  await follows(probe);
  const attack = probe.locator('details.nd-Attack');
  const status = attack.getByRole('status');
  await attack.locator('summary').click();

  await test.step('one pixel makes it another class, and the kernel says the same', async () => {
    const before = await pixelsOf(view);
    await attack.getByRole('button', { name: 'attack', exact: true }).click();
    await expect(status).toContainText('Now called ship', { timeout: 60_000 });
    await expect(probe).toContainText('1 pixel changed');
    const after = await pixelsOf(view);
    const differs = [...after.keys()].filter(i => after[i] !== before[i]);
    expect(new Set(differs.map(i => Math.floor(i / 3))).size).toBe(1);
    const picture = `np.array(${JSON.stringify(after)}).reshape(12, 12, 3)`;
    const wanted = await evaluate<Forward>(page, `said(${picture})`);
    const { probabilities } = wanted;
    expect(probabilities.indexOf(Math.max(...probabilities))).toBe(SHIP);
    await expectSaid(view, wanted);
    await screenshots(page, view, 'attack-one-pixel');
    await pictureOf(view).focus();
    await page.keyboard.press('Control+z');
    await expect(probe).toContainText('0 pixels changed');
  });

  await test.step('some pixels: started and stopped by keyboard, taken as one step', async () => {
    const target = attack.getByRole('combobox', { name: 'Class to reach' });
    await target.selectOption('frog');
    await attack
      .getByRole('spinbutton', { name: 'Pixels that may change' })
      .fill('5');
    await attack.getByRole('button', { name: 'attack', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect(status).toContainText(/Generation [1-9]/, { timeout: 60_000 });
    await page.keyboard.press('Enter');
    await expect(status).toContainText(/Now called|Not reached.* Stopped/);
    await expect(probe).toContainText(/[1-5] pixels? changed/);
    await expect(probe.locator('.nd-Probe-heat')).toBeVisible();
    await screenshots(page, view, 'attack-pixels');
    await pictureOf(view).focus();
    await page.keyboard.press('Control+z');
    await expect(probe).toContainText('0 pixels changed');
    await target.selectOption('any other class');
  });

  await test.step('along the gradient: the strength is chosen, and layers move', async () => {
    await attack
      .getByRole('combobox', { name: 'Attack', exact: true })
      .selectOption('pgd');
    await attack.getByRole('button', { name: 'attack', exact: true }).click();
    const strength = attack.getByRole('slider', {
      name: 'Strength in grey levels'
    });
    await expect(strength).toBeVisible({ timeout: 120_000 });
    await strength.press('End');
    await expect(strength).toHaveAttribute('aria-valuetext', '64');
    await expect(status).toContainText('Now called');
    await expect(
      attack.getByRole('img', { name: /^How far layers move at strength 64/ })
    ).toBeVisible();
    await screenshots(page, view, 'attack-gradient');
    await strength.press('Home');
    await expect(probe).toContainText('0 pixels changed');
    await expect(status).toContainText('Still called');
  });
});
