import { fitted } from './text';

/** Without a canvas a character is 5.6 px wide at 10 px. */
const style = { sizePx: 10, font: 'sans-serif' };

describe('Text that is fitted', () => {
  it.each([
    ['short', 100, 'end', 'short'],
    ['exactly as wide', 15 * 5.6 + 1, 'end', 'exactly as wide'],
    ['block3.filter_001', 10 * 5.6 + 1, 'end', 'block3.fi…'],
    ['block3.filter_001', 10 * 5.6 + 1, 'middle', 'block…_001'],
    ['anything', 1, 'end', '…'],
    ['', 1, 'end', ''],
    ['x'.repeat(1_000_000), 4 * 5.6 + 1, 'end', 'xxx…'],
    [`a${'x'.repeat(1_000_000)}z`, 4 * 5.6 + 1, 'middle', 'ax…z']
  ] as const)('is as long as there is room, case %#', (text, px, at, fits) => {
    expect(fitted(text, px, style, at)).toBe(fits);
    expect(fitted(text, px, style, at)).toBe(fits);
  });

  it('is not cut within a character', () => {
    const cut = fitted('😀'.repeat(20), 50, style);
    expect(cut).toMatch(/^(😀)+…$/u);
  });

  it('tells long texts of one start from each other', () => {
    const [a, b] = ['a', 'b'].map(end =>
      fitted('x'.repeat(300) + end, 50, style, 'middle')
    );
    expect([a.slice(-1), b.slice(-1)]).toEqual(['a', 'b']);
  });
});
