/**
 * Something that is drawn in the next frame, once, however often that is wanted. All that are drawn in a frame read
 * sizes, then draw; once that is on the screen they write into the page what else they say of it. The page would be
 * laid out again for whoever reads a size, or draws a text, after something was written.
 */
export class Drawing<Looked> {
  /** What is to be written is what `draw` returns. */
  constructor(look: () => Looked, draw: (looked: Looked) => Write) {
    this.begin = () => {
      const looked = look();
      return () => draw(looked);
    };
  }

  soon(): void {
    waiting.add(this.begin);
    frame ??= requestAnimationFrame(drawAll);
  }

  cancel(): void {
    waiting.delete(this.begin);
  }

  private readonly begin: () => () => Write;
}

export type Write = () => void;

const waiting = new Set<() => () => Write>();
let frame: number | null = null;

function drawAll(): void {
  frame = null;
  const all = [...waiting];
  waiting.clear();
  const writes = all.map(begin => begin()).map(draw => draw());
  setTimeout(() => writes.forEach(write => write()));
}
