import {
  fixedFormat,
  formatCount,
  formatExact,
  formatShare,
  formatValue
} from './format';

describe('A value', () => {
  it.each([
    [0, '0.00'],
    [1.804, '1.80'],
    [-2.5, '−2.50'],
    [10.94, '10.9'],
    [123.4, '123'],
    [0.001234, '1.2e−3'],
    [1234567, '1.2e+6'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [NaN, '–']
  ])('%d is written %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('keeps seven digits where exactness is promised', () => {
    expect(formatExact(Math.fround(1.1))).toBe('1.1');
    expect(formatExact(-1 / 3)).toBe('−0.3333333');
    expect(formatExact(NaN)).toBe('–');
  });
});

describe('A count', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1234, '1\u202f234'],
    [1234567, '1\u202f234\u202f567']
  ])('of %d is written as in every language: %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe('A share', () => {
  it.each([
    [0, '0\u2009%'],
    [0.004, '<\u20091\u2009%'],
    [0.415, '42\u2009%'],
    [1, '100\u2009%'],
    [NaN, '–']
  ])('%d is written %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe('A column of sort values', () => {
  const written = (scores: number[], by: string) =>
    scores.map(fixedFormat(Float64Array.from(scores), by));

  it('has the same decimals throughout', () => {
    expect(written([10.94, 9.638, 0], 'value')).toEqual([
      '10.94',
      '9.64',
      '0.00'
    ]);
    expect(written([1234.5, 2], 'median')).toEqual(['1235', '2']);
    expect(written([0.0123, -0.5], 'value')).toEqual(['0.012', '−0.500']);
  });

  it('has signs when it holds differences', () => {
    expect(written([3, -1, 0], 'difference')).toEqual([
      '+3.00',
      '−1.00',
      '+0.00'
    ]);
  });

  it('is empty for the order of the data, and says where there is no value', () => {
    expect(written([0, 1], 'index')).toEqual(['', '']);
    expect(written([NaN, 1, Infinity], 'value')).toEqual(['–', '1.00', '∞']);
  });
});
