import type { Theme } from '../draw/theme';
import { readTheme } from '../draw/theme';

/** Styles also change without notice, for example with the contrast theme of the system. */
const LASTS_MS = 1000;

/** The theme at a node. Reading it makes the browser style the whole page, too slow for every frame. */
export class ThemeReader {
  constructor(private readonly node: Element) {}

  read(): Theme {
    const now = performance.now();
    if (this.theme === null || now - this.readMs > LASTS_MS) {
      this.theme = readTheme(this.node);
      this.readMs = now;
    }
    return this.theme;
  }

  /** The theme changed. */
  forget(): void {
    this.theme = null;
  }

  private theme: Theme | null = null;
  private readMs = 0;
}
