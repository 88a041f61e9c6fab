import type { TranslationBundle } from '@jupyterlab/translation';
import type { AttackOrder, AttackOutcome } from '../../probe/engine';
import { formatCount, formatShare } from '../../view/format';
import type { AttackKind, AttackModel, Made } from '../../view/probe/attack';
import type { Store } from '../../view/store';
import { describeError } from '../errorCard';

export function attackName(kind: AttackKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'pixels':
      return trans.__('some pixels (evolution)');
    case 'exhaustive':
      return trans.__('every pixel');
    case 'fgsm':
      return trans.__('gradient, one step (FGSM)');
    case 'pgd':
      return trans.__('gradient, many steps (PGD)');
  }
}

/** What a changed picture is called: what was changed, and how. */
export function changeName(
  name: string,
  made: Made | null,
  trans: TranslationBundle
): string {
  switch (made?.kind) {
    case undefined:
      return trans.__('%1, changed', name);
    case 'pixels':
    case 'exhaustive':
      return made.count === 1
        ? trans.__('%1, one pixel', name)
        : trans.__('%1, %2 pixels', name, made.count);
    case 'fgsm':
    case 'pgd':
      return trans.__(
        '%1, %2 ε = %3',
        name,
        made.kind.toUpperCase(),
        made.strength
      );
  }
}

/** What the attack does. */
export function attackHint(
  kind: AttackKind,
  levels: number,
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'pixels':
      return trans.__(
        'Differential evolution, as in the paper: 400 pictures a generation, at most 75 generations; it stops at the first other class.'
      );
    case 'exhaustive':
      return levels === 256
        ? trans.__(
            'Every pixel alone is given every brightness. If no class changes, that is proof that no single pixel is enough.'
          )
        : trans.__(
            'Every pixel alone is given every colour of %1 values a channel.',
            levels
          );
    case 'fgsm':
      return trans.__(
        'All values move one step along the sign of the gradient, at every strength.'
      );
    case 'pgd':
      return trans.__(
        'All values move along the sign of the gradient, 20 steps from a random start, at every strength.'
      );
  }
}

/** How far the attack is, or what came of it. */
export function attackText(
  model: AttackModel,
  store: Store,
  trans: TranslationBundle
): string {
  const { error, outcome, order, progress } = model;
  if (error !== null) {
    return describeError(error, trans);
  }
  if (order === null) {
    return '';
  }
  if (outcome !== null && !model.isRunning) {
    return outcomeText(model, order, outcome, store, trans);
  }
  if (progress === null) {
    return trans.__('Starting…');
  }
  const { step, of, evaluations, confidence } = progress;
  const name = className(store, order.target ?? order.label);
  const done =
    order.kind === 'pixels'
      ? trans.__('Generation %1 of %2', step, of)
      : order.kind === 'exhaustive'
        ? trans.__('Pixel %1 of %2', step, of)
        : trans.__('Step %1 of %2', step, of);
  const tried = picturesText(evaluations, trans);
  return `${done} · ${tried} · ${name} ${formatShare(confidence)}`;
}

function outcomeText(
  model: AttackModel,
  order: AttackOrder,
  { probabilities, success, evaluations, ended, certificate }: AttackOutcome,
  store: Store,
  trans: TranslationBundle
): string {
  const tried = picturesText(evaluations, trans);
  if (certificate !== null) {
    const proof =
      certificate.levels === 256 && order.target === null
        ? trans.__(
            'Proof: no single pixel changes the class, whatever its value.'
          )
        : trans.__(
            'No single pixel is enough, with any of %1 values a channel.',
            certificate.levels
          );
    return `${proof} ${tried}.`;
  }
  const classes = store.info.classes.length;
  const at = model.changes === null ? 0 : model.shown;
  const row = probabilities.subarray(at * classes, (at + 1) * classes);
  const found = row.indexOf(Math.max(...row));
  const named = `${className(store, found)} ${formatShare(row[found])}`;
  const said = success[at]
    ? trans.__('Now called %1.', named)
    : order.target === null
      ? trans.__('Still called %1.', named)
      : trans.__('Not reached: called %1.', named);
  const end =
    ended === 'aborted' ? trans.__('Stopped: %1.', tried) : `${tried}.`;
  return `${said} ${end}`;
}

function picturesText(count: number, trans: TranslationBundle): string {
  return trans
    ._n('%1 picture tried', '%1 pictures tried', count)
    .replace(String(count), formatCount(count));
}

export function className({ info }: Store, index: number): string {
  return info.classes[index]?.name ?? String(index);
}
