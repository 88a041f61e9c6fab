import { smallGraph, type GraphNodeJson } from '../../../tests/ts/graphs';
import { SMALL, smallModel, withLayers } from '../../../tests/ts/models';
import { nodeBackends } from '../../../tests/ts/probe';
import { ModelError } from '../../core/errors';
import type { Model } from '../../core/model';
import { startNetwork } from '../backends';
import type { Subject } from '../engine';

const CPU = nodeBackends[1];

const start = (
  model: Model = smallGraph(),
  subject: Subject = SMALL,
  backend = CPU
) => startNetwork({ model, subject }, [backend]);

/** Three pictures of 4 × 4 pixels. */
const PICTURES = Uint8Array.from({ length: 48 }, (_, i) => (37 * i) % 256);

function node(nodes: GraphNodeJson[], name: string): GraphNodeJson {
  const found = nodes.find(one => one.name === name);
  if (found === undefined) {
    throw new Error(`no node ${name}`);
  }
  return found;
}

describe.each(nodeBackends)('a graph model on $name', backend => {
  test('computes what the layers compute that it was made of', async () => {
    const graph = await start(smallGraph(), SMALL, backend);
    const layers = await start(smallModel(), SMALL, backend);
    const [found, wanted] = [
      await graph.run(PICTURES, [0, 1]),
      await layers.run(PICTURES, [0, 1])
    ];
    const pairs = [
      [found.probabilities, wanted.probabilities],
      [found.layers[0], wanted.layers[0]],
      [found.layers[1], wanted.layers[1]]
    ];
    for (const [values, expected] of pairs) {
      expect(values).toHaveLength(expected!.length);
      values!.forEach((value, i) =>
        expect(Math.abs(value - expected![i])).toBeLessThanOrEqual(
          1e-5 * Math.max(...expected!)
        )
      );
    }
    expect(graph.found.picture).toEqual(layers.found.picture);
  });
});

describe('the output of a graph', () => {
  const [picture] = [PICTURES.subarray(0, 16)];

  test('is squeezed where nothing says that it is, and it is not', async () => {
    const logits = smallGraph(
      nodes => (node(nodes, 'Identity').input = ['net/out/MatMul'])
    );
    const output = { layer: null, softmax: null };
    const [found, same, wanted] = await Promise.all(
      [{ ...logits, output }, { ...smallGraph(), output }, smallGraph()].map(
        async model =>
          (await (await start(model)).run(picture, [])).probabilities
      )
    );
    expect(found).toEqual(wanted);
    expect(same).toEqual(wanted);
  });

  test('has the gradient of the layers', async () => {
    const order = {
      kind: 'fgsm',
      label: 0,
      target: null,
      strengths: [1, 40]
    } as const;
    const [found, wanted] = await Promise.all(
      [smallGraph(), smallModel()].map(async model =>
        (await start(model)).attack(
          picture,
          order,
          () => undefined,
          new AbortController().signal
        )
      )
    );
    expect(found.pixels).toEqual(wanted.pixels);
    expect(found.pixels).not.toEqual(picture);
  });
});

describe('a recorded layer', () => {
  test('is the operation of its name, or the last in its scope', async () => {
    const subject = withLayers(
      { name: 'conv', neurons: 3, reduction: 'mean' },
      { name: 'net/dense/MatMul', neurons: 5, reduction: null },
      { name: 'dense', neurons: 5, reduction: null },
      { name: 'dense', neurons: 7, reduction: null },
      { name: 'kernel', neurons: 5, reduction: null },
      { name: 'den', neurons: 5, reduction: null }
    );
    const { found } = await start(smallGraph(), subject);
    expect(found.matches).toEqual([
      { recorded: 'conv', layer: 'net/conv/Relu' },
      { recorded: 'net/dense/MatMul', layer: 'net/dense/MatMul' },
      { recorded: 'dense', layer: 'net/dense/Relu' },
      {
        recorded: 'dense',
        layer: null,
        why: { kind: 'neurons', found: 5, recorded: 7 }
      },
      {
        recorded: 'kernel',
        layer: null,
        why: { kind: 'absent', layer: 'kernel' }
      },
      { recorded: 'den', layer: null, why: { kind: 'absent', layer: 'den' } }
    ]);
  });

  test('of a name that two scopes have is not guessed', async () => {
    const graph = smallGraph(nodes => {
      nodes.splice(-1, 0, {
        name: 'other/dense/Identity',
        op: 'Identity',
        input: ['net/out/Softmax']
      });
      node(nodes, 'Identity').input = ['other/dense/Identity'];
    });
    const { found } = await start(graph);
    expect(found.matches[1].layer).toBeNull();
  });
});

test('many pictures are run some at a time, and nothing is left behind', async () => {
  const { memory } = await import('@tensorflow/tfjs-core');
  const probe = await start();
  const all = await probe.run(PICTURES, [0]);
  const before = memory().numTensors;
  const one = await probe.run(PICTURES.subarray(16, 32), [0]);
  expect(memory().numTensors).toBe(before);
  expect(one.layers[0]).toEqual(all.layers[0].slice(3, 6));
  probe.dispose();
  expect(memory().numTensors).toBeLessThan(before);
});

describe('a graph is refused with one error', () => {
  type Edit = (nodes: GraphNodeJson[]) => void;
  const cases: [string, Edit, ModelError['reason'], string | RegExp][] = [
    [
      'that repeats something',
      nodes => (node(nodes, 'net/dense/Relu').op = 'While'),
      'layer',
      'While cannot be run here (operation "net/dense/Relu")'
    ],
    [
      'that keeps something in a table',
      nodes => (node(nodes, 'net/dense/Relu').op = 'HashTableV2'),
      'layer',
      /^HashTableV2 cannot be run here/
    ],
    [
      'whose operation is a name of every object',
      nodes => (node(nodes, 'net/dense/Relu').op = 'constructor'),
      'layer',
      /^constructor cannot be run here/
    ],
    [
      'whose fused operation is not known',
      nodes =>
        (node(nodes, 'net/conv/Relu').attr!['fused_ops'] = {
          list: { s: [btoa('toString')] }
        }),
      'layer',
      /^"toString" of _FusedConv2D cannot be run here/
    ],
    [
      'whose channels are first',
      nodes =>
        (node(nodes, 'net/conv/Relu').attr!['data_format'] = {
          s: btoa('NCHW')
        }),
      'layer',
      'data_format "NCHW" cannot be run here (operation "net/conv/Relu")'
    ],
    [
      'that goes in a circle',
      nodes => (node(nodes, 'net/dense/MatMul').input![0] = 'net/out/MatMul'),
      'topology',
      /^invalid model: the operations have no order/
    ],
    [
      'that follows what is not there',
      nodes => (node(nodes, 'net/dense/MatMul').input![0] = 'nothing'),
      'topology',
      'invalid model: unknown node: "nothing"'
    ],
    [
      'that has two nodes of a name',
      nodes => nodes.push({ name: 'Identity', op: 'Identity', input: [] }),
      'topology',
      'invalid model: two nodes are called "Identity"'
    ],
    [
      'that takes two pictures',
      nodes => {
        nodes.push({ name: 'other', op: 'Placeholder' });
        node(nodes, 'net/dense/BiasAdd').input![1] = 'other';
      },
      'input',
      'the model has 2 inputs, expected one'
    ],
    [
      'whose weight is missing',
      nodes => {
        nodes.push({ name: 'other', op: 'Const' });
        node(nodes, 'net/dense/BiasAdd').input![1] = 'other';
      },
      'weights',
      'weight "other" is missing'
    ],
    [
      'whose operands do not fit',
      nodes => (node(nodes, 'net/dense/BiasAdd').input![1] = 'net/conv/bias'),
      'topology',
      /^invalid model: operation "net\/dense\/BiasAdd": /
    ],
    [
      'that takes another output than the first',
      nodes => (node(nodes, 'net/dense/Relu').input = ['net/dense/BiasAdd:1']),
      'layer',
      /^an output that is not the first cannot be used here/
    ],
    [
      'whose output is no list of classes',
      nodes => (node(nodes, 'Identity').input = ['net/conv/Relu']),
      'classes',
      'the model tells 4 × 4 × 3 classes apart, the recording has 2'
    ],
    [
      'that would take all memory',
      nodes => {
        node(nodes, 'net/conv/Relu').attr!['padding'] = { s: btoa('EXPLICIT') };
        node(nodes, 'net/conv/Relu').attr!['explicit_paddings'] = {
          list: { i: ['0', '0', '9000', '9000', '9000', '9000', '0', '0'] }
        };
      },
      'size',
      /^operation "net\/conv\/Relu" computes \d+ values, the limit is \d+$/
    ],
    ['without nodes', nodes => nodes.splice(0), 'classes', /expected one/]
  ];
  test.each(cases)('%s', async (_, edit, reason, message) => {
    const graph = smallGraph(edit);
    if (_ === 'without nodes') {
      Object.assign(graph, { topology: { modelTopology: { node: [] } } });
    }
    const error = await start(graph).catch((found: unknown) => found);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ reason });
    expect((error as Error).message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message)
    );
  });
});
