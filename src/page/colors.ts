/** Light or dark colors: as the system has them until the reader chooses, light on paper. */
export class Colors {
  constructor() {
    this.system.addEventListener('change', () => this.apply());
    addEventListener('beforeprint', () => this.setPrinting(true));
    addEventListener('afterprint', () => this.setPrinting(false));
    this.apply();
  }

  get isDark(): boolean {
    return this.chosen ?? this.system.matches;
  }

  choose(isDark: boolean): void {
    this.chosen = isDark;
    this.apply();
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private setPrinting(isPrinting: boolean): void {
    this.isPrinting = isPrinting;
    this.apply();
  }

  private apply(): void {
    const isDark = this.isDark && !this.isPrinting;
    const { dataset } = document.documentElement;
    dataset['ndColors'] = isDark ? 'dark' : 'light';
    document.documentElement.classList.toggle('nd-mod-print', this.isPrinting);
    this.listeners.forEach(listener => listener());
  }

  private readonly system = matchMedia('(prefers-color-scheme: dark)');
  private readonly listeners: (() => void)[] = [];
  private chosen: boolean | null = null;
  private isPrinting = false;
}
