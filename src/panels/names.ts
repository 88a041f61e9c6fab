const NAME_AT_MOST = 60;
/** What has room in a list to choose from. */
const CHOICE_AT_MOST = 26;

/** A name on one line: no control, direction or unpaired characters, at most 60. As `clean` in Python's `text.py`. */
export function shortName(name: string): string {
  const line = name
    .slice(0, 8 * NAME_AT_MOST)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, c => (/\s/.test(c) ? ' ' : '\ufffd'))
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= NAME_AT_MOST
    ? line
    : `${characters.slice(0, NAME_AT_MOST - 1).join('')}…`;
}

/** Of a long name both ends, which tell it from others. */
export function bothEnds(name: string, most = CHOICE_AT_MOST): string {
  const characters = Array.from(name);
  const left = Math.ceil((most - 1) / 2);
  return characters.length <= most
    ? name
    : `${characters.slice(0, left).join('')}…${characters.slice(left + 1 - most).join('')}`;
}
