/**
 * The goals of docs/performance.md. `measure` reads the rows of the parts, by part, case and what; a goal
 * whose part was not measured is left out. `held` is what the
 * tests hold it to where the goal itself is not reached, so that it is
 * not lost again. Ratios get slack in the tests: a busy machine is no mistake; bytes get none.
 */
const GOALS = [
  {
    id: 'G1',
    what: 'counting ÷ sum of the same values',
    unit: '×',
    goal: 10,
    stretch: 5,
    measure: find => find('binning', TEN, 'WebAssembly: counts').sums
  },
  {
    id: 'G2',
    what: 'd3.bin ÷ our way from values to counts',
    unit: '×',
    goal: 30,
    held: 12,
    isAtLeast: true,
    measure: find => ours(find, 'd3.bin, 64 bins, a tenth of the neurons × 10')
  },
  {
    id: 'G2',
    what: 'NumPy, vectorised ÷ our way',
    unit: '×',
    goal: 3,
    stretch: 5,
    held: 1.5,
    isAtLeast: true,
    measure: find =>
      Math.min(
        ours(find, 'NumPy, one bincount, 64 bins'),
        ours(find, 'NumPy, a bincount per neuron, 64 bins')
      )
  },
  {
    id: 'G2',
    what: 'a loop of np.histogram ÷ our way',
    unit: '×',
    goal: 40,
    held: 15,
    isAtLeast: true,
    measure: find => ours(find, 'np.histogram per neuron and class, 64 bins')
  },
  {
    id: 'G2',
    what: 'TensorFlow.js (wasm) ÷ our way',
    unit: '×',
    goal: 80,
    isAtLeast: true,
    measure: find => ours(find, 'tfjs wasm: one denseBincount, 64 bins')
  },
  {
    id: 'G3',
    what: 'all values in the page → painted',
    unit: 'ms',
    goal: 100,
    stretch: 40,
    measure: find =>
      find(
        'arriving',
        undefined,
        'bytes in the page, 2 classes shown: again, painted'
      ).ms
  },
  {
    id: 'G4',
    what: 'counts of ten classes of 1,000 ÷ of ten of 10',
    unit: '×',
    goal: 1.3,
    stretch: 1,
    measure: find =>
      find('binning', THOUSAND, 'WebAssembly: counts of ten classes').sums /
      find('binning', TEN, 'WebAssembly: counts').sums
  },
  {
    id: 'G4',
    what: 'counts of all classes, 1,000 ÷ 10',
    unit: '×',
    goal: 1.3,
    stretch: 1,
    held: 40,
    measure: find =>
      find('binning', THOUSAND, 'WebAssembly: counts').sums /
      find('binning', TEN, 'WebAssembly: counts').sums
  },
  {
    id: 'G5',
    what: 'exact quartiles ÷ counting',
    unit: '×',
    goal: 2.5,
    stretch: 1.2,
    held: 3,
    measure: find =>
      find('binning', TEN, 'WebAssembly: exact quartiles').sums /
      find('binning', TEN, 'WebAssembly: counts').sums
  },
  {
    id: 'G6',
    what: 'counts → painted, 4,096 neurons × 10 classes',
    unit: 'ms',
    goal: 50,
    stretch: 17,
    measure: find =>
      find('drawing', '4,096 neurons × 10 classes', 'first paint').paintedMs
  },
  {
    id: 'G6',
    what: 'first paint, d3 SVG ÷ ours, 512 neurons × 3 classes',
    unit: '×',
    goal: 10,
    isAtLeast: true,
    measure: find =>
      find('drawing', SMALL, 'd3 SVG, a rect a bin: first paint').paintedMs /
      find('drawing', SMALL, 'first paint').paintedMs
  },
  {
    id: 'G7',
    what: 'cell → picture, beyond the kernel’s own work',
    unit: 'ms',
    goal: 300,
    stretch: 200,
    measure: find =>
      find(
        'notebook',
        undefined,
        'a summary in the output: again, beyond the kernel'
      ).ms
  },
  {
    id: 'G8',
    what: 'script p95 of sort, toggle, hide, scroll, 4,096 × 10',
    unit: 'ms',
    goal: 4,
    measure: find => slowest(find, '4,096 neurons × 10 classes', 'scriptP95Ms')
  },
  {
    id: 'G8',
    what: 'frame p95 of these',
    unit: 'ms',
    goal: 17.5,
    measure: find => slowest(find, '4,096 neurons × 10 classes', 'frameP95Ms')
  },
  {
    id: 'G8',
    what: 'script p95 of these, 32,768 × 10',
    unit: 'ms',
    goal: 8,
    measure: find => slowest(find, '32,768 neurons × 10 classes', 'scriptP95Ms')
  },
  {
    id: 'G8',
    what: 'sort until painted, d3 SVG ÷ ours, 512 neurons × 3 classes',
    unit: '×',
    goal: 2,
    isAtLeast: true,
    measure: find =>
      find('drawing', SMALL, 'd3 SVG, a rect a bin: sort').paintedMs /
      find('drawing', SMALL, 'sort by another median').paintedMs
  },
  {
    id: 'G9',
    what: 'scrolling, 32,768 neurons ÷ 512',
    unit: '×',
    goal: 1.5,
    measure: find => grown(find, 'scroll by the wheel')
  },
  {
    id: 'G9',
    what: 'hiding a neuron, 32,768 ÷ 512',
    unit: '×',
    goal: 1.5,
    held: 4,
    measure: find => grown(find, 'hide one')
  },
  {
    id: 'G11',
    what: 'an output of 1,024 neurons and 10 classes',
    unit: 'kB',
    goal: 600,
    stretch: 400,
    measure: find =>
      find('output', TEN, 'values in a file beside it: whole output').bytes /
      1000
  },
  {
    id: 'G12',
    what: 'another half of the samples, counted and painted',
    unit: 'ms',
    goal: 50,
    stretch: 16,
    measure: find =>
      find(
        'arriving',
        undefined,
        'another random half of the samples, from codes: painted'
      ).ms
  },
  {
    id: 'memory',
    what: 'ten outputs of 1,024 neurons above a notebook without',
    unit: 'MB',
    goal: 150,
    measure: find => find('memory', undefined, 'of that: the outputs').mb
  },
  {
    id: 'G13',
    what: 'loaded when JupyterLab starts, gzip',
    unit: 'kB',
    goal: 30,
    stretch: 10,
    measure: find => find('start', undefined, 'all at start').gzip / 1000
  }
];

const TEN = '10,000 × 1,024, 10 classes';
const THOUSAND = '10,000 × 1,024, 1,000 classes';
const SMALL = '512 neurons × 3 classes';
const LARGE = '32,768 neurons × 3 classes';
const SLACK = 1.5;
const CHANGES = [
  'sort by another median',
  'reverse',
  'toggle a class',
  'hide one',
  'scroll by the wheel'
];

function slowest(find, name, key) {
  return Math.max(...CHANGES.map(what => find('drawing', name, what)[key]));
}

function grown(find, what) {
  return (
    find('drawing', LARGE, what).scriptBestMs /
    find('drawing', SMALL, what).scriptBestMs
  );
}

/** How many times as long another way takes, best of several runs of each. */
function ours(find, other) {
  const own = find(
    'peers',
    TEN,
    'NeuralDivergence: grid, codes and counts, 256 bins'
  );
  return find('peers', TEN, other).bestMs / own.bestMs;
}

/** What was measured of each goal. `limit` is what the tests allow, null where they do not look. */
export function goalRows(parts) {
  return GOALS.flatMap(({ measure, ...goal }) => {
    const value = valueOf(measure, parts);
    if (value === null) {
      return [];
    }
    const limit = limitOf(goal);
    const { isAtLeast = false } = goal;
    const isHeld =
      limit === null || (isAtLeast ? value >= limit : value <= limit);
    return [{ ...goal, value, limit, isHeld }];
  });
}

function valueOf(measure, parts) {
  try {
    return measure((part, name, what) => find(parts, part, name, what));
  } catch (error) {
    if (error === MISSING) {
      return null;
    }
    throw error;
  }
}

const MISSING = new Error('not measured');

function find(parts, part, name, what) {
  const row = parts[part]?.find(
    other => other.case === name && other.what === what
  );
  if (row === undefined) {
    throw MISSING;
  }
  return row;
}

function limitOf({ unit, goal, held = goal, isAtLeast = false }) {
  if (unit === 'ms' || unit === 'MB') {
    return null;
  }
  const slack = unit === '×' ? SLACK : 1;
  return isAtLeast ? held / slack : held * slack;
}

/** A sentence for each goal that the tests look at and that is not held. */
export function failures(goals) {
  return goals
    .filter(({ isHeld }) => !isHeld)
    .map(({ id, what, unit, value, limit, isAtLeast = false }) => {
      const allowed = `${isAtLeast ? 'at least' : 'at most'} ${round(limit)} ${unit}`;
      return `${id} is not held: ${what} is ${round(value)} ${unit}, ${allowed} is allowed here`;
    });
}

/** Three digits that matter. */
export function round(value) {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
