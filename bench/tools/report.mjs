import { round } from './goals.mjs';

/** Columns of a part's table, where its rows have them. */
const COLUMNS = [
  ['case', 'case', text => text],
  ['what', 'what', text => text],
  ['ms', 'ms', round],
  ['scriptMs', 'script ms', round],
  ['scriptP95Ms', 'p95', round],
  ['paintedMs', 'painted ms', round],
  ['frameP95Ms', 'frame p95 ms', round],
  ['bestMs', 'best ms', round],
  ['sums', '× sum', round],
  ['bytes', 'kB', bytes => round(bytes / 1000)],
  ['gzip', 'kB, gzip', bytes => round(bytes / 1000)],
  ['mb', 'MB, process', round],
  ['pageMb', 'MB, page', round],
  ['workersMb', 'MB, workers', round],
  ['workers', 'workers', round],
  ['note', '', text => text]
];

/** All results as Markdown: the machine, the goals, and a table for each part. */
export function markdownOf({ machine, parts, goals }, known) {
  return [
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    '## Goals',
    table(
      ['', 'what', 'goal', 'stretch', 'measured', ''],
      goals.map(row => [
        row.id,
        row.what,
        bound(row, row.goal),
        bound(row, row.stretch),
        `${round(row.value)} ${row.unit}`,
        isReached(row, row.stretch)
          ? 'stretch'
          : isReached(row, row.goal)
            ? 'reached'
            : 'missed'
      ])
    ),
    ...Object.entries(parts).flatMap(([name, rows]) => [
      `## ${known[name].title}`,
      partTable(rows)
    ])
  ].join('\n\n');
}

function bound({ unit, isAtLeast = false }, value) {
  return value === undefined
    ? ''
    : `${isAtLeast ? '≥' : '≤'} ${round(value)} ${unit}`;
}

function isReached({ value, isAtLeast = false }, bound) {
  return bound !== undefined && (isAtLeast ? value >= bound : value <= bound);
}

function partTable(rows) {
  const columns = COLUMNS.filter(([key]) =>
    rows.some(row => row[key] !== undefined)
  );
  return table(
    columns.map(([, heading]) => heading),
    rows.map(row =>
      columns.map(([key, , format]) =>
        row[key] === undefined ? '' : format(row[key])
      )
    )
  );
}

function table(heading, rows) {
  return [heading, heading.map(() => '---'), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}
