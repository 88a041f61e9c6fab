import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import { outlineBlock } from './decode';
import { DecodeError } from './errors';
import { fieldsOf } from './fields';
import { parseModel } from './model';
import type { Span } from './part';

type Json = Record<string, unknown>;

const MODEL = {
  format: 'tfjs-layers',
  topology: { class_name: 'Functional', config: {} },
  weights: [
    { name: 'conv/kernel', tensor: 'model.weights.0' },
    { name: 'conv/bias', tensor: 'model.weights.1' }
  ],
  input: { shape: [4, 4, 3], scale: 0.5, mean: [1, 2, 3], std: null },
  layers: { conv: { layer: 'conv', channelsFirst: true, difference: 1e-7 } },
  output: { layer: 'out', softmax: true },
  difference: 1e-7,
  recorded: null
};

function parsed(edit: (model: Json) => unknown = model => model) {
  const model = edit(JSON.parse(JSON.stringify(MODEL)) as Json);
  return parseModel(fieldsOf({ model }, ''), 'model');
}

function problem(edit: (model: Json) => unknown): string {
  try {
    parsed(edit);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return (error as DecodeError).message;
  }
}

describe('the model of a descriptor', () => {
  test('is read with what is not said filled in', () => {
    const model = parsed();
    expect(model).toMatchObject({
      input: { shape: [4, 4, 3], scale: 0.5, mean: [1, 2, 3], std: [1] },
      output: { layer: 'out', softmax: true },
      difference: 1e-7,
      recorded: null
    });
    expect([...(model?.layers ?? [])]).toEqual([
      [
        'conv',
        {
          layer: 'conv',
          node: 0,
          channelsFirst: true,
          position: null,
          beforeActivation: false,
          difference: 1e-7
        }
      ]
    ]);
  });

  test('of another format is none', () => {
    expect(parsed(model => ({ ...model, format: 'onnx' }))).toBeNull();
  });

  test.each<[string, (model: Json) => unknown]>([
    ['model: expected an object, found 5', () => 5],
    ['model.format: missing', () => ({})],
    [
      'model.topology: expected an object, found an array',
      model => ({ ...model, topology: [] })
    ],
    [
      'model.weights[1].name: another weight has this name',
      model => ({
        ...model,
        weights: [0, 1].map(i => ({ name: 'a', tensor: `${i}` }))
      })
    ],
    [
      'model.weights[1].tensor: another weight has this tensor',
      model => ({
        ...model,
        weights: ['a', 'b'].map(name => ({ name, tensor: 't' }))
      })
    ],
    [
      'model.input.shape: invalid value: an array',
      model => ({ ...model, input: { shape: [4, 4] } })
    ],
    [
      'model.input.shape[1]: invalid value: 0',
      model => ({ ...model, input: { shape: [4, 0, 3] } })
    ],
    [
      'model.input.mean: 2 numbers for 3 channels',
      model => ({ ...model, input: { shape: [4, 4, 3], mean: [1, 2] } })
    ],
    [
      'model.input.std[0]: invalid value: 0',
      model => ({ ...model, input: { shape: [4, 4, 3], std: [0] } })
    ],
    [
      'model.layers.conv.layer: missing',
      model => ({ ...model, layers: { conv: {} } })
    ],
    [
      'model.output.softmax: invalid value: 1',
      model => ({ ...model, output: { layer: 'out', softmax: 1 } })
    ]
  ])('is refused: %s', (message, edit) => {
    expect(problem(edit)).toBe(message);
  });
});

describe('a block with a model', () => {
  const bytes = Uint8Array.from(
    readFileSync(join(__dirname, '../../tests/fixtures/model.torch.ndiv'))
  );
  const decodeText = (text: Uint8Array) => new TextDecoder().decode(text);

  test('holds its weights one after the other', () => {
    const { model } = outlineBlock(bytes, bytes.length, decodeText);
    const bytesOf = ({ begin, end }: Span) => bytes.subarray(begin, end);
    const { weights, values } = model!.whole.make(bytesOf);
    expect(values.byteLength).toBe(model!.weightBytes);
    const size = weights.reduce(
      (sum, { shape }) => sum + shape.reduce((all, one) => all * one, 1),
      0
    );
    expect(values).toHaveLength(size);
    expect(values.buffer).not.toBe(bytes.buffer);
    expect(weights.map(({ name }) => name)).toContain('fc2/kernel');
  });

  test('names the weight that is not there', () => {
    const text = Buffer.from(bytes);
    const at = text.indexOf('model.weights.1\\"');
    expect(at).toBeGreaterThan(0);
    text.write('model.weights.x', at);
    expect(() =>
      outlineBlock(Uint8Array.from(text), text.length, decodeText)
    ).toThrow('model.weights[1].tensor: unknown tensor: "model.weights.x"');
  });
});
