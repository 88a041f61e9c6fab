import type { Theme } from '../draw/theme';
import { paintMiniature } from '../draw/miniature';
import { sameJson } from '../view/json';
import type { SavedView } from '../view/saved';
import { DESCRIPTION_CHARACTERS, NAME_CHARACTERS } from '../view/saved';
import type { ViewState } from '../view/state';
import { defaultView, parseView } from '../view/state';
import { viewToJson } from '../view/viewJson';
import type { PanelContext } from './context';
import { button, element } from './dom';
import { formButtons, listenToForm, textField } from './form';
import { shortName } from './names';
import { shortDescription } from './sentence';

/** What a card asks for. */
export type CardRequests = {
  readonly apply: () => void;
  readonly openMenu: (at: DOMRect) => void;
  readonly rename: (next: { name: string; description: string }) => void;
  /** Another card was dropped here. */
  readonly drop: (name: string) => void;
};

/** A saved view: its picture, its name, what it shows. */
export class SavedCard {
  constructor(
    readonly saved: SavedView,
    private readonly context: PanelContext,
    private readonly requests: CardRequests
  ) {
    const { info } = context.store;
    this.view = parseView(saved.view, info, defaultView(info));
    this.json = viewToJson(this.view);
    this.canvas.width = MINIATURE_PX.width;
    this.canvas.height = MINIATURE_PX.height;
    this.show();
    this.node.addEventListener('dragstart', event => {
      event.stopPropagation();
      event.dataTransfer?.setData(DRAG_TYPE, saved.name);
    });
    acceptCards(this.node, requests.drop);
  }

  readonly node = element('div', {
    className: 'nd-SavedCard',
    attributes: { role: 'listitem', draggable: 'true' }
  });

  /** Frame the card whose view is on screen. */
  refresh(): void {
    const { store } = this.context;
    const isCurrent = sameJson(this.json, viewToJson(store.view));
    this.node.classList.toggle('nd-mod-current', isCurrent);
    this.apply.setAttribute('aria-current', String(isCurrent));
  }

  async paint(theme: Theme): Promise<void> {
    const { store } = this.context;
    const { view } = this;
    const figures = await store.figuresOf(view).catch(() => []);
    paintMiniature(this.canvas, figures, view, theme);
  }

  focus(): void {
    this.apply.focus();
  }

  /** Name and description become fields. */
  edit(): void {
    const { trans } = this.context;
    const close = () => {
      this.show();
      this.focus();
    };
    const name = textField(trans.__('Name'), this.saved.name, NAME_CHARACTERS);
    name.placeholder = trans.__('Name');
    const description = textField(
      trans.__('Description'),
      this.saved.description,
      DESCRIPTION_CHARACTERS
    );
    description.placeholder = this.describe();
    const form = element(
      'form',
      { className: 'nd-SavedCard-form' },
      name,
      description,
      element(
        'span',
        { className: 'nd-SavedCard-buttons' },
        ...formButtons(trans.__('Save'), trans, close)
      )
    );
    const submit = () =>
      this.requests.rename({
        name: name.value,
        description: description.value
      });
    listenToForm(form, submit, close);
    this.node.draggable = false;
    this.node.replaceChildren(form);
    name.focus();
    name.select();
  }

  private show(): void {
    const { trans } = this.context;
    const { saved, requests } = this;
    const name = shortName(saved.name);
    const description = saved.description || this.describe();
    this.apply = button(
      {
        className: 'nd-SavedCard-apply',
        title: `${saved.name}\n${description}`,
        attributes: { 'aria-label': trans.__('Apply view %1', name) }
      },
      requests.apply,
      this.canvas,
      element('span', { className: 'nd-SavedCard-name', text: name }),
      element('span', { className: 'nd-SavedCard-text', text: description })
    );
    const label = trans.__('Rename, update, copy or delete %1', name);
    const more = button(
      {
        className: 'nd-Icon nd-SavedCard-more',
        text: '⋯',
        title: label,
        attributes: { 'aria-label': label, 'aria-haspopup': 'menu' }
      },
      () => requests.openMenu(more.getBoundingClientRect())
    );
    this.node.draggable = true;
    this.node.replaceChildren(this.apply, more);
    this.refresh();
  }

  private describe(): string {
    const { store, trans } = this.context;
    return shortDescription(this.view, store.info, trans);
  }

  private readonly view: ViewState;
  private readonly json: object;
  private apply: HTMLButtonElement = element('button');
  private readonly canvas = element('canvas', {
    className: 'nd-SavedCard-picture',
    attributes: { 'aria-hidden': 'true' }
  });
}

/** Cards can be dropped on the node; it shows that they will stand before it. */
export function acceptCards(
  node: HTMLElement,
  drop: (name: string) => void
): void {
  node.addEventListener('dragover', event => {
    if (event.dataTransfer?.types.includes(DRAG_TYPE)) {
      event.preventDefault();
      node.classList.add('nd-mod-target');
    }
  });
  node.addEventListener('dragleave', () =>
    node.classList.remove('nd-mod-target')
  );
  node.addEventListener('drop', event => {
    node.classList.remove('nd-mod-target');
    const name = event.dataTransfer?.getData(DRAG_TYPE) ?? '';
    if (name !== '') {
      event.preventDefault();
      event.stopPropagation();
      drop(name);
    }
  });
}

const DRAG_TYPE = 'application/vnd.neuraldivergence.view';

/** Canvas pixels; CSS halves them. */
const MINIATURE_PX = { width: 288, height: 84 };
