import type { SavedViews } from '../view/saved';
import { savedToJson } from '../view/saved';
import type { ViewState } from '../view/state';
import { viewToJson } from '../view/viewJson';
import type { Store } from '../view/store';
import type { OutputContent } from './content';
import { templateUrl } from './templateUrl';

const PLACE = '<!--neuraldivergence:recording-->';
/** Around what only the page of a recording that holds its model has. */
const MODEL = {
  begin: '<!--neuraldivergence:model-->',
  end: '<!--/neuraldivergence:model-->'
};
const TITLE = '<title>NeuralDivergence</title>';

/** The page without a recording. Rejects when the server does not send it. */
export async function fetchTemplate(): Promise<string> {
  const response = await fetch(templateUrl());
  if (!response.ok) {
    throw new Error(`the server did not send the page (${response.status})`);
  }
  return response.text();
}

/** What a view's export asks for: the page of what is on screen now. */
export function pageExport(
  content: OutputContent,
  store: Store
): () => Promise<string> {
  return async () =>
    pageHtml(await fetchTemplate(), content, store.saved, store.view);
}

/**
 * A page of its own with this recording, which begins with `view`.
 * Throws an Error when `template` is something else, for example a login page.
 */
export function pageHtml(
  template: string,
  { descriptor, data }: OutputContent,
  saved: SavedViews,
  view: ViewState
): string {
  const json = scriptJson({
    descriptor,
    data,
    saved: savedToJson(saved),
    view: viewToJson(view)
  });
  const script = `<script type="application/json" id="neuraldivergence-recording">${json}</script>`;
  const title = `<title>${escapeText(titleOf(descriptor))}</title>`;
  const page = hasModel(descriptor) ? template : withoutModel(template);
  return put(put(page, TITLE, title), PLACE, script);
}

function hasModel(descriptor: unknown): boolean {
  return (
    typeof descriptor === 'object' &&
    descriptor !== null &&
    'model' in descriptor
  );
}

/** The template without what runs models: hundreds of kilobytes. */
function withoutModel(template: string): string {
  const [before, ...others] = template.split(MODEL.begin);
  const [, after] = others.join().split(MODEL.end);
  return others.length === 1 && after !== undefined ? before + after : '';
}

/** JSON without characters that mean something to an HTML parser. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
}

function titleOf(descriptor: unknown): string {
  const name: unknown =
    typeof descriptor === 'object' && descriptor !== null
      ? Reflect.get(descriptor, 'name')
      : undefined;
  return typeof name === 'string' && name.trim() !== ''
    ? name
    : 'NeuralDivergence';
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** The template with `text` in one place. By splitting: `$` in a replacement would mean something. */
function put(template: string, place: string, text: string): string {
  const parts = template.split(place);
  if (parts.length !== 2) {
    throw new Error('invalid page template');
  }
  return parts.join(text);
}
