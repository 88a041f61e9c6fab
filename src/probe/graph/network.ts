import * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../core/errors';
import type { ModelOutput } from '../../core/model';
import { quoted } from '../../core/shown';
import type { Match, Probed } from '../engine';
import { wantedOf } from '../input';
import { named, reducedFrom, type Reduce } from '../match';
import {
  BATCH_UNITS,
  networkOf,
  UNITS_LIMIT,
  type Network
} from '../networkOf';
import { LEAST } from '../slope';
import { constantsOf, evaluated, tensorOf } from './evaluate';
import { readGraph, type Graph } from './graph';
import { isInts, type Value } from './call';
import { isAllowed } from './operations';

type Place = { readonly node: string; readonly reduce: Reduce };

/** Pictures of the trial that tells sizes: what there are two of is one for each picture. */
const TRIED = 2;

/** A graph model, with the recorded layers in it. Rejects with a ModelError. */
export async function buildGraphNetwork(probed: Probed): Promise<Network> {
  const { model, subject } = probed;
  const graph = readGraph(model.topology, isAllowed, model.output?.layer);
  const [, ...own] = graph.inputShape;
  const wanted = wantedOf([null, ...own], model.input, subject.picture);
  const constants = constantsOf(graph, model);
  const { shapes, units } = tried(graph, constants, wanted.shape);
  const limit = TRIED * Math.max(units, BATCH_UNITS);
  const at = (input: tf.Tensor, nodes: readonly string[]) => {
    const values = evaluated(graph, constants, input, nodes, limit);
    return nodes.map(node => tensorOf(values, node));
  };
  return networkOf(
    {
      wanted,
      units,
      output: outputOf(graph, shapes, model.output, subject.classes),
      matches: subject.layers.map(recorded => {
        const where = model.layers
          ? model.layers.get(recorded.name)
          : named(recorded.name);
        return matched(graph, shapes, recorded, where);
      }),
      evaluate: (input, places) =>
        at(
          input,
          places.map(({ node }) => node)
        ),
      scores: ({ node }, isSqueezed) => {
        const loose = isSqueezed ? beforeSoftmax(graph.nodes, node) : node;
        return input =>
          loose === null
            ? tf.log(tf.maximum(at(input, [node])[0], LEAST))
            : at(input, [loose])[0];
      },
      dispose: () =>
        constants.forEach(value => !isInts(value) && value.dispose())
    },
    probed
  );
}

/** What goes into the softmax that an output is; null where it is none. */
function beforeSoftmax(nodes: Graph['nodes'], output: string): string | null {
  const node = nodes.find(({ name }) => name === output);
  switch (node?.op) {
    case 'Softmax':
      return node.inputs[0];
    case 'Identity':
      return beforeSoftmax(nodes, node.inputs[0]);
    default:
      return null;
  }
}

/** Sizes of what there is one of for each picture, by the name of its node, without the axis of the pictures. */
type Shapes = ReadonlyMap<string, readonly number[]>;

/** Runs pictures that are black. */
function tried(
  graph: Graph,
  constants: ReadonlyMap<string, Value>,
  shape: readonly number[]
): { readonly shapes: Shapes; readonly units: number } {
  const shapes = new Map<string, readonly number[]>();
  let units = 0;
  tf.tidy(() => {
    const pictures = tf.zeros([TRIED, ...shape]);
    const limit = UNITS_LIMIT * TRIED;
    const wanted = [graph.output];
    const values = evaluated(graph, constants, pictures, wanted, limit);
    for (const [name, value] of values) {
      if (!isInts(value) && !constants.has(name)) {
        units += value.size / TRIED;
        if (value.shape[0] === TRIED && value.rank > 1) {
          shapes.set(name, value.shape.slice(1));
        }
      }
    }
  });
  return { shapes, units: Math.max(units, 1) };
}

/** The operation of this name; else the last of those in the scope of a layer of this name. */
function findNode(
  { nodes }: Graph,
  shapes: Shapes,
  layer: string
): string | null {
  if (shapes.has(layer)) {
    return layer;
  }
  const inside = nodes.filter(
    ({ name }) => shapes.has(name) && `/${name}/`.includes(`/${layer}/`)
  );
  const scopes = new Set(
    inside.map(({ name }) => `/${name}/`.split(`/${layer}/`)[0])
  );
  return scopes.size === 1 ? (inside.at(-1)?.name ?? null) : null;
}

function matched(
  graph: Graph,
  shapes: Shapes,
  recorded: Probed['subject']['layers'][number],
  where: ReturnType<typeof named> | undefined
): { readonly match: Match; readonly place: Place | null } {
  const node = where?.node === 0 ? findNode(graph, shapes, where.layer) : null;
  const shape = node === null ? undefined : shapes.get(node);
  const found =
    where === undefined || node === null || shape === undefined
      ? ({ kind: 'absent', layer: where?.layer ?? null } as const)
      : where.beforeActivation
        ? ({ kind: 'activation' } as const)
        : reducedFrom(shape, where, recorded);
  return typeof found === 'function'
    ? {
        match: { recorded: recorded.name, layer: node ?? '' },
        place: { node: node ?? '', reduce: found }
      }
    : {
        match: { recorded: recorded.name, layer: null, why: found },
        place: null
      };
}

function outputOf(
  { output: node }: Graph,
  shapes: Shapes,
  output: ModelOutput | null,
  classes: number
): Place | null {
  if (output === null) {
    return null;
  }
  const shape = shapes.get(node);
  if (shape?.length !== 1 || shape[0] !== classes) {
    throw new ModelError(
      'classes',
      shape === undefined
        ? `${quoted(node)} has no scores of pictures`
        : `the model tells ${shape.join(' × ')} classes apart, the recording has ${classes}`
    );
  }
  return { node, reduce: scores => scores };
}
