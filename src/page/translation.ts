import type { TranslationBundle } from '@jupyterlab/translation';

/** A page speaks English: texts as they are, with their arguments put in as gettext does. */
export const plainTexts: TranslationBundle = {
  __: gettext,
  _n: ngettext,
  _p: pgettext,
  _np: npgettext,
  gettext,
  ngettext,
  pgettext,
  npgettext,
  dcnpgettext: (_domain, context, one, many, n, ...more: unknown[]) =>
    npgettext(context, one, many, n, ...more)
};

function gettext(text: string, ...values: unknown[]): string {
  return format(text, values);
}

function ngettext(
  one: string,
  many: string,
  n: number,
  ...values: unknown[]
): string {
  return format(n === 1 ? one : many, [n, ...values]);
}

function pgettext(
  _context: string,
  text: string,
  ...values: unknown[]
): string {
  return format(text, values);
}

function npgettext(
  _context: string,
  one: string,
  many: string,
  n: number,
  ...values: unknown[]
): string {
  return ngettext(one, many, n, ...values);
}

/** `%1` is the first value; `%%` is a percent sign. */
function format(text: string, values: readonly unknown[]): string {
  return text.replace(/%%|%(\d+)/g, (_, place?: string) =>
    place === undefined ? '%' : String(values[Number(place) - 1])
  );
}
