/** Whether what an output brings may be run: from when one of those that show it is trusted. */
export class Trust {
  get isGiven(): boolean {
    return this.given;
  }

  give(): void {
    this.given = true;
    this.waiting.splice(0).forEach(tell => tell());
  }

  /** `tell` is called once, when it is given. */
  wait(tell: () => void): void {
    this.waiting.push(tell);
  }

  private given = false;
  private readonly waiting: (() => void)[] = [];
}
