import * as fc from 'fast-check';
import { rowOfPlanes } from './planes';

test('a row has its bytes in order', () => {
  // Of 16 bits: [[1, 2, 3], [256, 512, 1]].
  const planes = Uint8Array.of(1, 0, 2, 0, 3, 1, 0, 1, 0, 2, 0, 0);
  expect([...rowOfPlanes(planes, [2, 3, 2], 0)]).toEqual([1, 0, 2, 0, 3, 0]);
  expect([...rowOfPlanes(planes, [2, 3, 2], 1)]).toEqual([0, 1, 0, 2, 1, 0]);
});

test('all rows hold all bytes, each where its places say', () => {
  const size = fc.integer({ min: 0, max: 5 });
  const shapes = fc.array(size, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(shapes, shape => {
      const total = shape.reduce((product, length) => product * length, 1);
      const planes = Uint8Array.from({ length: total }, (_, i) => i % 251);
      for (let row = 0; row < shape[0]; row++) {
        const bytes = rowOfPlanes(planes, shape, row);
        expect(bytes).toHaveLength(total / shape[0]);
        bytes.forEach((byte, i) =>
          expect(byte).toBe(planes[placeOf(shape, row, i)])
        );
      }
    })
  );
});

/** Where byte i of a row is among the planes, from its places along the axes. */
function placeOf(shape: readonly number[], row: number, i: number): number {
  let rest = i;
  let place = 0;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    place = place + (rest % shape[axis]) * sizeBefore(shape, axis);
    rest = Math.floor(rest / shape[axis]);
  }
  return place + row;
}

function sizeBefore(shape: readonly number[], axis: number): number {
  return shape.slice(0, axis).reduce((product, length) => product * length, 1);
}
