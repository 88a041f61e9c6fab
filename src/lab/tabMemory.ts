import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

type State = ReadonlyPartialJSONObject;

/** What a browser's tab showed beside the document of its address; it is there again after a reload. */
export class TabMemory {
  constructor(private readonly storage: Storage = window.sessionStorage) {
    this.states = new Map(Object.entries(this.read()));
  }

  all(): State[] {
    return [...this.states.values()];
  }

  keep(name: string, state: State): void {
    this.states.set(name, state);
    this.write();
  }

  forget(name: string): void {
    this.states.delete(name);
    this.write();
  }

  private read(): Record<string, State> {
    try {
      const text = this.storage.getItem(this.key) ?? '{}';
      const found: unknown = JSON.parse(text);
      return typeof found === 'object' && found !== null
        ? (found as Record<string, State>)
        : {};
    } catch {
      return {};
    }
  }

  private write(): void {
    const text = JSON.stringify(Object.fromEntries(this.states));
    this.storage.setItem(this.key, text);
  }

  private readonly key = `neuraldivergence:panels:${window.location.pathname}`;
  private readonly states: Map<string, State>;
}
