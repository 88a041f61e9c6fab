/** @jest-environment jsdom */
import { contextOf, watchPixels } from './canvas';

type Told = { inlineSize: number; blockSize: number };

let tell: (size: Told) => void = () => undefined;

beforeAll(() => {
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue({} as never);
  Object.assign(globalThis, {
    ResizeObserver: class {
      constructor(callback: (entries: unknown[]) => void) {
        tell = size => callback([{ devicePixelContentBoxSize: [size] }]);
      }
      observe() {}
      disconnect() {}
    }
  });
});

function sizeAt(devicePixels: number, canvas: HTMLCanvasElement) {
  Object.assign(window, { devicePixelRatio: devicePixels });
  const [, pixels] = contextOf(canvas, 333, 201);
  expect(pixels).toBe(devicePixels);
  expect(canvas.style.width).toBe('333px');
  return [canvas.width, canvas.height];
}

describe('A canvas has as many pixels as it covers on the screen', () => {
  it.each([
    [1, [333, 201]],
    [1.25, [416, 251]],
    [1.5, [500, 302]],
    [2, [666, 402]],
    [0.8, [266, 161]]
  ])('at %d device pixels a CSS pixel', (devicePixels, size) => {
    expect(sizeAt(devicePixels, document.createElement('canvas'))).toEqual(
      size
    );
  });

  it('as the browser tells, which calls for another drawing', () => {
    const canvas = document.createElement('canvas');
    const onOther = jest.fn();
    watchPixels(canvas, onOther);
    expect(sizeAt(1.25, canvas)).toEqual([416, 251]);
    tell({ inlineSize: 416, blockSize: 251 });
    expect(onOther).not.toHaveBeenCalled();
    tell({ inlineSize: 417, blockSize: 251 });
    expect(onOther).toHaveBeenCalledTimes(1);
    expect(sizeAt(1.25, canvas)).toEqual([417, 251]);
    // What was told of another zoom says nothing about this one.
    expect(sizeAt(2, canvas)).toEqual([666, 402]);
  });
});
