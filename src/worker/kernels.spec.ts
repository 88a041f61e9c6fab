import { typescriptKernels } from '../core/kernels';
import { kernelBytes } from './kernelBytes';
import { kernelLoader } from './kernels';

describe('loading the kernels', () => {
  test('gives those in WebAssembly, once', async () => {
    const load = jest.fn(kernelBytes);
    const kernels = kernelLoader(load, 60_000);
    const first = await kernels();
    expect(first).not.toBe(typescriptKernels);
    expect(await kernels()).toBe(first);
    expect(load).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['cannot be had', () => Promise.reject(new Error('no'))],
    ['do not compile', async () => Uint8Array.of(0, 97, 115, 109)]
  ])('gives those in TypeScript when the bytes %s', async (_, load) => {
    expect(await kernelLoader(load, 60_000)()).toBe(typescriptKernels);
  });

  test('gives those in TypeScript until the others are here', async () => {
    let arrive = (_: BufferSource) => {};
    const bytes = new Promise<BufferSource>(resolve => {
      arrive = resolve;
    });
    const kernels = kernelLoader(() => bytes, 1);
    expect(await kernels()).toBe(typescriptKernels);
    arrive(await kernelBytes());
    while ((await kernels()) === typescriptKernels) {
      await new Promise(resolve => setTimeout(resolve));
    }
  });
});
