/** NaN where NaN is expected, else the number to twelve decimals. */
export function expectClose(found: number, expected: number): void {
  if (Number.isNaN(expected)) {
    expect(found).toBeNaN();
  } else {
    expect(found).toBeCloseTo(expected, 12);
  }
}
