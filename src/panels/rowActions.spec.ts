import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import { marksOf } from '../view/state';
import { RowActions } from './rowActions';
import { NO_HOST as host } from './context';

const click = (detail: number) => ({ detail }) as MouseEvent;

test('a double click opens the neuron of its first click, though another row has come there', async () => {
  const store = await openedStore('tiny.ndiv');
  const layer = store.info.layers[0].name;
  const opened: number[] = [];
  const detail = {
    open: (_: string, neuron: number) => void opened.push(neuron)
  };
  const rows = new RowActions({ store, trans, host, detail }, layer);
  rows.click(click(1), 2, false);
  expect(marksOf(store.view, layer).hidden).toEqual(new Set([2]));
  rows.click(click(2), 3, false);
  expect(opened).toEqual([2]);
  expect(marksOf(store.view, layer).hidden.size).toBe(0);
});
