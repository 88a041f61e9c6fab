import { gridOf } from '../grid';
import { typescriptKernels } from '../kernels';
import { joined, standingsOf } from './standings';

/** One neuron that all samples of class 0 but the last have alike. */
const values = Float32Array.of(1, 1, 1, 5, 2);
const labels = Int32Array.of(0, 0, 0, 0, 1);
const layer = {
  values,
  grid: gridOf(values, 1, new Float32Array(0), typescriptKernels)
};

test('an image is left out of its own class', () => {
  const found = standingsOf(
    {
      values: Float32Array.of(5, 5, 1, 2),
      classes: Int32Array.of(0, 0, 0, 1),
      rows: Int32Array.of(-1, 3, 0, 4)
    },
    layer,
    labels
  );
  // Among the four its z is (5 − 2) / √3; the other three are equal, so that there is none.
  expect(found.largest[0]).toBeCloseTo(Math.sqrt(3), 12);
  expect(found.deviations).toEqual(Uint32Array.of(1, 0, 1, 0));
  expect(found.largest[1]).toBe(-Infinity);
  // Nobody else is in class 1.
  expect(found.surprisals).toEqual(Uint32Array.of(1, 1, 1, 0));
  expect(found.surprisal[0]).toBeLessThan(found.surprisal[1]);
});

test('an image without a class has no numbers', () => {
  const { surprisals, largest } = standingsOf(
    {
      values: Float32Array.of(1),
      classes: Int32Array.of(-1),
      rows: Int32Array.of(0)
    },
    layer,
    labels
  );
  expect([surprisals[0], largest[0]]).toEqual([0, -Infinity]);
});

test('layers together are as one', () => {
  const images = {
    values: Float32Array.of(5),
    classes: Int32Array.of(0),
    rows: Int32Array.of(-1)
  };
  const one = standingsOf(images, layer, labels);
  const both = joined([one, one]);
  expect(both.surprisal[0]).toBe(2 * one.surprisal[0]);
  expect(both.deviations[0]).toBe(2);
  expect(both.largest).toEqual(one.largest);
});
