import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Condition } from '../core/condition';
import type { Composition } from '../worker/protocol';
import { recordedOf } from './added';
import { activeBrush } from './brush';
import { groupsOf } from './groups';
import type { Store } from './store';

/** Of more groups it is not counted how many of their samples are brushed. */
const GROUPS_AT_MOST = 20;

/** What the selection of a brush is made of. Asked with each selection; the newest counts. */
export class BrushComposition {
  /** The one of a store, for all its widgets. */
  static of(store: Store): BrushComposition {
    const known = compositions.get(store) ?? new BrushComposition(store);
    compositions.set(store, known);
    return known;
  }

  private constructor(private readonly store: Store) {
    store.changed.connect(this.look, this);
    this.look();
  }

  /** Emitted when there is another answer, or none any more. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Of the last selection that was counted; null without a brush. */
  get ofAll(): Composition | null {
    return this.found;
  }

  /** How many samples of a group are brushed; null while that is not known. */
  countIn(group: Condition): number | null {
    return this.ofGroups.get(group) ?? null;
  }

  private look(): void {
    const { store } = this;
    const { info, view } = store;
    const brush = activeBrush(info, view);
    const { membership, groups } = view;
    const asked = [brush?.where, membership, groups, recordedOf(info)];
    if (asked.every((part, k) => part === this.asked[k])) {
      return;
    }
    this.asked = asked;
    this.pending?.abort();
    if (brush === null) {
      this.tell(null, new Map());
    } else {
      this.pending = new AbortController();
      void this.ask(brush.where, this.pending.signal);
    }
  }

  private async ask(where: Condition, until: AbortSignal): Promise<void> {
    const { store } = this;
    const { info, view } = store;
    const groups = groupsOf(info, view).slice(0, GROUPS_AT_MOST);
    try {
      const count = (one: Condition) =>
        store.ask(
          (engine, signal) => engine.composition(one, view.membership, signal),
          until
        );
      const [found, ...sizes] = await Promise.all([
        count(where),
        ...groups.map(async group => {
          try {
            const { size } = await count({ all: [where, group.where] });
            return [[group.where, size] as const];
          } catch {
            return [];
          }
        })
      ]);
      if (!until.aborted) {
        this.tell(found, new Map(sizes.flat()));
      }
    } catch {
      // The view says why something cannot be told.
      if (!until.aborted) {
        this.tell(null, new Map());
      }
    }
  }

  private tell(
    found: Composition | null,
    ofGroups: ReadonlyMap<Condition, number>
  ): void {
    if (found !== this.found) {
      this.found = found;
      this.ofGroups = ofGroups;
      this.changedSignal.emit();
    }
  }

  private asked: readonly unknown[] = [];
  private pending: AbortController | null = null;
  private found: Composition | null = null;
  private ofGroups: ReadonlyMap<Condition, number> = new Map();
  private readonly changedSignal = new Signal<this, void>(this);
}

const compositions = new WeakMap<Store, BrushComposition>();
