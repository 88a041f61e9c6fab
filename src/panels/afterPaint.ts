/** Work that may wait until what is being drawn is on screen; asked for again before that, it is done once. */
export class AfterPaint {
  constructor(private readonly work: () => void) {}

  /** Do it after the paint of this frame, or of the next one. */
  ask(): void {
    if (this.request === 0) {
      this.request = requestAnimationFrame(() => {
        this.timer = setTimeout(() => this.now());
      });
    }
  }

  /** Do it at once, whether or not it was asked for. */
  now(): void {
    this.drop();
    this.work();
  }

  /** Leave undone what was asked for. */
  drop(): void {
    cancelAnimationFrame(this.request);
    clearTimeout(this.timer);
    this.request = 0;
  }

  private request = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
}
