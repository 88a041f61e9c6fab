import { orderItems } from '../core/scores';
import type { FindingsState } from './findingsState';
import type { AnyItem } from './items';
import type { ViewState } from './state';

/** What of a view is about items. */
export type Itemed = Pick<
  ViewState,
  'order' | 'descending' | 'detail' | 'findings'
>;

/**
 * A view after items went: neurons that were sorted by one stand in the order of the data, and what was compared in
 * detail or looked for is not any more.
 */
export function withoutItems<V extends Itemed>(
  view: V,
  isGone: (item: AnyItem) => boolean
): V {
  const { order, descending, detail, findings } = view;
  const left = (item: AnyItem | null) => (item && isGone(item) ? null : item);
  const isSorted = orderItems(order).some(isGone);
  return {
    ...view,
    order: isSorted ? { by: 'index' } : order,
    descending: isSorted ? false : descending,
    detail: detail && { ...detail, a: left(detail.a), b: left(detail.b) },
    findings: findings && findingsWithout(findings, isGone)
  };
}

/** All that neurons are sorted by, and that is compared or looked for. */
export function itemsIn({
  order,
  detail,
  findings
}: Itemed): readonly AnyItem[] {
  const { contrast, follow } = findings ?? {};
  return [
    ...orderItems(order),
    ...[detail?.a, detail?.b, contrast?.a, contrast?.b].flatMap(one =>
      one ? [one] : []
    ),
    ...(follow ? [{ instance: follow }] : [])
  ];
}

function findingsWithout(
  findings: FindingsState,
  isGone: (item: AnyItem) => boolean
): FindingsState {
  const { contrast, follow } = findings;
  const isLost = contrast && (isGone(contrast.a) || isGone(contrast.b));
  return {
    ...findings,
    contrast: isLost ? null : contrast,
    follow: follow !== null && isGone({ instance: follow }) ? null : follow
  };
}
