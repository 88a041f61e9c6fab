import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { readTheme } from '../../draw/theme';
import type { Backdrop, NeuronRange, Term } from '../../view/brush';
import {
  BACKDROPS,
  brushRanges,
  changeTerm,
  isNeuronRange,
  removeTerm,
  setAgainst,
  setBrush,
  termsOf,
  unknownLayers
} from '../../view/brush';
import { BrushComposition } from '../../view/brushComposition';
import { formatCount, formatShare } from '../../view/format';
import { freeGroupId, GROUP_NAME_CHARACTERS } from '../../view/groups';
import type { Store } from '../../view/store';
import { defineGroup } from '../../view/update';
import { missingText } from '../attachment';
import type { IBrushing, PanelContext } from '../context';
import { select } from '../controls';
import { button, element, setProperties, setText } from '../dom';
import { Writing } from '../drawing';
import { Chip } from './chip';
import { tellBrushColor } from './color';
import { keepForm } from '../keepForm';
import { brushText } from './texts';

/** What is brushed, in numbers that can be changed; there while something is, or about to be. */
export class BrushBar extends Widget implements IBrushing {
  constructor(
    private readonly context: PanelContext,
    /** Tells why something cannot be brushed. */
    private readonly say: (text: string) => void
  ) {
    super();
    const { store, trans } = context;
    this.addClass('nd-Brush');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', trans.__('Brush'));
    this.against = select(
      trans.__('Compared with'),
      BACKDROPS.map(value => ({
        value,
        text: {
          rest: trans.__('against the rest'),
          shown: trans.__('over what is shown')
        }[value],
        group: ''
      }))
    );
    this.against.addEventListener('change', () =>
      store.update(v => setAgainst(v, this.against.value as Backdrop))
    );
    this.keep = button(
      {
        className: 'nd-Button',
        text: trans.__('keep as group…'),
        title: trans.__('Make a group of the view of these samples')
      },
      () => this.openForm()
    );
    const clear = button(
      {
        className: 'nd-Button',
        text: trans.__('clear'),
        title: trans.__('Show again what was shown before')
      },
      () => this.clear()
    );
    this.node.append(
      element('span', {
        className: 'nd-Toolbar-label',
        text: trans.__('Brush')
      }),
      this.list,
      this.count,
      element(
        'span',
        { className: 'nd-Brush-actions' },
        this.against,
        this.keep,
        clear
      )
    );
    this.node.addEventListener('keydown', event => this.onKey(event));
    store.changed.connect(this.refresh, this);
    BrushComposition.of(store).changed.connect(
      () => this.counting.soon(),
      this
    );
    context.host.attachment?.changed.connect(this.refresh, this);
    this.refresh();
  }

  open(layer: string, neuron: number, back: () => void): void {
    const { store } = this.context;
    if (isSummary(store, layer)) {
      this.refuse(layer);
      return;
    }
    this.back = back;
    const known = this.terms.findIndex(({ test }) => isOf(test, layer, neuron));
    if (known < 0) {
      this.draft = {
        test: { layer, neuron, from: null, to: null },
        not: false,
        joint: 'and'
      };
      this.refresh();
    }
    this.chips.at(known)?.focus();
  }

  refuse(layer: string): void {
    const { trans, host } = this.context;
    this.say(
      trans.__(
        '“%1” cannot be brushed. %2',
        layer,
        missingText(host.attachment, trans)
      )
    );
  }

  protected override onAfterAttach(_: Message): void {
    this.update();
  }

  /** The theme may be another. */
  protected override onUpdateRequest(_: Message): void {
    const around = this.node.closest<HTMLElement>('.nd-View');
    if (around) {
      tellBrushColor(around, readTheme(this.node));
    }
  }

  /** Those of the view, then one without bounds yet. */
  private get terms(): readonly Term[] {
    const { brush } = this.context.store.view;
    return [
      ...(brush ? termsOf(brush.where) : []),
      ...(this.draft ? [this.draft] : [])
    ];
  }

  private refresh(): void {
    const { view } = this.context.store;
    const { terms } = this;
    this.setHidden(terms.length === 0);
    if (terms.length === 0) {
      this.closeForm();
    }
    const key = JSON.stringify(terms.map(({ test }) => shapeOf(test)));
    if (key !== this.key) {
      this.key = key;
      this.chips = terms.map((term, at) => this.chip(term, at));
      this.list.replaceChildren(...this.chips.map(({ node }) => node));
    } else {
      terms.forEach((term, at) => this.chips[at]?.show(term));
    }
    const hidden = view.brush === null;
    setProperties(this.against, {
      value: view.brush?.against ?? 'rest',
      hidden
    });
    setProperties(this.keep, { hidden: hidden || this.form !== null });
    setText(this.count, this.countText());
  }

  private chip(term: Term, at: number): Chip {
    const { store } = this.context;
    const isDraft = () => at >= this.terms.length - (this.draft ? 1 : 0);
    return new Chip(this.context, term, at === 0, {
      change: change => {
        if (isDraft() && this.draft) {
          this.changeDraft({ ...this.draft, ...change });
        } else {
          store.update(v => changeTerm(v, at, change));
        }
      },
      remove: () => {
        if (isDraft()) {
          this.dropDraft();
        } else {
          this.keepFocus(() => store.update(v => removeTerm(v, at)));
        }
      }
    });
  }

  /** It becomes one of the view's as soon as it has a bound. */
  private changeDraft(draft: Term): void {
    const { test } = draft;
    const hasBound =
      isNeuronRange(test) && (test.from !== null || test.to !== null);
    this.draft = hasBound ? null : draft;
    if (hasBound) {
      const { store } = this.context;
      const at = store.view.brush ? termsOf(store.view.brush.where).length : 0;
      store.update(v =>
        changeTerm(brushRanges(v, [test], draft.joint), at, { not: draft.not })
      );
    }
    this.refresh();
  }

  private dropDraft(): void {
    this.keepFocus(() => {
      this.draft = null;
      this.refresh();
    });
  }

  private clear(): void {
    this.keepFocus(() => {
      this.draft = null;
      this.context.store.update(v => setBrush(v, null));
      this.refresh();
    });
  }

  /** Where the focus leaves with its control, it goes back to the graphs. */
  private keepFocus(change: () => void): void {
    const { node } = this;
    const hadFocus = node.contains(document.activeElement);
    const view = node.closest('.nd-View');
    change();
    const isLost =
      !node.contains(document.activeElement) ||
      !node.isConnected ||
      this.isHidden;
    if (hadFocus && isLost) {
      if (this.back) {
        this.back();
      } else {
        view?.querySelector<HTMLElement>('.nd-Graph [role="grid"]')?.focus();
      }
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && (this.draft || this.back)) {
      event.preventDefault();
      event.stopPropagation();
      this.dropDraft();
      this.back?.();
    }
  }

  private countText(): string {
    const { store, trans, host } = this.context;
    const { brush } = store.view;
    if (brush === null) {
      return '';
    }
    if (unknownLayers(store.info, brush).length > 0) {
      return missingText(host.attachment, trans);
    }
    const made = BrushComposition.of(store).ofAll;
    const all = store.info.sampleCount;
    return made === null
      ? '…'
      : trans.__(
          '%1 of %2 samples, %3',
          formatCount(made.size),
          formatCount(all),
          formatShare(made.size / all)
        );
  }

  private openForm(): void {
    const { store, trans } = this.context;
    const { info, view } = store;
    const where = view.brush?.where;
    if (!where) {
      return;
    }
    const name = brushText(where, info, trans).slice(0, GROUP_NAME_CHARACTERS);
    this.form = keepForm(
      {
        label: trans.__('New group of samples'),
        suggested: name,
        mostCharacters: GROUP_NAME_CHARACTERS
      },
      trans,
      chosen => {
        const current = store.view.brush?.where ?? where;
        store.update(v =>
          defineGroup(v, {
            id: freeGroupId(info, v),
            name: chosen,
            color: null,
            where: current
          })
        );
        this.closeForm();
        this.keep.focus();
      },
      () => {
        this.closeForm();
        this.keep.focus();
      }
    );
    this.keep.before(this.form);
    this.refresh();
    this.form.querySelector('input')?.select();
  }

  private closeForm(): void {
    if (this.form) {
      this.form.remove();
      this.form = null;
      this.keep.hidden = false;
    }
  }

  private readonly list = element('span', { className: 'nd-Brush-terms' });
  private readonly count = element('span', {
    className: 'nd-Brush-count',
    attributes: { role: 'status' }
  });
  private readonly against: HTMLSelectElement;
  private readonly keep: HTMLButtonElement;
  private form: HTMLFormElement | null = null;
  private chips: readonly Chip[] = [];
  private key = '[]';
  private readonly counting = new Writing(() => this.refresh(), 'paint');
  private draft: Term | null = null;
  private back: (() => void) | null = null;
}

/** What of a test stays while its bounds change. */
function shapeOf(test: Term['test']): unknown {
  return isNeuronRange(test) ? [test.layer, test.neuron] : test;
}

function isOf(
  test: Term['test'],
  layer: string,
  neuron: number
): test is NeuronRange {
  return isNeuronRange(test) && test.layer === layer && test.neuron === neuron;
}

function isSummary({ info }: Store, layer: string): boolean {
  return info.layers.find(l => l.name === layer)?.detail === 'summary';
}
