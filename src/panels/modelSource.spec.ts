import { numbersText, readNumbers } from './modelSource';

test.each<[string, readonly number[] | null | undefined]>([
  ['', null],
  ['  ', null],
  ['0.5', [0.5]],
  ['1/255', [1 / 255]],
  ['125.3, 123, 113.9', [125.3, 123, 113.9]],
  ['1 2 3', [1, 2, 3]],
  ['1, 2', undefined],
  ['x', undefined],
  ['1/0', undefined],
  ['1/', undefined],
  ['1/2/3', undefined],
  ['Infinity', undefined]
])('%p is read as %p', (text, numbers) => {
  expect(readNumbers(text)).toEqual(numbers);
});

test.each(['1/255', '0.5', '125.3, 123, 113.9', '1/3, -2, 1e-12'])(
  '%p is written as it was read',
  text => {
    expect(numbersText(readNumbers(text) ?? [])).toBe(text);
  }
);
