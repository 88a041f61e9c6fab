import { fixtureBytes } from '../../../tests/ts/fixtures';
import { decodeWhole } from '../../../tests/ts/whole';
import { gridOf } from '../grid';
import { typescriptKernels } from '../kernels';
import { kindsOf, splitBy } from './kinds';
import { LAYER_SCORES, numbersOf } from './score';
import { standingsOf } from './standings';

type Told = { readonly numbers: readonly (readonly (number | string)[])[] };

const decodeText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const golden = JSON.parse(decodeText(fixtureBytes('detector.json'))) as {
  readonly layers: readonly (readonly Told[])[];
};

test('every image has the numbers that NumPy and SciPy give it', () => {
  const { samples, instances, layers } = decodeWhole(
    fixtureBytes('tiny.pairs.ndiv'),
    decodeText
  );
  const { labels, predictions } = samples;
  const kinds = kindsOf(instances, labels!, predictions);
  layers.forEach(({ activations, neurons, instances: own }, at) => {
    const values = activations!;
    const grid = gridOf(values, neurons, own, typescriptKernels);
    const [ofInstances, ofSamples] = [
      {
        values: own,
        classes: Int32Array.from(instances, one => one.prediction ?? -1),
        rows: Int32Array.from(instances, one => one.sample ?? -1)
      },
      {
        values,
        classes: predictions!,
        rows: Int32Array.from(labels!.keys())
      }
    ].map(images => numbersOf(standingsOf(images, { values, grid }, labels!)));
    LAYER_SCORES.forEach((key, k) => {
      const found = splitBy(kinds, ofInstances[key], ofSamples[key]);
      const { attacked, benign, misclassified, correct } = found;
      const all = [attacked, benign, misclassified, correct];
      all.forEach((numbers, kind) => {
        const told = golden.layers[at][k].numbers[kind].map(value =>
          Number(String(value).replace('inf', 'Infinity'))
        );
        // Samples are in the order of the file.
        const isSample = kind > 1;
        const expected = isSample ? Float64Array.from(told).sort() : told;
        expect(numbers).toHaveLength(told.length);
        (isSample ? numbers.sort() : numbers).forEach((value, image) => {
          if (value !== expected[image]) {
            expect(Math.abs(value / expected[image] - 1)).toBeLessThan(1e-9);
          }
        });
      });
    });
  });
});
