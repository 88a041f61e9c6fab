import type { TranslationBundle } from '@jupyterlab/translation';
import type { Estimate } from '../../core/neuron/statistics';
import { formatBound, formatStatistic } from '../../view/format';
import { toggleClass } from '../../view/update';
import { button, element, setText } from '../dom';
import type { DetailModel, DetailPart } from './model';
import { appearance } from './model';

/** More would be of classes that the neuron does not tell from others. */
const CLASSES_AT_MOST = 8;

/** Which class the neuron singles out: one against the rest, those furthest from ½ first. */
export function singledOutPart(trans: TranslationBundle): DetailPart {
  const list = element('div', { className: 'nd-Singled' });
  const note = element('p', { className: 'nd-Detail-note' });
  const node = element(
    'section',
    { className: 'nd-Detail-singled' },
    element('h4', {
      className: 'nd-Section-title',
      text: trans.__('One class against the rest'),
      title: trans.__(
        'AUC of all other classes → the class: above ½ the class activates the neuron more'
      )
    }),
    list,
    note
  );
  return {
    node,
    refresh: (model: DetailModel) => {
      const { store } = model.context;
      node.hidden = store.info.classes.length < 2;
      const found = model.data.singledOut(store.view.membership);
      const ranked = found === null ? [] : ranking(found);
      list.replaceChildren(
        ...ranked
          .slice(0, CLASSES_AT_MOST)
          .map(index => row(index, found?.[index] ?? NO_ESTIMATE, model))
      );
      const more = ranked.length - CLASSES_AT_MOST;
      setText(
        note,
        found === null
          ? ''
          : ranked.length === 0
            ? trans.__('No class has values here.')
            : more > 0
              ? trans._n('%1 more class', '%1 more classes', more)
              : ''
      );
      note.hidden = note.textContent === '';
    }
  };
}

const NO_ESTIMATE: Estimate = { value: NaN, bound: NaN };

/** Classes by their distance from ½; without those that have no value. */
function ranking(found: readonly Estimate[]): number[] {
  const far = (index: number) => Math.abs(found[index].value - 0.5);
  return [...found.keys()]
    .filter(index => !Number.isNaN(found[index].value))
    .sort((a, b) => far(b) - far(a) || a - b);
}

function row(
  index: number,
  { value: auc, bound }: Estimate,
  model: DetailModel
): HTMLElement {
  const { context, theme } = model;
  const { store, trans } = context;
  const { name, color } = appearance({ class: index }, context, theme);
  const isShown = store.view.classes.includes(index);
  const bar = element('span', { className: 'nd-Singled-bar' });
  const [from, to] = auc < 0.5 ? [auc, 0.5] : [0.5, auc];
  bar.style.left = `${100 * from}%`;
  bar.style.width = `${100 * (to - from)}%`;
  const all = store.info.classes.map((_, i) => i);
  const node = button(
    {
      className: 'nd-Singled-row',
      title: isShown ? trans.__('Hide %1', name) : trans.__('Show %1', name),
      attributes: { 'aria-pressed': String(isShown) }
    },
    () => store.update(v => toggleClass(v, index, all)),
    element('span', { className: 'nd-Singled-name', text: name }),
    element('span', { className: 'nd-Singled-room' }, bar),
    element('span', {
      className: 'nd-Singled-value',
      text: `${formatStatistic(Number(auc.toPrecision(4)))}${formatBound(bound)}`
    })
  );
  node.classList.toggle('nd-mod-shown', isShown);
  node.style.setProperty('--nd-color', color);
  return node;
}
