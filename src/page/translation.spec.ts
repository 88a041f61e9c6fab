import { plainTexts as trans } from './translation';

// Expected: what JupyterLab's nullTranslator answers.
test.each([
  [trans.__('plain'), 'plain'],
  [trans.__('%1 of %2', 3, 'four'), '3 of four'],
  [trans.__('%2, %1, %2', 'a', 'b'), 'b, a, b'],
  [trans.__('%1%', 5), '5%'],
  [trans.__('%%1 and %%', 5), '%1 and %'],
  [trans.__('%11', ...'abcdefghijk'), 'k'],
  [trans.__('%1', '%2', 'x'), '%2'],
  [trans.__('%1', '$&'), '$&'],
  [trans.__('%1'), 'undefined'],
  [trans._n('%1 row', '%1 rows', 1), '1 row'],
  [trans._n('%1 row of %2', '%1 rows of %2', 0, 'x'), '0 rows of x'],
  [trans._p('menu', 'Open %1', 'a'), 'Open a'],
  [trans._np('menu', '%1 row', '%1 rows', 2), '2 rows'],
  [trans.dcnpgettext('d', 'menu', '%1 row', '%1 rows', 2), '2 rows']
])('%j is %j', (text, expected) => {
  expect(text).toBe(expected);
});
