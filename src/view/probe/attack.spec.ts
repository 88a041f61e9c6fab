import { openedModel } from '../../../tests/ts/models';
import { openedStore } from '../../../tests/ts/fixtures';
import { nodeBackends } from '../../../tests/ts/probe';
import { startNetwork } from '../../probe/backends';
import { AttackModel, STRENGTHS } from './attack';
import { isSamePicture } from './edits';
import { Probing } from './probing';

const FILE = 'model.torch.ndiv';

/** The attacks on the first benign picture of a fixture, run by its own model. */
async function attacked() {
  const store = await openedStore(FILE);
  const { probed } = await openedModel(FILE);
  const probing = Probing.of(store);
  probing.watch();
  probing.choose('b0', 'changed', () => startNetwork(probed, nodeBackends));
  const probe = probing.model!;
  while (probe.before === null) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return { probe, model: AttackModel.of(probe) };
}

test('what an attack finds is the picture of the probe, one step that can be undone', async () => {
  const { probe, model } = await attacked();
  expect(model.kinds).toEqual(['pixels', 'exhaustive', 'fgsm', 'pgd']);
  model.choose({ kind: 'pixels', count: 3, seed: 2 });
  const running = model.start();
  expect(model.isRunning).toBe(true);
  setTimeout(() => model.stop(), 1500);
  await running;
  expect(model.isRunning).toBe(false);
  expect(model.outcome?.pixels).toEqual(probe.pixels);
  expect(model.made).toEqual({ kind: 'pixels', count: 3 });
  expect(probe.changedPixels.length).toBeGreaterThan(0);
  expect(probe.changedPixels.length).toBeLessThanOrEqual(3);
  const { heat } = model;
  const tried = heat?.filter(near => !Number.isNaN(near)) ?? [];
  expect(tried.length).toBeGreaterThan(100);
  expect(Math.min(...tried)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...tried)).toBeLessThanOrEqual(1);
  probe.undo();
  expect(model.made).toBeNull();
  expect(probe.pixels).toBe(probe.original);
  expect(probe.canUndo).toBe(false);
  probe.dispose();
});

test('an attack along the gradient has a picture for each strength, and layers move further with it', async () => {
  const { probe, model } = await attacked();
  model.choose({ kind: 'fgsm' });
  await model.start();
  const { changes, outcome } = model;
  expect(changes?.strengths).toBe(STRENGTHS);
  expect(changes?.layers).toHaveLength(14);
  for (const { distances } of changes?.layers ?? []) {
    expect(distances[0]).toBe(0);
    expect(distances[STRENGTHS.length - 1]).toBeGreaterThan(distances[1]);
  }
  const first = outcome?.success.indexOf(true) ?? -1;
  expect(model.shown).toBe(first < 0 ? STRENGTHS.length - 1 : first);
  model.show(4);
  const most = Math.max(
    ...probe.pixels.map((value, i) => Math.abs(value - probe.original[i]))
  );
  expect(most).toBe(STRENGTHS[4]);
  expect(model.made).toEqual({ kind: 'fgsm', strength: STRENGTHS[4] });
  // As far as the probe says of this very picture.
  const { layers } = await probe.engine!.run(probe.pixels, [
    ...Array(14).keys()
  ]);
  const moved = probe.movement.of(layers, probe.before!.rows);
  changes?.layers.forEach(({ distances }, layer) =>
    expect(distances[4]).toBeCloseTo(moved[layer], 5)
  );
  probe.undo();
  expect(isSamePicture(probe.pixels, probe.original)).toBe(true);
  probe.dispose();
}, 60_000);
