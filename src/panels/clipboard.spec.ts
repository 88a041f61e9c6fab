import { trans } from '../../tests/ts/words';
import { copyPng, copyText } from './clipboard';

const png = () => Promise.resolve(new Blob(['png'], { type: 'image/png' }));

afterEach(() => given({}));

describe('Copying', () => {
  it('says that the page may not, where the browser has no clipboard', async () => {
    given({});
    await expect(copyText('x', trans)).rejects.toThrow(/https or on localhost/);
    await expect(copyPng(png(), trans)).rejects.toThrow(/Save a file/);
  });

  it('says so where the browser has none for pictures', async () => {
    given({ clipboard: { write: jest.fn() } });
    await expect(copyPng(png(), trans)).rejects.toThrow(/Save a file/);
  });

  it('says that the browser refused', async () => {
    const write = () => Promise.reject(new Error('NotAllowedError'));
    given({ clipboard: { write, writeText: write } }, FakeItem);
    await expect(copyText('x', trans)).rejects.toThrow(/refused/);
    await expect(copyPng(png(), trans)).rejects.toThrow(/refused/);
  });

  it('tells the reason of a picture that could not be drawn', async () => {
    const write = () => Promise.reject(new Error('NotAllowedError'));
    given({ clipboard: { write } }, FakeItem);
    const failed = Promise.reject(new Error('too large'));
    await expect(copyPng(failed, trans)).rejects.toThrow('too large');
  });

  it('gives a picture to the clipboard before it is drawn', async () => {
    const write = jest.fn(() => Promise.resolve());
    given({ clipboard: { write } }, FakeItem);
    const copied = copyPng(png(), trans);
    expect(write).toHaveBeenCalledTimes(1);
    await copied;
  });
});

class FakeItem {}

function given(navigator: object, item?: unknown): void {
  Object.defineProperty(globalThis, 'navigator', {
    value: navigator,
    configurable: true
  });
  Object.assign(globalThis, { ClipboardItem: item });
}
