import { openedStore } from '../../tests/ts/fixtures';
import { LAYER_SCORES } from '../core/detector/score';
import { concluded, pairCounts } from './detector';
import { detectorTable } from './detectorCsv';
import { DetectorModel } from './detectorModel';
import { LookingBeside } from './looking';

async function answered(name: string) {
  const store = await openedStore(name);
  const model = DetectorModel.of(LookingBeside.of(store));
  const watching = model.watch();
  while (model.progress.missing > 0) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  watching.dispose();
  return { store, model };
}

test('layer after layer, then all together, with the best of them beside the baseline', async () => {
  const { store, model } = await answered('tiny.pairs.ndiv');
  expect(model.pairs).toEqual({ known: 10, leftOut: 1 });
  expect(model.rows).toEqual([0, 1, 2, 'layers']);
  expect(model.row).toBe('layers');
  const { conclusion } = model;
  // As Python has it: mean surprisal of all together, 0.97; 1 − max softmax 0.50.
  expect(conclusion).toMatchObject({
    row: 'layers',
    key: 'meanSurprisal',
    among: 12
  });
  expect(conclusion!.area).toBeCloseTo(0.97, 10);
  expect(conclusion!.baseline).toBe(
    model.baseline?.scores[0].areas.benign?.value
  );
  const lines = detectorTable(model, store.info).trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + 1 + 4 * LAYER_SCORES.length);
  expect(lines[1]).toMatch(/^,1 - max softmax,/);
  expect(lines.at(-1)).toMatch(/^all together,max \|z\|,0\.8,/);
  store.dispose();
});

test('a summary says of each layer why there is nothing, and 1 − max-softmax stays', async () => {
  const { store, model } = await answered('tiny.summary.ndiv');
  for (const row of model.rows) {
    expect(model.refusal(row)).toMatchObject({ reason: 'values' });
  }
  expect(model.baseline?.scores[0].areas.benign?.value).toBe(1);
  expect(model.conclusion).toBeNull();
  store.dispose();
});

test('without pairs nothing is asked', async () => {
  const { store, model } = await answered('tiny.f16.ndiv');
  expect(model.pairs).toEqual({ known: 0, leftOut: 0 });
  expect(model.baseline).toBeNull();
  expect(concluded(null, [])).toBeNull();
  expect(pairCounts({ instances: [] }).known).toBe(0);
  store.dispose();
});
