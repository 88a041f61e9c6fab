import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { toCss } from '../draw/palette';
import { markColor } from '../draw/theme';
import { formatCount } from '../view/format';
import { BrushComposition } from '../view/brushComposition';
import type { ViewState } from '../view/state';
import { setShown, toggleClass, toggleLayer } from '../view/update';
import { tellBrushColor } from './brush/color';
import { brushedPart } from './brush/texts';
import type { PanelContext } from './context';
import { colorOf } from './context';
import { element } from './dom';
import { Writing } from './drawing';
import { neuronsText } from './graphTexts';
import { groupList } from './groupList';
import { instanceCards } from './instances';
import { ThemeReader } from './themeReader';
import { toggleList } from './toggleList';
import type { Section, ToggleRow } from './toggleRow';

/** Layers, Classes and Instances: what is shown. */
export class SelectionPanel extends Widget {
  constructor(private readonly context: PanelContext) {
    super();
    this.addClass('nd-Selection');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Selection'));
    const { store } = context;
    const brushed = BrushComposition.of(store);
    const layers = this.layers();
    const classes = this.classes();
    const groups = groupList(context);
    const instances = instanceCards(context);
    this.lists = [
      following(layers, view => [view.layers]),
      following(classes, view => [
        view.classes,
        view.membership,
        store.info,
        brushed.ofAll
      ]),
      following(groups, view => [
        view.groups,
        view.shownGroups,
        view.layers,
        store.info,
        brushed.ofAll
      ]),
      following(instances, view => [view.instances, store.info])
    ];
    this.node.append(
      element(
        'div',
        { className: 'nd-Selection-scroll' },
        layers.node,
        classes.node,
        groups.node
      ),
      instances.node
    );
    instances.node.classList.add('nd-Selection-instances');
    store.changed.connect(this.refresh, this);
    brushed.changed.connect(() => this.counting.soon(), this);
    this.refresh();
  }

  protected override onAfterAttach(_: Message): void {
    this.theme.forget();
    this.refresh();
  }

  protected override onUpdateRequest(_: Message): void {
    this.theme.forget();
    this.refresh();
  }

  private refresh(): void {
    const theme = this.theme.read();
    tellBrushColor(this.node, theme);
    this.lists.forEach(l => l.refresh(this.context.store.view, theme));
  }

  private layers(): Section {
    const { store, trans } = this.context;
    const names = store.info.layers.map(l => l.name);
    const show = (layers: string[]) =>
      store.update(v => setShown(v, { layers }));
    const isShown = membership((view: ViewState) => view.layers);
    return toggleList({
      title: trans.__('Layers'),
      trans,
      shown: view => view.layers,
      memory: `layers ${store.info.id}`,
      rows: store.info.layers.map(layer => ({
        name: layer.name,
        count: formatCount(layer.neurons),
        countTitle: neuronsText(layer.neurons, trans),
        isShown: view => isShown(view, layer.name),
        color: theme => theme.accent,
        toggle: () => store.update(v => toggleLayer(v, layer.name, names)),
        only: () => show([layer.name])
      })),
      all: () => show(names),
      none: () => show([])
    });
  }

  private classes(): Section {
    const { store, trans } = this.context;
    const all = store.info.classes.map((_, index) => index);
    const show = (classes: number[]) =>
      store.update(v => setShown(v, { classes }));
    const size = (index: number, view: ViewState) =>
      store.info.classSizes[view.membership]?.[index] ?? 0;
    const brushed = BrushComposition.of(store);
    const isShown = membership((view: ViewState) => view.classes);
    const rows = store.info.classes.map(({ name }, index): ToggleRow => ({
      name,
      count: view => formatCount(size(index, view)),
      countTitle: trans.__('samples'),
      brushed: () =>
        brushedPart(
          brushed.ofAll?.classes[index] ?? null,
          size(index, store.view),
          trans
        ),
      isShown: view => isShown(view, index),
      color: theme => toCss(markColor(colorOf(store, index, theme), theme)),
      toggle: () => store.update(v => toggleClass(v, index, all)),
      only: () => show([index])
    }));
    return toggleList({
      title: trans.__('Classes'),
      trans,
      shown: view => view.classes,
      memory: `classes ${store.info.id}`,
      rows,
      all: () => show(all),
      none: () => show([])
    });
  }

  private readonly theme = new ThemeReader(this.node);
  private readonly counting = new Writing(() => this.refresh(), 'paint');
  private readonly lists: readonly Section[];
}

/** A section that is refreshed when its `sources` in the view, or the theme, are others. */
function following(
  { node, refresh }: Section,
  sources: (view: ViewState) => readonly unknown[]
): Section {
  let last: readonly unknown[] = [];
  return {
    node,
    refresh: (view, theme) => {
      const next = [theme, ...sources(view)];
      if (next.some((source, k) => source !== last[k])) {
        last = next;
        refresh(view, theme);
      }
    }
  };
}

/** Whether a list of the view has a member, asked for each of many. */
function membership<T>(
  listOf: (view: ViewState) => readonly T[]
): (view: ViewState, member: T) => boolean {
  let list: readonly T[] = [];
  let members: ReadonlySet<T> = new Set();
  return (view, member) => {
    if (listOf(view) !== list) {
      list = listOf(view);
      members = new Set(list);
    }
    return members.has(member);
  };
}
