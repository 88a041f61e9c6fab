import { element } from './dom';
import { longList } from './longList';
import type { RowNode, Section, ToggleListOptions } from './toggleRow';
import { filterInput, rowNode, section } from './toggleRow';

/** Longer lists get a box to filter them. */
const FILTER_ABOVE = 12;
/** Of longer ones only a part is in the page. */
const LONG_ABOVE = 100;

export function toggleList(options: ToggleListOptions): Section {
  return options.rows.length > LONG_ABOVE
    ? longList(options)
    : shortList(options);
}

function shortList(options: ToggleListOptions): Section {
  const rows = options.rows.map(row => rowNode(row, options.trans));
  const list = element(
    'div',
    { className: 'nd-List' },
    ...rows.map(r => r.node)
  );
  const node = section(options, list);
  if (rows.length > FILTER_ABOVE) {
    node.insertBefore(filterBox(options, rows), list);
  }
  return {
    node,
    refresh: (view, theme) => rows.forEach(r => r.refresh(view, theme))
  };
}

function filterBox(
  options: ToggleListOptions,
  rows: readonly RowNode[]
): HTMLElement {
  const input = filterInput(options);
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    rows.forEach(({ node, name }) => {
      node.hidden = !name.toLocaleLowerCase().includes(wanted);
    });
  });
  return input;
}
