import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import type { Order } from '../core/scores';
import { longDescription } from './sentence';

const MEDIAN: Order = { by: 'median', class: 0 };

test.each<[Order, boolean, string]>([
  [{ by: 'index' }, false, 'neurons in the order of the data;'],
  [{ by: 'index' }, true, 'neurons in the order of the data, last first;'],
  [MEDIAN, true, 'neurons sorted by median cat, largest first;'],
  [MEDIAN, false, 'neurons sorted by median cat, smallest first;']
])(
  'the order %j, descending %s, is said as “%s”',
  async (order, descending, words) => {
    const { view, info } = await openedStore('tiny.ndiv');
    const text = longDescription({ ...view, order, descending }, info, trans);
    expect(text).toContain(words);
  }
);
