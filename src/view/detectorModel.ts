import type { Against, LayerScore } from '../core/detector/score';
import type { Detected } from '../worker/protocol';
import type { Conclusion, DetectorRow } from './detector';
import { concluded, detectorRows, pairCounts } from './detector';
import type { DetectorState } from './findingsState';
import { START_DETECTOR } from './findingsState';
import { LayerAnswers } from './layerAnswers';
import type { ILooking } from './looking';
import { Watched } from './watched';

/** In place of a layer: 1 − max-softmax. */
const BASELINE = -1;

/** How well attacked images are told from others, layer after layer: shared by all panels that look for the same. */
export class DetectorModel extends Watched {
  static of(looking: ILooking): DetectorModel {
    const known = models.get(looking) ?? new DetectorModel(looking);
    models.set(looking, known);
    return known;
  }

  get rows(): readonly DetectorRow[] {
    return detectorRows(this.store.info);
  }

  get pairs(): ReturnType<typeof pairCounts> {
    return pairCounts(this.store.info);
  }

  /** The row whose curves are looked at: all layers together, where it was not chosen. */
  get row(): DetectorRow {
    const { layers } = this.store.info;
    const chosen = layers.findIndex(({ name }) => name === this.state.layer);
    return chosen >= 0 ? chosen : (this.rows.at(-1) ?? 0);
  }

  get score(): LayerScore {
    return this.state.score;
  }

  get against(): Against {
    return this.state.against;
  }

  lookAt(row: DetectorRow): void {
    const layer = row === 'layers' ? null : this.store.info.layers[row].name;
    this.change({ layer });
  }

  lookFor(score: LayerScore): void {
    this.change({ score });
  }

  compareWith(against: Against): void {
    this.change({ against });
  }

  get baseline(): Detected | null {
    return this.found.get(BASELINE);
  }

  /** Null: not known, or not yet. */
  detected(row: DetectorRow): Detected | null {
    return this.found.get(this.placeOf(row));
  }

  /** Why there is no answer; undefined where there is one, or may be. Null: of 1 − max-softmax. */
  refusal(row: DetectorRow | null): unknown {
    return this.found.refusal(row === null ? BASELINE : this.placeOf(row));
  }

  get progress(): { readonly all: number; readonly missing: number } {
    return { all: this.rows.length + 1, missing: this.found.missing };
  }

  /** What is known in all, once all is. */
  get conclusion(): Conclusion | null {
    return concluded(
      this.baseline,
      this.rows.flatMap(row => {
        const found = this.detected(row);
        return found ? [{ row, found }] : [];
      })
    );
  }

  protected request(): void {
    if (this.pairs.known === 0) {
      this.found.stop();
      return;
    }
    const { rows } = this;
    this.found.want(
      'detector',
      [BASELINE, ...rows.map(row => this.placeOf(row))],
      (engine, place, until) =>
        engine.detector(
          place === BASELINE ? 'confidence' : (rows[place] ?? 'layers'),
          until,
          'later'
        )
    );
  }

  /** Layers are numbered; what they say together comes after the last. */
  private placeOf(row: DetectorRow): number {
    return row === 'layers' ? this.store.info.layers.length : row;
  }

  private change(change: Partial<DetectorState>): void {
    this.looking.change({ detector: { ...this.state, ...change } });
  }

  private get state(): DetectorState {
    return this.looking.state.detector ?? START_DETECTOR;
  }

  private readonly found = new LayerAnswers<Detected>(this.store, this.tell);
  protected readonly answers = [this.found];
}

const models = new WeakMap<ILooking, DetectorModel>();
