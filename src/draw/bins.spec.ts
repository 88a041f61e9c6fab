import { binsOf, stripesOf } from './bins';
import type { Band, SceneRow } from './scene';

const staggered = (classes: number): Band[] =>
  Array.from({ length: classes }, (_, k) => {
    const top = (0.36 * k) / (classes - 1);
    return [top, top + 0.64];
  });

describe('Stripes', () => {
  it('are the parts of a row in which the same classes lie', () => {
    expect(
      stripesOf([
        [0, 0.6],
        [0.4, 1]
      ])
    ).toEqual([
      { band: [0, 0.4], classes: [0] },
      { band: [0.4, 0.6], classes: [0, 1] },
      { band: [0.6, 1], classes: [1] }
    ]);
  });

  it('of a thousand classes are no more than a row has pixels, without a gap', () => {
    const stripes = stripesOf(staggered(1000), share => Math.round(13 * share));
    expect(stripes.length).toBeLessThanOrEqual(13);
    const edges = stripes.map(({ band }) => band.map(s => Math.round(13 * s)));
    expect(edges[0][0]).toBe(0);
    expect(edges[edges.length - 1][1]).toBe(13);
    edges.slice(1).forEach(([top], k) => expect(top).toBe(edges[k][1]));
    expect(stripes.every(({ classes }) => classes.length > 0)).toBe(true);
  });
});

test('a row that is kept is coloured anew for other colours and other stripes', () => {
  const row = {
    columns: { exponent: 0, first: 0, count: 2 },
    opacities: Float32Array.of(1, 0, 0, 1)
  } as unknown as SceneRow;
  const whole = stripesOf([
    [0, 1],
    [0, 1]
  ]);
  const colored = (colors: Parameters<typeof binsOf>[2], stripes = whole) => [
    ...new Uint8Array(binsOf([row], stripes, colors)[0].rgba.buffer)
  ];
  const [red, green, blue] = [
    [200, 0, 0],
    [0, 200, 0],
    [0, 0, 200]
  ] as const;
  expect(colored([red, green])).toEqual([...red, 255, ...green, 255]);
  expect(colored([blue, green])).toEqual([...blue, 255, ...green, 255]);
  const lanes = stripesOf([
    [0, 0.5],
    [0.5, 1]
  ]);
  expect(colored([blue, green], lanes)).toEqual([
    ...[...blue, 255, 0, 0, 0, 0],
    ...[0, 0, 0, 0, ...green, 255]
  ]);
});
