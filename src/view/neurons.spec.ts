import fc from 'fast-check';
import { flipped, sortedNeurons, type Neurons } from './neurons';

const several = fc.uniqueArray(fc.nat(5000), { maxLength: 600 });

test('neurons that are flipped one by one are those of a set', () => {
  fc.assert(
    fc.property(several, fc.array(fc.nat(6000)), (begun, flips) => {
      const before: Neurons = new Set(begun);
      const expected = new Set(begun);
      let after = before;
      for (const neuron of flips) {
        after = flipped(after, neuron);
        if (!expected.delete(neuron)) {
          expected.add(neuron);
        }
      }
      const sorted = [...expected].sort((a, b) => a - b);
      expect(sortedNeurons(after)).toEqual(sorted);
      expect([...after].sort((a, b) => a - b)).toEqual(sorted);
      expect(after.size).toBe(expected.size);
      expect(after.has(7000)).toBe(false);
      expect(sorted.every(neuron => after.has(neuron))).toBe(true);
      expect(sortedNeurons(before)).toEqual(begun.sort((a, b) => a - b));
    })
  );
});
