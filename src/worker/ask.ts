import type {
  Answering,
  AnswerTo,
  Asked,
  QuestionName,
  When
} from './protocol';

/** Puts any of the questions. */
export type Ask = <K extends QuestionName>(
  name: K,
  asked: Asked<K>,
  ...when: When
) => Promise<AnswerTo<K>>;

/** All questions, put in one way. */
export function questionsBy(ask: Ask): Answering {
  return {
    distribution: (layer, subset, ...when) =>
      ask('distribution', [layer, subset], ...when),
    following: (layer, subset, ...when) =>
      ask('following', [layer, subset], ...when),
    compare: (layer, divergence, a, b, ...when) =>
      ask('compare', [layer, divergence, a, b], ...when),
    matrix: (layer, divergence, membership, ...when) =>
      ask('matrix', [layer, divergence, membership], ...when),
    oneVersusRest: (layer, membership, ...when) =>
      ask('oneVersusRest', [layer, membership], ...when),
    detector: (of, ...when) => ask('detector', [of], ...when),
    values: (layer, neuron, ...when) => ask('values', [layer, neuron], ...when),
    samples: (...when) => ask('samples', [], ...when),
    rows: (samples, ...when) => ask('rows', [samples], ...when),
    members: (where, ...when) => ask('members', [where], ...when),
    composition: (where, membership, ...when) =>
      ask('composition', [where, membership], ...when),
    pictures: (samples, ...when) => ask('pictures', [samples], ...when),
    model: (...when) => ask('model', [], ...when)
  };
}

/** Puts a question to an engine. */
export function askOf(engine: Answering): Ask {
  return (name, asked, ...when) => {
    // The name tells what is asked, which TypeScript cannot follow.
    const put = engine[name] as unknown as (
      ...all: unknown[]
    ) => Promise<AnswerTo<typeof name>>;
    return put(...asked, ...when);
  };
}
