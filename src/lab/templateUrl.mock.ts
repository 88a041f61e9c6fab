/** Stands in for `templateUrl.ts` in tests. */
export function templateUrl(): string {
  return 'http://localhost/template.html';
}
