import type { Store } from '../view/store';
import { pageExport } from './exportPage';
import { fileExport } from './filePage';
import type { Session } from './session';
import type { IWorkspace } from './workspace';

/** The text of a page with what an output holds, else with the file that it names; null: there is neither. */
export function outputExport(
  { content, attachment }: Session,
  store: Store,
  { contents, trans }: IWorkspace
): (() => Promise<string>) | null {
  if (content.data !== undefined) {
    return pageExport(content, store);
  }
  const file = attachment?.file ?? null;
  return file && (async () => fileExport(contents, file(), store, trans)());
}
