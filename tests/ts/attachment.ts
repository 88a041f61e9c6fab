import { Signal } from '@lumino/signaling';
import type {
  Attachment,
  Elsewhere,
  IAttachment
} from '../../src/panels/attachment';

/** All values of a recording that come and go as a test says. */
export class FakeAttachment implements IAttachment {
  constructor(
    readonly elsewhere: Elsewhere = { kind: 'file', path: 'x.ndiv' }
  ) {}

  hasSummary = true;
  state: Attachment = { kind: 'waiting' };
  readonly changed = new Signal<this, void>(this);
  readonly downloads = {
    list: [],
    changed: new Signal<object, void>({})
  };
  attempts = 0;

  become(state: Attachment): void {
    this.state = state;
    this.changed.emit();
  }

  attach(): void {
    this.attempts += 1;
  }
}
