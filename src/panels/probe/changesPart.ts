import type { TranslationBundle } from '@jupyterlab/translation';
import { depthColor, drawChanges } from '../../draw/detail/changesChart';
import type { Theme } from '../../draw/theme';
import type { AttackModel } from '../../view/probe/attack';
import { element, setText } from '../dom';
import { movedText } from './texts';

const SVG = 'http://www.w3.org/2000/svg';
const MOST_PX = 420;

/** How far layers move at each strength of an attack, and which of its pictures is shown. */
export class ChangesPart {
  constructor(
    private readonly model: AttackModel,
    private readonly trans: TranslationBundle
  ) {
    this.svg.setAttribute('class', 'nd-Chart');
    this.svg.setAttribute('role', 'img');
    const label = trans.__('Strength in grey levels');
    this.slider.setAttribute('aria-label', label);
    this.slider.addEventListener('input', () =>
      model.show(Number(this.slider.value))
    );
    this.node = element(
      'div',
      { className: 'nd-Attack-changes' },
      element('label', {}, this.strength, this.slider)
    );
    this.node.append(this.svg, this.legend);
  }

  readonly node: HTMLElement;

  refresh(theme: Theme): void {
    const { model, trans } = this;
    const { changes, shown } = model;
    this.node.hidden = changes === null;
    if (changes === null) {
      return;
    }
    const { strengths, layers } = changes;
    const strength = String(strengths[shown]);
    this.slider.max = String(strengths.length - 1);
    this.slider.value = String(shown);
    this.slider.setAttribute('aria-valuetext', strength);
    setText(this.strength, trans.__('Strength %1', strength));
    const widthPx = Math.min(MOST_PX, this.node.clientWidth);
    const words = layers.map(
      ({ name, distances }) => `${name} ${movedText(distances[shown])}`
    );
    this.svg.setAttribute(
      'aria-label',
      trans.__(
        'How far layers move at strength %1: %2',
        strength,
        words.join(', ')
      )
    );
    if (widthPx > 0) {
      drawChanges(
        this.svg,
        {
          ...{ widthPx, strengths, shown },
          distances: layers.map(({ distances }) => distances),
          across: trans.__('strength, grey levels'),
          up: trans.__('moved, σ')
        },
        theme
      );
    }
    this.legend.replaceChildren(
      ...layers.map(({ name, distances }, i) => {
        const swatch = element('span', { className: 'nd-Attack-swatch' });
        swatch.style.background = depthColor(i, layers.length, theme);
        return element(
          'li',
          {},
          swatch,
          element('span', { className: 'nd-Item-name', text: name }),
          element('span', {
            className: 'nd-Probe-share',
            text: movedText(distances[shown])
          })
        );
      })
    );
  }

  private readonly svg = document.createElementNS(SVG, 'svg');
  private readonly strength = element('span');
  private readonly slider = element('input', {
    attributes: { type: 'range', min: '0', step: '1' }
  });
  private readonly legend = element('ul', {
    className: 'nd-Attack-legend',
    attributes: { 'aria-hidden': 'true' }
  });
}
