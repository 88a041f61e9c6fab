import * as fc from 'fast-check';
import { sorterOf, taggedSorterOf } from './sortValues';

test('values are sorted as those of typed arrays, however many', () => {
  const value = fc.oneof(
    fc.float({ noNaN: true }),
    fc.constantFrom(0, -0, Infinity, -Infinity, 2 ** -149, -(2 ** -149))
  );
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 5, minLength: 1 }),
      fc.constantFrom(1, 299, 300, 700),
      fc.integer({ min: 0, max: 700 }),
      (kinds, size, wanted) => {
        const values = Float32Array.from(
          { length: size },
          (_, i) => kinds[i % kinds.length] * (((i * 7919) % 13) + 1)
        );
        const length = Math.min(wanted, size);
        const expected = values.slice();
        expected.subarray(0, length).sort();
        const sort = sorterOf(values);
        sort(length);
        expect(values).toEqual(expected);
      }
    )
  );
});

test('a sort is used again for fewer and other values', () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i));
  const sort = sorterOf(values);
  for (const length of [400, 350, 20, 0, 399]) {
    values.forEach((_, i) => (values[i] = Math.sin(i * length)));
    const expected = values.slice(0, length).sort();
    sort(length);
    expect(values.slice(0, length)).toEqual(expected);
  }
});

test('tags go where their values go, those of equal values in their order', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          // −0 comes before 0 though they are equal.
          fc.float({ noNaN: true }).filter(value => value !== 0),
          fc.constantFrom(0.5, -0.5, Infinity)
        ),
        { minLength: 1, maxLength: 9 }
      ),
      fc.constantFrom(1, 299, 300, 700),
      (kinds, size) => {
        const values = Float32Array.from(
          { length: size },
          (_, i) => kinds[(i * 7) % kinds.length] * ((i % 5) + 1)
        );
        const before = values.slice();
        const tags = Uint32Array.from(values.keys());
        taggedSorterOf(values, tags)(size);
        const expected = [...before.keys()].sort((a, b) =>
          before[a] > before[b] ? 1 : before[a] < before[b] ? -1 : a - b
        );
        expect([...tags]).toEqual(expected);
        expect(values).toEqual(Float32Array.from(expected, i => before[i]));
      }
    )
  );
});
