/** A value of a cell: text that people wrote is guarded, numbers are not. Null: none. */
export type Cell =
  | { readonly text: string }
  | { readonly number: number }
  | { readonly flag: boolean };

/**
 * CSV (RFC 4180): UTF-8 without a byte order mark, lines end with CR LF, numbers with all digits that tell them
 * from their neighbours. An empty cell is no value (or NaN). Text that a spreadsheet would take for a formula
 * gets a leading apostrophe; headings that occur again get a number.
 */
export function csvOf(
  heads: readonly string[],
  rows: Iterable<readonly Cell[]>
): string {
  const lines = [unique(heads.map(textCell)).map(quoted).join(',')];
  for (const row of rows) {
    lines.push(row.map(written).join(','));
  }
  return lines.map(line => `${line}\r\n`).join('');
}

function written(cell: Cell): string {
  if ('flag' in cell) {
    return String(cell.flag);
  }
  return 'text' in cell ? quoted(textCell(cell.text)) : numberCell(cell.number);
}

/** The shortest digits that give the same float64; the infinities as pandas and R read them. */
function numberCell(value: number): string {
  if (Number.isNaN(value)) {
    return '';
  }
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}

/**
 * Where a spreadsheet could see the start of a formula: at the start of a cell, also after spaces or quotes,
 * and after what it may take for the end of a cell (a semicolon is one in many languages).
 */
const FORMULA = /(^|[;|\t\r\n])([\s'"\u200b\ufeff]*)(?=[=+\-@＝＋－＠])/gu;

/** Text of a recording, as a cell: inert in a spreadsheet, without NUL. */
function textCell(text: string): string {
  const guarded = text.replaceAll('\0', '').replace(FORMULA, "$1'$2");
  return /^[\t\r]/.test(guarded) ? `'${guarded}` : guarded;
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** Names that occur again get a number. */
function unique(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    let found = name;
    for (let k = 2; taken.has(found); k++) {
      found = `${name} (${k})`;
    }
    taken.add(found);
    return found;
  });
}
