/**
 * Something that is drawn in the next frame, once, however often that is wanted. All that are drawn in a frame read
 * sizes, then draw; once that is on the screen they write into the page what else they say of it. The page would be
 * laid out again for whoever reads a size, or draws a text, after something was written.
 */
export class Drawing<Looked> {
  /** What is to be written is what `draw` returns. */
  constructor(look: () => Looked, draw: (looked: Looked) => () => void) {
    this.begin = () => {
      const looked = look();
      return () => {
        this.unwritten = draw(looked);
      };
    };
  }

  soon(): void {
    waiting.add(this);
    frame ??= requestAnimationFrame(drawAll);
  }

  /** At once, all of it; what is still to be written of an earlier picture is void. */
  now(): void {
    this.begin()();
    this.write();
  }

  cancel(): void {
    waiting.delete(this);
    this.unwritten = null;
  }

  write(): void {
    const { unwritten } = this;
    this.unwritten = null;
    unwritten?.();
  }

  /** Looks; what it returns draws. */
  readonly begin: () => () => void;
  private unwritten: (() => void) | null = null;
}

/**
 * Something that is written into the page once, however often that is wanted: in the next frame after all is drawn,
 * or once that frame is on the screen, as numbers beside a picture are that nobody waits for.
 */
export class Writing {
  constructor(
    readonly write: () => void,
    readonly after: 'drawing' | 'paint' = 'drawing'
  ) {}

  soon(): void {
    writings.add(this);
    frame ??= requestAnimationFrame(drawAll);
  }

  cancel(): void {
    writings.delete(this);
  }
}

const waiting = new Set<Pick<Drawing<unknown>, 'begin' | 'write'>>();
const writings = new Set<Writing>();
let frame: number | null = null;

function drawAll(): void {
  frame = null;
  const all = [...waiting];
  waiting.clear();
  all.map(drawing => drawing.begin()).forEach(draw => draw());
  write('drawing');
  setTimeout(() => {
    all.forEach(drawing => drawing.write());
    write('paint');
  });
}

function write(after: Writing['after']): void {
  const due = [...writings].filter(writing => writing.after === after);
  due.forEach(writing => writings.delete(writing));
  due.forEach(writing => writing.write());
}
