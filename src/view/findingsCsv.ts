import { DIVERGENCES } from '../core/divergence';
import type { Contrast } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import type { Cell } from './csv';
import { csvOf } from './csv';
import type { Finding, Findings, FindingsQuestion } from './findings';
import { neuronName } from './format';
import { itemName } from './groups';
import type { ViewState } from './state';
import { marksOf } from './state';

type Column = readonly [name: string, cell: (finding: Finding) => Cell];

/** All findings, as CSV; the headings say what was compared. */
export function findingsTable(
  findings: Findings,
  question: FindingsQuestion,
  contrast: Contrast | null,
  info: RecordingInfo,
  view: ViewState
): string {
  const columns = [
    ...placeColumns(info, view),
    ...(question === 'singled'
      ? singledColumns(info)
      : contrast
        ? comparedColumns(contrast, question, info, view)
        : [])
  ];
  return csvOf(
    columns.map(([name]) => name),
    rowsOf(findings, columns)
  );
}

function* rowsOf(
  findings: Findings,
  columns: readonly Column[]
): Iterable<readonly Cell[]> {
  for (let row = 0; row < findings.count; row++) {
    const finding = findings.at(row);
    yield columns.map(([, cell]) => cell(finding));
  }
}

function placeColumns(info: RecordingInfo, view: ViewState): Column[] {
  const layerOf = ({ layer }: Finding) => info.layers[layer];
  return [
    ['rank', ({ rank }) => ({ number: rank })],
    ['layer', f => ({ text: layerOf(f).name })],
    ['neuron', ({ neuron }) => ({ number: neuron })],
    ['name', f => ({ text: neuronName(layerOf(f), f.neuron) })],
    [
      'marked',
      f => ({ flag: marksOf(view, layerOf(f).name).marked.has(f.neuron) })
    ]
  ];
}

function singledColumns(info: RecordingInfo): Column[] {
  return [
    [
      'singles out',
      ({ singled }) => ({ text: info.classes[singled]?.name ?? '' })
    ],
    ['AUC of all others -> it', ({ value }) => ({ number: value })]
  ];
}

function comparedColumns(
  { divergence, a, b }: Contrast,
  question: FindingsQuestion,
  info: RecordingInfo,
  view: ViewState
): Column[] {
  const { label } = DIVERGENCES[divergence];
  const nameOfA = itemName(a, info, view);
  const isInstance = 'instance' in b;
  const nameOfB = 'rest' in b ? 'all others' : itemName(b, info, view);
  const number = (of: (finding: Finding) => number) => (finding: Finding) => ({
    number: of(finding)
  });
  return [
    [`${label} of ${nameOfA} -> ${nameOfB}`, number(f => f.value)],
    ['largest error', number(f => f.bound)],
    ['from', ({ from }) => ({ text: from })],
    [`median of ${nameOfA}`, number(f => f.medians[0])],
    [
      `${isInstance ? 'value' : 'median'} of ${nameOfB}`,
      number(f => f.medians[1])
    ],
    ...(question === 'alike'
      ? [['medians apart / IQR', number(f => f.gap)] as const]
      : []),
    ...(isInstance
      ? []
      : [
          ['p (Mann-Whitney)', number(f => f.p)] as const,
          ['p (Benjamini-Hochberg)', number(f => f.corrected)] as const
        ])
  ];
}
