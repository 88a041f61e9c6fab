import {
  changedPixels,
  colorAt,
  difference,
  painted,
  squareAround
} from './edits';

const SIZE = { height: 2, width: 3, channels: 3 } as const;
const PIXELS = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);

describe('a painted pixel', () => {
  test('has the colour, and no other changes', () => {
    const at = { x: 2, y: 1 };
    const next = painted(PIXELS, SIZE, at, [1, 2, 3]);
    expect(colorAt(next, SIZE, at)).toEqual([1, 2, 3]);
    expect(changedPixels(next, PIXELS, SIZE)).toEqual([at]);
    expect([...next.slice(0, 15)]).toEqual([...PIXELS.slice(0, 15)]);
    expect(PIXELS[15]).toBe(150);
  });

  test('that had the colour is no change', () => {
    const at = { x: 1, y: 0 };
    const color = colorAt(PIXELS, SIZE, at);
    expect(painted(PIXELS, SIZE, at, color)).toBe(PIXELS);
  });
});

describe('a square', () => {
  const size = { height: 10, width: 10, channels: 1 } as const;

  test.each([
    [1, 4, 5],
    [2, 4, 6],
    [3, 3, 6],
    [5, 2, 7]
  ])('of %i has the pixel in its middle', (side, from, to) => {
    expect(squareAround({ x: 4, y: 4 }, side, size)).toEqual({
      left: from,
      top: from,
      right: to,
      bottom: to
    });
  });

  test('is cut at the edges', () => {
    const grey = new Uint8Array(100);
    const next = painted(grey, size, { x: 0, y: 9 }, [7], 3);
    expect(changedPixels(next, grey, size)).toEqual([
      { x: 0, y: 8 },
      { x: 1, y: 8 },
      { x: 0, y: 9 },
      { x: 1, y: 9 }
    ]);
  });
});

test('a difference is grey where nothing changed, and never wraps around', () => {
  const white = new Uint8Array(4).fill(255);
  const grey = { height: 2, width: 2, channels: 1 } as const;
  expect([...difference(white, white, grey)]).toEqual([128, 128, 128, 128]);
  expect([...difference(white, new Uint8Array(4), grey)]).toEqual([
    255, 255, 255, 255
  ]);
  expect([...difference(new Uint8Array(4), white, grey)]).toEqual([1, 1, 1, 1]);
});
