import type { TranslationBundle } from '@jupyterlab/translation';

/** English words, as without a translation. */
export const trans: TranslationBundle = {
  __: filled,
  gettext: filled,
  _n: plural,
  ngettext: plural,
  _p: (_, text, ...args) => filled(text, ...args),
  pgettext: (_, text, ...args) => filled(text, ...args),
  _np: (_, one, many, n, ...args) => plural(one, many, n, ...args),
  dcnpgettext: (_, __, one, many, n, ...args) => plural(one, many, n, ...args),
  npgettext: (_, one, many, n, ...args) => plural(one, many, n, ...args)
};

function plural(
  one: string,
  many: string,
  n: number,
  ...args: unknown[]
): string {
  return filled(n === 1 ? one : many, n, ...args);
}

function filled(text: string, ...args: unknown[]): string {
  return text.replace(/%(\d+)/g, (_, k: string) => String(args[Number(k) - 1]));
}
