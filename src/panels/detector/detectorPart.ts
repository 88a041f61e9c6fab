import type { IDisposable } from '@lumino/disposable';
import { AGAINST, LAYER_SCORES } from '../../core/detector/score';
import type { Theme } from '../../draw/theme';
import { detectorTable } from '../../view/detectorCsv';
import { DetectorModel } from '../../view/detectorModel';
import type { DetectorState } from '../../view/findingsState';
import { START_DETECTOR } from '../../view/findingsState';
import type { ILooking } from '../../view/looking';
import type { PanelContext } from '../context';
import { select } from '../controls';
import { button, element, setText } from '../dom';
import { download, fileName } from '../download';
import { AreasTable } from './areasTable';
import { RocPart } from './rocPart';
import {
  againstName,
  conclusionLines,
  noteLines,
  scoreName,
  summaryText
} from './texts';

/** Whether divergence finds attacked images, beside what it must be compared with; nothing is asked while it is closed. */
export class DetectorPart {
  constructor(
    private readonly context: PanelContext,
    private readonly looking: ILooking,
    /** Draw it again. */
    private readonly changed: () => void
  ) {
    const { trans } = context;
    this.model = DetectorModel.of(looking);
    this.model.changed.connect(changed);
    this.table = new AreasTable(context, this.model);
    this.roc = new RocPart(context, this.model);
    this.score = select(
      trans.__('Score'),
      LAYER_SCORES.map(key => ({
        value: key,
        text: scoreName(key, trans),
        group: ''
      }))
    );
    this.score.addEventListener('change', () => {
      const key = LAYER_SCORES.find(one => one === this.score.value);
      this.model.lookFor(key ?? LAYER_SCORES[0]);
    });
    this.against = select(
      trans.__('Curves against'),
      AGAINST.map(against => ({
        value: against,
        text: trans.__('against %1', againstName(against, trans)),
        group: ''
      }))
    );
    this.against.addEventListener('change', () => {
      const against = AGAINST.find(one => one === this.against.value);
      this.model.compareWith(against ?? AGAINST[0]);
    });
    this.export = button(
      {
        className: 'nd-Button',
        text: trans.__('CSV'),
        title: trans.__('Save all numbers of the detector as a table (CSV)'),
        attributes: {
          'aria-label': trans.__(
            'Save all numbers of the detector as a table (CSV)'
          )
        }
      },
      () => this.save()
    );
    this.progress.setAttribute(
      'aria-label',
      trans.__('Looking through the layers…')
    );
    this.content = element(
      'div',
      { className: 'nd-Detector-content' },
      element(
        'div',
        { className: 'nd-Detector-tools' },
        this.score,
        this.against,
        this.progress,
        this.export
      ),
      this.conclusion,
      this.table.node,
      this.roc.node,
      this.notes
    );
    const head = element(
      'summary',
      { className: 'nd-Strip-summary' },
      this.summary
    );
    head.addEventListener('click', event => {
      // It opens and closes as what is looked for says.
      event.preventDefault();
      this.toggle();
    });
    this.node = element(
      'details',
      { className: 'nd-Detector' },
      head,
      this.nothing,
      this.content
    );
  }

  readonly node: HTMLDetailsElement;

  /** Whether anybody sees it. */
  setWatching(isSeen: boolean): void {
    this.isSeen = isSeen;
    this.watchIfOpen();
  }

  dispose(): void {
    this.setWatching(false);
    this.model.changed.disconnect(this.changed);
  }

  refresh(theme: Theme): void {
    const { model } = this;
    const { trans } = this.context;
    this.followState();
    setText(this.summary, summaryText(model, trans));
    const isPossible = model.pairs.known > 0;
    this.nothing.hidden = isPossible;
    this.content.hidden = !isPossible;
    if (!this.node.open || !isPossible) {
      setText(this.nothing, isPossible ? '' : this.whatItTakes());
      return;
    }
    const { all, missing } = model.progress;
    this.score.value = model.score;
    this.against.value = model.against;
    this.progress.hidden = missing === 0;
    this.progress.max = all;
    this.progress.value = all - missing;
    this.node.setAttribute('aria-busy', String(missing > 0));
    this.export.disabled = missing > 0;
    this.table.refresh();
    this.roc.refresh(this.content.clientWidth - 2 * PADDING_PX, theme);
    setText(
      this.conclusion,
      missing > 0
        ? ''
        : conclusionLines(model.conclusion, this.context).join('\n')
    );
    const { pairs, baseline, row } = model;
    const detected = model.detected(row);
    setText(
      this.notes,
      noteLines({ pairs, baseline, row, detected }, trans).join('\n')
    );
  }

  private whatItTakes(): string {
    const { trans } = this.context;
    return trans.__(
      'It takes pairs of a benign and an attacked image whose predictions are known. In Python: %1',
      'recording.with_pair(benign=…, attacked=…, name=…, predictions=(…, …))'
    );
  }

  private toggle(): void {
    const { detector } = this.looking.state;
    this.looking.change({ detector: detector ? null : this.last });
  }

  private followState(): void {
    const { detector } = this.looking.state;
    this.last = detector ?? this.last;
    this.node.open = detector !== null;
    this.watchIfOpen();
  }

  private watchIfOpen(): void {
    const isWatched = this.isSeen && this.looking.state.detector !== null;
    if (isWatched && this.watching === null) {
      this.watching = this.model.watch();
    } else if (!isWatched) {
      this.watching?.dispose();
      this.watching = null;
    }
  }

  private save(): void {
    const { info } = this.context.store;
    const text = detectorTable(this.model, info);
    download(
      new Blob([text], { type: 'text/csv;charset=utf-8' }),
      fileName(info.name, 'detector', 'csv')
    );
  }

  private readonly model: DetectorModel;
  private readonly table: AreasTable;
  private readonly roc: RocPart;
  private readonly score: HTMLSelectElement;
  private readonly against: HTMLSelectElement;
  private readonly export: HTMLButtonElement;
  private readonly content: HTMLElement;
  private readonly progress = element('progress');
  private readonly summary = element('span');
  private readonly nothing = element('p', { className: 'nd-Findings-note' });
  private readonly conclusion = element('p', {
    className: 'nd-Findings-note nd-mod-lines nd-Detector-conclusion',
    attributes: { role: 'status' }
  });
  private readonly notes = element('p', {
    className: 'nd-Findings-note nd-mod-lines'
  });
  /** What was looked at last: it stays when it is opened again. */
  private last: DetectorState = START_DETECTOR;
  private isSeen = false;
  private watching: IDisposable | null = null;
}

const PADDING_PX = 10;
