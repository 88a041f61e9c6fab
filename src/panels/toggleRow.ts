import type { TranslationBundle } from '@jupyterlab/translation';
import type { Theme } from '../draw/theme';
import type { ViewState } from '../view/state';
import {
  button,
  element,
  setProperties,
  setText,
  setVariable,
  uniqueId
} from './dom';

/** One thing that can be shown or not. */
export type ToggleRow = {
  readonly name: string;
  readonly count: string | ((view: ViewState) => string);
  readonly countTitle: string;
  /** How many of its samples are brushed; null without a brush. */
  readonly brushed?: () => BrushedPart | null;
  readonly isShown: (view: ViewState) => boolean;
  readonly color: (theme: Theme) => string;
  readonly toggle: () => void;
  readonly only: () => void;
};

export type BrushedPart = {
  readonly text: string;
  readonly title: string;
  /** 0 … 1. */
  readonly share: number;
};

export type ToggleListOptions = {
  readonly title: string;
  readonly trans: TranslationBundle;
  readonly rows: readonly ToggleRow[];
  /** What decides which rows are shown, and their number. */
  readonly shown: (view: ViewState) => readonly unknown[];
  /** Names the list of this recording among all of the page. */
  readonly memory: string;
  readonly all: () => void;
  readonly none: () => void;
};

/** A part of the selection panel that follows the view. */
export type Section = {
  readonly node: HTMLElement;
  readonly refresh: (view: ViewState, theme: Theme) => void;
};

/** A titled group with "all" and "none". */
export function section(
  options: Pick<ToggleListOptions, 'title' | 'trans' | 'all' | 'none'>,
  body: Node
): HTMLElement {
  const { title, trans } = options;
  const id = uniqueId();
  const link = (text: string, label: string, run: () => void) =>
    button(
      { className: 'nd-Link', text, attributes: { 'aria-label': label } },
      run
    );
  return element(
    'section',
    {
      className: 'nd-Section',
      attributes: { role: 'group', 'aria-labelledby': id }
    },
    element(
      'header',
      { className: 'nd-Section-header' },
      element('h3', {
        className: 'nd-Section-title',
        text: title,
        attributes: { id }
      }),
      element(
        'span',
        { className: 'nd-Section-links' },
        link(trans.__('all'), trans.__('%1: show all', title), options.all),
        element('span', { text: '·', attributes: { 'aria-hidden': 'true' } }),
        link(trans.__('none'), trans.__('%1: show none', title), options.none)
      )
    ),
    body
  );
}

export type RowNode = Section & {
  readonly name: string;
  /** What the Tab key stops at. */
  readonly stops: readonly HTMLElement[];
};

export function rowNode(row: ToggleRow, trans: TranslationBundle): RowNode {
  const check = element('input', {
    className: 'nd-Check',
    attributes: { type: 'checkbox', 'aria-label': row.name }
  });
  check.addEventListener('change', row.toggle);
  const count = element('span', {
    className: 'nd-Item-count',
    title: row.countTitle
  });
  const label = element(
    'label',
    { className: 'nd-Item-label', title: row.name },
    check,
    element('span', { className: 'nd-Item-name', text: row.name })
  );
  const only = button(
    {
      className: 'nd-Link nd-Item-only',
      text: trans.__('only'),
      attributes: { 'aria-label': trans.__('Show only %1', row.name) }
    },
    row.only
  );
  const node = element('div', { className: 'nd-Item' }, label, only, count);
  return {
    node,
    name: row.name,
    stops: [check, only],
    refresh: (view, theme) => {
      const shown = row.isShown(view);
      check.checked = shown;
      node.classList.toggle('nd-mod-shown', shown);
      setVariable(node, '--nd-color', row.color(theme));
      const part = row.brushed?.() ?? null;
      setText(
        count,
        part?.text ??
          (typeof row.count === 'string' ? row.count : row.count(view))
      );
      setProperties(count, { title: part?.title ?? row.countTitle });
      node.classList.toggle('nd-mod-brushed', part !== null);
      setVariable(node, '--nd-share', String(part?.share ?? 0));
    }
  };
}

export function filterInput({
  title,
  trans
}: ToggleListOptions): HTMLInputElement {
  return element('input', {
    className: 'nd-Filter',
    attributes: {
      type: 'search',
      placeholder: trans.__('Filter'),
      'aria-label': trans.__('Filter %1', title),
      'data-lm-suppress-shortcuts': 'true'
    }
  });
}
