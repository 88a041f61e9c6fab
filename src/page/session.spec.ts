import { openedStore } from '../../tests/ts/fixtures';
import { initialView, parseView } from '../view/state';
import { addSample } from '../view/update';
import { viewToJson } from '../view/viewJson';
import { startOf } from './session';

test('a page begins with the view that was exported, whatever the recording begins with', async () => {
  const { info: opened } = await openedStore('tiny.ndiv');
  const view = { samples: [3], brush: { where: { label: [0] } } };
  const info = { ...opened, view };
  const begun = initialView(info);
  expect(startOf(undefined, info)).toEqual(begun);
  expect(begun.samples).toEqual([3]);
  const plain = { ...begun, samples: [], instances: [], brush: null };
  expect(startOf(viewToJson(plain), info)).toEqual(plain);
  const other = addSample(plain, 5);
  expect(startOf(viewToJson(other), info)).toEqual(other);
  expect(parseView(viewToJson(other), info, begun).brush).not.toBeNull();
});
