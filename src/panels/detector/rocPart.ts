import type { LayerScore, Score } from '../../core/detector/score';
import { LAYER_SCORES } from '../../core/detector/score';
import type { RocStyle } from '../../draw/detail/roc';
import { drawRoc, rocStyle } from '../../draw/detail/roc';
import type { Theme } from '../../draw/theme';
import { scoreIn } from '../../view/detector';
import type { DetectorModel } from '../../view/detectorModel';
import type { PanelContext } from '../context';
import { element, setText } from '../dom';
import { againstName, estimateText, rowName, scoreName } from './texts';

const SVG = 'http://www.w3.org/2000/svg';
const MOST_PX = 300;

/** The curves of a layer, with that of 1 − max-softmax beside them. */
export class RocPart {
  constructor(
    private readonly context: PanelContext,
    private readonly model: DetectorModel
  ) {
    this.svg.setAttribute('class', 'nd-Chart');
    this.node = element('figure', { className: 'nd-Roc' }, this.title);
    this.node.append(this.svg, this.legend);
  }

  readonly node: HTMLElement;

  refresh(widthPx: number, theme: Theme): void {
    const { context, model } = this;
    const { trans } = context;
    const { against, row, baseline } = model;
    const found = model.detected(row);
    const lines = this.styled(model.score).flatMap(({ key, style }) => {
      const score = found && scoreIn(found, key);
      return score ? [{ score, style }] : [];
    });
    const all = [
      ...(baseline
        ? [{ score: baseline.scores[0], style: 'baseline' as const }]
        : []),
      ...lines
    ];
    this.node.hidden = found === null || widthPx <= 0;
    if (this.node.hidden) {
      return;
    }
    setText(
      this.title,
      trans.__(
        '%1: attacked images against %2',
        rowName(row, context),
        againstName(against, trans)
      )
    );
    drawRoc(
      this.svg,
      {
        sizePx: Math.min(MOST_PX, widthPx),
        // What is asked about lies above all others.
        curves: [...all]
          .sort((a, b) => ORDER.indexOf(a.style) - ORDER.indexOf(b.style))
          .flatMap(({ score, style }) => {
            const curve = score.curves[against];
            return curve ? [{ curve, style }] : [];
          }),
        hits: trans.__('attacked images found'),
        falseAlarms: trans.__('false alarms: %1', againstName(against, trans))
      },
      theme
    );
    this.svg.setAttribute('role', 'img');
    this.svg.setAttribute(
      'aria-label',
      trans.__(
        'ROC curves: %1',
        all.map(({ score }) => this.words(score)).join('; ')
      )
    );
    this.legend.replaceChildren(
      ...all.map(({ score, style }) => this.entry(score, style, theme))
    );
  }

  /** The score that is looked at first. */
  private styled(
    chosen: LayerScore
  ): readonly { readonly key: LayerScore; readonly style: RocStyle }[] {
    const others = LAYER_SCORES.filter(key => key !== chosen);
    return [
      { key: chosen, style: 'chosen' },
      { key: others[0], style: 'dashed' },
      { key: others[1], style: 'dotted' }
    ];
  }

  private entry(score: Score, style: RocStyle, theme: Theme): HTMLElement {
    const { color, widthPx, dashes } = rocStyle(style, theme);
    const sample = document.createElementNS(SVG, 'svg');
    sample.setAttribute('class', 'nd-Roc-sample');
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', 'M0 5H26');
    line.setAttribute('stroke', color);
    line.setAttribute('stroke-width', String(widthPx));
    line.setAttribute('stroke-dasharray', dashes);
    sample.append(line);
    const entry = element('li', {
      className: style === 'chosen' ? 'nd-mod-chosen' : ''
    });
    entry.append(sample, element('span', { text: this.words(score) }));
    return entry;
  }

  private words(score: Score): string {
    const { trans } = this.context;
    const area = score.areas[this.model.against];
    return `${scoreName(score.key, trans)} ${area ? estimateText(area) : trans.__('not known')}`;
  }

  private readonly title = element('figcaption', {
    className: 'nd-Roc-title'
  });
  private readonly svg = document.createElementNS(SVG, 'svg');
  private readonly legend = element('ul', { className: 'nd-Roc-legend' });
}

const ORDER: readonly RocStyle[] = ['dotted', 'dashed', 'baseline', 'chosen'];
