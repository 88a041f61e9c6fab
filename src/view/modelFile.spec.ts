import { smallModel } from '../../tests/ts/models';
import { fedBy, modelFileToJson, parseModelFile } from './modelFile';

const FILE = {
  path: 'lenet/model.json',
  scale: 0.5,
  mean: [1, 2, 3],
  std: [4]
};

describe('a model in a file', () => {
  test('is read as it was written', () => {
    for (const file of [
      FILE,
      { path: 'm.json', scale: null, mean: null, std: null }
    ]) {
      expect(parseModelFile(modelFileToJson(file))).toEqual(file);
    }
  });

  test.each([
    '/etc/model.json',
    '../model.json',
    'a/../../model.json',
    './model.json',
    'https://e.test/model.json',
    'RTC:model.json',
    'a\\model.json',
    'a//model.json',
    '%2e%2e/model.json',
    'model.json?x',
    'model.json#x',
    '',
    'a'.repeat(1001),
    7,
    null
  ])('never leads to %p', path => {
    expect(parseModelFile({ ...FILE, path })).toBeNull();
  });

  test('has numbers that are possible, or as the file says', () => {
    const parsed = (json: object) => parseModelFile({ ...FILE, ...json });
    expect(parsed({ scale: 0 })?.scale).toBeNull();
    expect(parsed({ scale: 'x' })?.scale).toBeNull();
    expect(parsed({ mean: [1, NaN, 2] })?.mean).toBeNull();
    expect(parsed({ mean: [1, 2] })?.mean).toBeNull();
    expect(parsed({ std: [1, 0, 2] })?.std).toBeNull();
    expect(parseModelFile([])).toBeNull();
  });

  test('is fed as the view says, else as the file says', () => {
    const shape = [4, 4, 3] as const;
    const input = { shape, scale: 2, mean: [5], std: [6] };
    const plain = { ...FILE, scale: null, mean: null, std: null };
    expect(fedBy({ ...smallModel(), input }, plain, shape).input).toEqual(
      input
    );
    expect(fedBy({ ...smallModel(), input }, FILE, shape).input).toEqual({
      shape,
      scale: 0.5,
      mean: [1, 2, 3],
      std: [4]
    });
    const grey = [4, 4, 1] as const;
    expect(fedBy(smallModel(), FILE, grey).input).toEqual({
      shape: grey,
      scale: 0.5,
      mean: [0],
      std: [4]
    });
  });
});
