import * as fc from 'fast-check';
import { orderNeurons } from './order';

const { NaN: none, POSITIVE_INFINITY: inf } = Number;

describe('orderNeurons', () => {
  const cases: [string, number[], boolean, number[]][] = [
    ['ascending', [3, 1, 2], false, [1, 2, 0]],
    ['descending', [3, 1, 2], true, [0, 2, 1]],
    ['negative and infinite', [-1, inf, -inf, -2, 0], false, [2, 3, 0, 4, 1]],
    ['no value last, ascending', [none, 1, none, 0], false, [3, 1, 0, 2]],
    ['no value last, descending', [none, 1, none, 0], true, [1, 3, 0, 2]],
    ['ties keep data order', [1, 0, 1, 0], true, [0, 2, 1, 3]],
    ['zeros of both signs tie', [0, -0, 0, -0], false, [0, 1, 2, 3]],
    ['zeros of both signs tie, descending', [-0, 0], true, [0, 1]],
    ['subnormals', [5e-324, 0, -5e-324], false, [2, 1, 0]],
    ['nothing', [], true, []]
  ];
  test.each(cases)('orders %s', (_title, scores, descending, expected) => {
    expect([...orderNeurons(Float64Array.from(scores), descending)]).toEqual(
      expected
    );
  });

  test('is the stable sort of the scores for any scores', () => {
    const score = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(
        fc.array(score, { maxLength: 300 }),
        fc.boolean(),
        (scores, down) => {
          expect([...orderNeurons(Float64Array.from(scores), down)]).toEqual(
            reference(scores, down)
          );
        }
      )
    );
  });
});

function reference(scores: readonly number[], descending: boolean): number[] {
  const sign = descending ? -1 : 1;
  return scores
    .map((_, neuron) => neuron)
    .sort((a, b) => {
      const lacking =
        Number(Number.isNaN(scores[a])) - Number(Number.isNaN(scores[b]));
      if (lacking !== 0 || Number.isNaN(scores[a])) {
        return lacking;
      }
      return scores[a] === scores[b]
        ? 0
        : sign * (scores[a] < scores[b] ? -1 : 1);
    });
}
