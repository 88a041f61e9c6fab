/** @jest-environment jsdom */
import { trans } from '../../../tests/ts/words';
import type { Term } from '../../view/brush';
import type { Store } from '../../view/store';
import { Chip } from './chip';

const RANGE = { layer: 'conv', neuron: 0, from: 1, to: null };
const TERM: Term = { test: RANGE, not: false, joint: 'and' };

const store = {
  info: { layers: [{ name: 'conv', neurons: 1, neuronNames: null }] }
} as unknown as Store;

it('a bound that is being typed stays while the view changes, and is taken over whole', () => {
  const change = jest.fn();
  const actions = { change, remove: jest.fn() };
  const chip = new Chip({ store, trans }, TERM, true, actions);
  document.body.append(chip.node);
  const [from, to] = chip.node.querySelectorAll('input');
  to.focus();
  to.value = '2';
  to.dispatchEvent(new Event('input'));
  chip.show({ ...TERM, test: { ...RANGE, from: 0.5 } });
  expect([from.value, to.value]).toEqual(['0.5', '2']);
  to.dispatchEvent(new Event('change'));
  expect(change).toHaveBeenCalledWith({
    test: { ...RANGE, from: 0.5, to: 2 }
  });
  chip.show({ ...TERM, test: { ...RANGE, to: 3 } });
  expect(to.value).toBe('3');
});
