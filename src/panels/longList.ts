import { element, setText } from './dom';
import type { ListEntry } from './listEntries';
import { listEntries, moveIn, noteRecent, recentOf } from './listEntries';
import { toggleButton } from './controls';
import type { RowNode, Section, ToggleListOptions } from './toggleRow';
import { filterInput, rowNode, section } from './toggleRow';
import type { Theme } from '../draw/theme';
import type { ViewState } from '../view/state';

/** Height of `.nd-Item`. */
const ITEM_PX = 20;
/** Drawn above and below what is in sight. */
const MARGIN_ITEMS = 4;
const NONE: readonly number[] = [];

/**
 * A list of which only what is in sight is in the page: with a filter, those shown in one press, and those
 * lately used on top. It is one stop of the Tab key; arrows go from row to row.
 */
export function longList(options: ToggleListOptions): Section {
  const list = new LongList(options);
  return {
    node: list.node,
    refresh: (view, theme) => list.refresh(view, theme)
  };
}

class LongList {
  constructor(private readonly options: ToggleListOptions) {
    const { trans, title } = options;
    this.filter = filterInput(options);
    this.shownOnly = toggleButton(
      '',
      trans.__('%1: list those that are shown', title)
    );
    this.scroller.append(this.spacer);
    this.node = section(
      options,
      element(
        'div',
        { className: 'nd-Long' },
        element(
          'div',
          { className: 'nd-Long-tools' },
          this.filter,
          this.shownOnly
        ),
        this.scroller
      )
    );
    this.node.classList.add('nd-mod-long');
    this.listen();
  }

  readonly node: HTMLElement;

  refresh(view: ViewState, theme: Theme): void {
    this.last = { view, theme };
    const { trans, shown } = this.options;
    setText(this.shownOnly, trans.__('shown: %1', shown(view).length));
    this.list();
  }

  private listen(): void {
    this.filter.addEventListener('input', () => this.startAnew());
    this.shownOnly.addEventListener('click', () => {
      const isPressed = this.shownOnly.getAttribute('aria-pressed') === 'true';
      this.shownOnly.setAttribute('aria-pressed', String(!isPressed));
      this.startAnew();
    });
    this.filter.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown') {
        this.focusEntry(0);
        event.preventDefault();
      }
    });
    this.scroller.addEventListener('scroll', () => this.render(), {
      passive: true
    });
    this.scroller.addEventListener('focusin', event => {
      const { target } = event;
      const at = [...this.drawn.values()].find(
        ({ node }) => target instanceof Node && node.contains(target)
      )?.at;
      if (at !== undefined && at !== this.current) {
        this.current = at;
        this.render();
      }
    });
    this.scroller.addEventListener('keydown', event => this.onKey(event));
    new ResizeObserver(() => this.render()).observe(this.scroller);
  }

  private startAnew(): void {
    this.current = 0;
    this.entries = [];
    this.scroller.scrollTop = 0;
    this.list();
  }

  /** Find out what is listed; what was in sight stays where it is. */
  private list(): void {
    const { last } = this;
    if (!last) {
      return;
    }
    const { rows, memory, shown, trans } = this.options;
    const filter = this.filter.value.trim();
    const shownOnly = this.shownOnly.getAttribute('aria-pressed') === 'true';
    const recent = shownOnly || filter !== '' ? NONE : recentOf(memory);
    const sources = [filter, recent, shownOnly ? shown(last.view) : null];
    if (sources.every((source, k) => source === this.sources[k])) {
      this.render();
      return;
    }
    const isAfterUse =
      filter === '' && !shownOnly && this.sources[0] === '' && !this.sources[2];
    const before = this.entries;
    this.sources = sources;
    this.entries = listEntries(
      rows.map(r => r.name),
      {
        filter,
        isListed: index => !shownOnly || rows[index].isShown(last.view),
        recent,
        heads: [trans.__('recently used'), trans.__('all')]
      }
    );
    const focused = before[this.current]?.key;
    const found = this.entries.findIndex(e => e.key === focused);
    this.current =
      found < 0 ? Math.min(this.current, this.entries.length - 1) : found;
    if (isAfterUse) {
      this.spacer.style.height = `${this.entries.length * ITEM_PX}px`;
      this.scroller.scrollTop +=
        (this.entries.length - before.length) * ITEM_PX;
    }
    this.render();
  }

  private render(): void {
    const { scroller, entries, drawn, last } = this;
    if (!last) {
      return;
    }
    const hadFocus = scroller.contains(document.activeElement);
    this.spacer.style.height = `${entries.length * ITEM_PX}px`;
    const first = Math.floor(scroller.scrollTop / ITEM_PX) - MARGIN_ITEMS;
    const end =
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / ITEM_PX) +
      MARGIN_ITEMS;
    const wanted = new Map<string, number>();
    for (
      let at = Math.max(0, first);
      at < Math.min(end, entries.length);
      at++
    ) {
      wanted.set(entries[at].key, at);
    }
    // The focus must not be lost when it is scrolled out of sight.
    const current = entries[this.current];
    if (current) {
      wanted.set(current.key, this.current);
    }
    for (const [key, old] of drawn) {
      if (!wanted.has(key)) {
        old.node.remove();
        drawn.delete(key);
      }
    }
    for (const [key, at] of wanted) {
      const item = drawn.get(key) ?? this.draw(entries[at]);
      item.at = at;
      drawn.set(key, item);
    }
    drawn.forEach(item => this.place(item, entries[item.at]));
    if (hadFocus && !scroller.contains(document.activeElement)) {
      this.focusEntry(this.current);
    }
  }

  private draw(entry: ListEntry): Drawn {
    const { rows, trans, memory } = this.options;
    if (entry.row === null) {
      const node = element('div', {
        className: 'nd-Long-head',
        text: entry.head,
        attributes: { 'aria-hidden': 'true' }
      });
      return { node, at: 0, row: null };
    }
    const { row: index } = entry;
    const noted = (run: () => void) => () => {
      noteRecent(memory, index);
      run();
    };
    const row = rows[index];
    const made = rowNode(
      { ...row, toggle: noted(row.toggle), only: noted(row.only) },
      trans
    );
    made.node.setAttribute('role', 'listitem');
    return { node: made.node, at: 0, row: made };
  }

  private place({ node, at, row }: Drawn, entry: ListEntry): void {
    if (node.parentElement !== this.spacer) {
      const next = [...this.drawn.values()]
        .filter(d => d.at > at && d.node.parentElement === this.spacer)
        .sort((a, b) => a.at - b.at)[0];
      this.spacer.insertBefore(node, next?.node ?? null);
    }
    node.style.transform = `translateY(${at * ITEM_PX}px)`;
    if (row && this.last) {
      row.refresh(this.last.view, this.last.theme);
      node.setAttribute('aria-posinset', String(entry.place));
      node.setAttribute('aria-setsize', String(entry.of));
      const tabIndex = at === this.current ? 0 : -1;
      row.stops.forEach(stop => {
        stop.tabIndex = tabIndex;
      });
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.floor(this.scroller.clientHeight / ITEM_PX) - 1;
    const target = moveIn(this.entries, event.key, this.current, page);
    if (target !== null) {
      event.preventDefault();
      event.stopPropagation();
      this.focusEntry(target);
    }
  }

  /** The nearest row from this entry on. */
  private focusEntry(at: number): void {
    const target = this.entries.findIndex((e, k) => k >= at && e.row !== null);
    if (target < 0) {
      this.filter.focus();
      return;
    }
    this.current = target;
    const { scroller } = this;
    const top = target * ITEM_PX;
    if (top < scroller.scrollTop) {
      scroller.scrollTop = top;
    } else if (top + ITEM_PX > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + ITEM_PX - scroller.clientHeight;
    }
    this.render();
    this.drawn
      .get(this.entries[target].key)
      ?.row?.stops[0]?.focus({ preventScroll: true });
  }

  private readonly filter: HTMLInputElement;
  private readonly shownOnly: HTMLButtonElement;
  private readonly spacer = element('div', {
    className: 'nd-Long-spacer',
    attributes: { role: 'list' }
  });
  private readonly scroller = element('div', { className: 'nd-Long-scroll' });
  private readonly drawn = new Map<string, Drawn>();
  private entries: readonly ListEntry[] = [];
  private current = 0;
  /** What `entries` were made from. */
  private sources: readonly unknown[] = [];
  private last: {
    readonly view: ViewState;
    readonly theme: Theme;
  } | null = null;
}

type Drawn = {
  readonly node: HTMLElement;
  /** Place among the entries. */
  at: number;
  /** Null for a heading. */
  readonly row: RowNode | null;
};
