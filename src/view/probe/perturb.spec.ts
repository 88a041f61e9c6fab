import * as fc from 'fast-check';
import type { Size } from './edits';
import { perturbed, Perturbing } from './perturb';

const GREY: Size = { height: 2, width: 3, channels: 1 };
const PIXELS = Uint8Array.of(0, 10, 20, 100, 200, 255);

const of = (change: Parameters<typeof perturbed>[2]) => [
  ...perturbed(PIXELS, GREY, change)
];

test('values move as they are told to, and stay within a byte', () => {
  expect(of({ kind: 'brightness', amount: 60 })).toEqual([
    60, 70, 80, 160, 255, 255
  ]);
  expect(of({ kind: 'brightness', amount: -15 })).toEqual([
    0, 0, 5, 85, 185, 240
  ]);
  // The mean is 97.5.
  expect(of({ kind: 'contrast', amount: -50 })).toEqual([
    49, 54, 59, 99, 149, 176
  ]);
  expect(of({ kind: 'shift', right: 1, down: 0 })).toEqual([
    0, 0, 10, 100, 100, 200
  ]);
  expect(of({ kind: 'shift', right: 0, down: -1 })).toEqual([
    100, 200, 255, 100, 200, 255
  ]);
  const at = { x: 1, y: 0 };
  expect(of({ kind: 'patch', amount: 2, at, color: [7] })).toEqual([
    0, 7, 7, 100, 7, 7
  ]);
});

test('noise has its deviation, depends on its seed alone, and leaves opacity', () => {
  const size: Size = { height: 50, width: 50, channels: 4 };
  const grey = new Uint8Array(10_000).fill(128);
  const noise = (seed: number) =>
    perturbed(grey, size, { kind: 'noise', amount: 10, seed });
  expect(noise(3)).toEqual(noise(3));
  expect(noise(3)).not.toEqual(noise(4));
  const moved = [...noise(3)].filter((_, i) => i % 4 < 3).map(v => v - 128);
  const mean = moved.reduce((sum, v) => sum + v, 0) / moved.length;
  const square = moved.reduce((sum, v) => sum + v * v, 0) / moved.length;
  expect(Math.abs(mean)).toBeLessThan(0.5);
  expect(Math.abs(Math.sqrt(square) - 10)).toBeLessThan(0.5);
  expect(noise(3).every((v, i) => i % 4 < 3 || v === 128)).toBe(true);
});

test('nothing of anything changes nothing', () => {
  const pixels = fc.uint8Array({ minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(pixels, fc.integer(), (some, seed) => {
      for (const change of [
        { kind: 'noise', amount: 0, seed } as const,
        { kind: 'brightness', amount: 0 } as const,
        { kind: 'contrast', amount: 0 } as const,
        { kind: 'shift', right: 0, down: 0 } as const,
        { kind: 'patch', amount: 0, at: { x: 0, y: 0 }, color: [9] } as const
      ]) {
        expect(perturbed(some, GREY, change)).toEqual(some);
      }
    })
  );
});

test('a gesture is one step, and begins anew where the picture is another', () => {
  const steps: (readonly [number, boolean])[] = [];
  const model = {
    size: GREY,
    pixels: new Uint8Array(6),
    setPixels(next: Uint8Array, sameStep = false) {
      if (next.some((value, i) => value !== this.pixels[i])) {
        this.pixels = next as Uint8Array<ArrayBuffer>;
        steps.push([next[0], sameStep]);
      }
    }
  };
  const perturbing = new Perturbing(model);
  const brighten = (amount: number) =>
    perturbing.apply({ kind: 'brightness', amount });
  [0, 5, 9].forEach(brighten);
  model.setPixels(new Uint8Array(6).fill(100));
  expect(perturbing.isGoingOn).toBe(false);
  brighten(1);
  perturbing.end();
  brighten(1);
  expect(steps).toEqual([
    [5, false],
    [9, true],
    [100, false],
    [101, false],
    [102, false]
  ]);
});
