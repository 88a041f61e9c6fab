import { openedStore } from '../../../tests/ts/fixtures';
import { instanceValues } from '../figure';
import { twinDistance } from '../layerStrip';
import { inClasses } from '../needs';
import { Movement } from './movement';

test('a layer moves as far as twins are apart', async () => {
  const store = await openedStore('model.torch.ndiv');
  const { layers, classes } = store.info;
  const rows = (id: string) =>
    layers.map((_, layer) => instanceValues(store.info, layer, id));
  const all = { where: inClasses([...classes.keys()], store.view) };
  const wanted = await Promise.all(
    layers.map(async (_, layer) => {
      const z = (instance: number) =>
        store.ask(engine => engine.compare(layer, 'z', all, { instance }));
      return twinDistance(...(await Promise.all([z(0), z(1)])));
    })
  );
  let arrived = 0;
  const movement = new Movement(store, () => (arrived += 1));
  movement.of(rows('b0'), rows('a0'));
  while (arrived < layers.length) {
    await new Promise(resolve => setTimeout(resolve));
  }
  const found = movement.of(rows('b0'), rows('a0'));
  found.forEach((value, layer) => expect(value).toBeCloseTo(wanted[layer], 9));
  expect(found.every(value => value > 0)).toBe(true);
  expect(movement.of(rows('b0'), rows('b0'))).toEqual(layers.map(() => 0));
});
