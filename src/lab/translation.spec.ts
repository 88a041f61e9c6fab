import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** What `npm run strings` says; nothing when all is well. */
function problems(): string {
  try {
    return execFileSync(process.execPath, ['scripts/strings.mjs'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe'
    });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

test('every string has one German text with the same placeholders, and no text is left over', () => {
  expect(problems()).toBe('');
}, 30_000);
