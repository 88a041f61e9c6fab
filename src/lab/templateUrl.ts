/** Address of the page without a recording. Apart, because only a bundler knows it. */
export function templateUrl(): string {
  return new URL('../page/template.html', import.meta.url).href;
}
