import { fileName } from './download';

describe('The name of a file', () => {
  it.each([
    ['LeNet on CIFAR-10', 'lenet-on-cifar-10-view.png'],
    ['a_b', 'a_b-view.png'],
    ['../../x', 'x-view.png'],
    ['C:\\Windows\\x.exe', 'c-windows-x-exe-view.png'],
    ['a\0b', 'a-b-view.png'],
    ['abc\u202egnp.exe', 'abc-gnp-exe-view.png'],
    ['x'.repeat(1_000_000), `${'x'.repeat(60)}-view.png`],
    ['CON', 'con-view.png'],
    ['.htaccess', 'htaccess-view.png'],
    ['', 'recording-view.png'],
    ['...', 'recording-view.png'],
    ['\ud800', 'recording-view.png'],
    ['ﬁne Ａ', 'fine-a-view.png'],
    ['猫と犬', '猫と犬-view.png'],
    ['été', 'été-view.png'],
    ['हिन्दी', 'हिन्दी-view.png'],
    ['ภาพที่ ๑', 'ภาพที่-๑-view.png'],
    ['\u0301\u0301a', 'a-view.png'],
    ['%2e%2e%2f', '2e-2e-2f-view.png'],
    ['<img src=x onerror=__pwn()>', 'img-src-x-onerror-__pwn-view.png']
  ])('of %j is %s', (recording, name) => {
    expect(fileName(recording.slice(0), 'view', 'png')).toBe(name);
  });

  it('fits into the 255 bytes of a file system', () => {
    const name = fileName('\u{20000}'.repeat(500), 'view', 'png');
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
  });
});
