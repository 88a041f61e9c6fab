import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { MEMBERSHIPS } from '../core/recording';
import { CHOICES, type Choices } from '../view/choices';
import type { ViewState } from '../view/state';
import type { Store } from '../view/store';
import { nextBins, setBins, setChoice, showAll } from '../view/update';
import { missingText } from './attachment';
import type { PanelContext } from './context';
import { select, toggleButton } from './controls';
import { button, element, setAttribute, setProperties, setText } from './dom';
import { sortControl } from './sortControl';

/** Sorting, bins and how things are drawn; the rarer choices in a second line. */
export class Toolbar extends Widget {
  constructor(
    private readonly context: PanelContext,
    actions: readonly HTMLElement[] = []
  ) {
    super();
    this.addClass('nd-Toolbar');
    const { trans } = context;
    this.node.setAttribute('role', 'toolbar');
    this.node.setAttribute('aria-label', trans.__('View'));
    this.options.hidden = true;
    this.options.setAttribute('role', 'group');
    this.options.setAttribute('aria-label', trans.__('More options'));
    const sorting = sortControl(context);
    this.refreshers.push(sorting.refresh);
    const space = element('span', { className: 'nd-Toolbar-space' });
    const markedOnly = this.toggle(
      trans.__('☆ marked only'),
      trans.__('Show marked neurons only'),
      v => v.markedOnly,
      v => setChoice(v, 'markedOnly', !v.markedOnly)
    );
    this.node.append(
      element(
        'div',
        { className: 'nd-Toolbar-line' },
        ...sorting.nodes,
        ...this.bins(),
        this.choice('classesAs', trans.__('Classes as'), {
          overlay: trans.__('overlay'),
          lanes: trans.__('lanes')
        }),
        space,
        markedOnly,
        this.showAll(trans, markedOnly),
        element(
          'span',
          { className: 'nd-Toolbar-actions' },
          this.more(trans),
          ...actions
        )
      ),
      this.options
    );
    this.options.append(...this.moreChoices(trans));
    context.store.changed.connect(this.follow, this);
    this.refresh();
  }

  /** Numbers that arrive change nothing here. */
  private follow({ view, info }: Store): void {
    if (view !== this.shown.view || info !== this.shown.info) {
      this.refresh();
    }
  }

  private refresh(): void {
    const { view, info } = this.context.store;
    this.shown = { view, info };
    this.refreshers.forEach(refresh => refresh(view));
  }

  private bins(): HTMLElement[] {
    const { store, trans } = this.context;
    const step = (to: 'coarser' | 'finer') =>
      store.update(v => setBins(v, nextBins(v.bins, to) ?? v.bins));
    const coarser = button(
      { className: 'nd-Button', text: '−', title: trans.__('Coarser bins') },
      () => step('coarser')
    );
    const finer = button(
      { className: 'nd-Button', text: '+', title: trans.__('Finer bins') },
      () => step('finer')
    );
    const label = element('span', { className: 'nd-Bins' });
    const group = element(
      'span',
      { className: 'nd-Group' },
      coarser,
      label,
      finer
    );
    this.refreshers.push(view => {
      disable(coarser, nextBins(view.bins, 'coarser') === null);
      disable(finer, nextBins(view.bins, 'finer') === null);
      // Read aloud where it was changed, not in every view of the recording.
      const isHere = group.contains(document.activeElement);
      setAttribute(label, 'aria-live', isHere ? 'polite' : 'off');
      setText(label, trans.__('≤ %1', view.bins));
      setProperties(label, {
        title: trans.__('At most %1 bins across the axis', view.bins)
      });
    });
    return [
      element('span', {
        className: 'nd-Toolbar-label',
        text: trans.__('Bins')
      }),
      group
    ];
  }

  /** Only where something is hidden. */
  private showAll(
    trans: TranslationBundle,
    markedOnly: HTMLElement
  ): HTMLElement {
    const node = button(
      {
        className: 'nd-Button',
        text: trans.__('show all'),
        title: trans.__('Bring back all hidden neurons')
      },
      () => this.context.store.update(showAll)
    );
    this.refreshers.push(view => {
      const marks = [...view.neurons.values()];
      const hadFocus = node === document.activeElement;
      setProperties(node, {
        hidden: !view.markedOnly && marks.every(m => m.hidden.size === 0)
      });
      if (hadFocus && node.hidden) {
        // Without a focus in the view the next key would be the notebook's.
        markedOnly.focus();
      }
    });
    return node;
  }

  private more(trans: TranslationBundle): HTMLElement {
    const node = toggleButton(trans.__('options ▾'), trans.__('More options'));
    node.removeAttribute('aria-pressed');
    node.setAttribute('aria-expanded', 'false');
    node.addEventListener('click', () => {
      this.options.hidden = !this.options.hidden;
      node.setAttribute('aria-expanded', String(!this.options.hidden));
      this.parent?.fit();
    });
    return node;
  }

  private moreChoices(trans: TranslationBundle): HTMLElement[] {
    const { store, host } = this.context;
    const membership = this.choice('membership', trans.__('Class members'), {
      label: trans.__('by true label'),
      prediction: trans.__('by predicted label'),
      correct: trans.__('correctly classified')
    });
    this.refreshers.push(() => {
      const { classSizes } = store.info;
      for (const option of membership.querySelectorAll('option')) {
        const available = MEMBERSHIPS.some(
          m => m === option.value && classSizes[m] !== null
        );
        setProperties(option, {
          disabled: !available,
          title: available ? '' : missingText(host.attachment, trans)
        });
      }
    });
    host.attachment?.changed.connect(this.refresh, this);
    return [
      this.choice('axis', trans.__('Axis'), {
        layer: trans.__('one a layer'),
        neuron: trans.__('one a neuron')
      }),
      this.choice('extent', trans.__('Range'), {
        fit: trans.__('fitted, 0.1–99.9 %'),
        full: trans.__('full')
      }),
      this.choice('opacity', trans.__('Opacity'), {
        linear: trans.__('linear'),
        sqrt: trans.__('square root'),
        log: trans.__('logarithmic')
      }),
      this.choice('scale', trans.__('Opaque at'), {
        row: trans.__('the row’s fullest bin'),
        layer: trans.__('the layer’s fullest bin')
      }),
      this.choice('zeros', trans.__('Exact zeros'), {
        apart: trans.__('apart, left of the bar'),
        binned: trans.__('in their bin')
      }),
      membership,
      this.choice('hidden', trans.__('Hidden neurons'), {
        dim: trans.__('thin line'),
        collapse: trans.__('left out')
      }),
      this.choice('rowHeight', trans.__('Rows'), {
        compact: trans.__('compact'),
        normal: trans.__('normal'),
        roomy: trans.__('roomy')
      }),
      this.choice('scroll', trans.__('Scrolling'), {
        own: trans.__('each layer'),
        together: trans.__('together')
      })
    ];
  }

  private choice<K extends keyof Choices>(
    key: K,
    label: string,
    texts: Readonly<Record<Choices[K] & string, string>>
  ): HTMLElement {
    const entries = Object.entries<string>(texts);
    const node = select(
      label,
      entries.map(([value, text]) => ({ value, text, group: '' }))
    );
    node.addEventListener('change', () => {
      const allowed: readonly unknown[] = CHOICES[key];
      const value = allowed.find(v => v === node.value);
      this.context.store.update(v => ({ ...v, [key]: value ?? v[key] }));
    });
    this.refreshers.push(view => {
      setProperties(node, { value: String(view[key]) });
    });
    return element(
      'label',
      { className: 'nd-Choice' },
      element('span', { className: 'nd-Toolbar-label', text: label }),
      node
    );
  }

  private toggle(
    text: string,
    title: string,
    isOn: (view: ViewState) => boolean,
    change: (view: ViewState) => ViewState
  ): HTMLElement {
    const node = toggleButton(text, title);
    node.addEventListener('click', () => this.context.store.update(change));
    this.refreshers.push(view =>
      setAttribute(node, 'aria-pressed', String(isOn(view)))
    );
    return node;
  }

  private readonly options = element('div', {
    className: 'nd-Toolbar-options'
  });
  private shown: Partial<Pick<Store, 'view' | 'info'>> = {};
  private readonly refreshers: ((view: ViewState) => void)[] = [];
}

/** A button that is disabled for good would lose the focus, and the next key would be the notebook's. */
function disable(node: HTMLButtonElement, isDisabled: boolean): void {
  setAttribute(node, 'aria-disabled', String(isDisabled));
}
