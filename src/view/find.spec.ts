import { findNeuron } from './find';

const named = { neurons: 4, neuronNames: ['edge', 'Red', '7', 'red stripe'] };
const unnamed = { neurons: 131_072, neuronNames: null };

test.each([
  ['edge', 0],
  [' RED ', 1],
  ['7', 2],
  ['3', 3],
  ['red s', 3],
  ['stripe', 3],
  ['4', null],
  ['blue', null],
  ['', null],
  ['-1', null]
])('among names %j means %j', (text, neuron) => {
  expect(findNeuron(named, text)).toBe(neuron);
});

test.each([
  ['0', 0],
  ['131071', 131_071],
  ['131072', null],
  ['1.5', null],
  ['one', null]
])('without names %j means %j', (text, neuron) => {
  expect(findNeuron(unnamed, text)).toBe(neuron);
});
