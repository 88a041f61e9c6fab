import { DecodeError } from '../core/errors';
import { inlineCarried } from '../sources/inline';
import { droppedParts } from '../view/dropped';
import { parseSaved } from '../view/saved';
import type { ViewState } from '../view/state';
import { defaultView, initialView, parseView } from '../view/state';
import { Store } from '../view/store';
import { connectEngine } from '../worker/client';
import type { RecordingInfo } from '../worker/protocol';
import type { PageContent } from './content';

/** The store of a page's recording, in the view that the page was made with. Rejects when it cannot be opened. */
export async function openStore(content: PageContent): Promise<Store> {
  const { descriptor, data, saved, view } = content;
  const carried = inlineCarried(descriptor, data);
  if (!carried) {
    throw new DecodeError('data', 'missing from the page');
  }
  const engine = connectEngine();
  try {
    const opened = await engine.open(carried);
    // What was asked of `show` is in the descriptor beside the data.
    const info = { ...opened, view: viewOf(descriptor) };
    const start = startOf(view, info);
    const dropped = droppedParts(view, info);
    return new Store(info, engine, start, parseSaved(saved), dropped);
  } catch (error) {
    engine.dispose();
    throw error;
  }
}

/** A page that was exported says all of its view, also what it does not have; one of `to_html` has the recording's. */
export function startOf(view: unknown, info: RecordingInfo): ViewState {
  return view === undefined
    ? initialView(info)
    : parseView(view, info, defaultView(info));
}

function viewOf(descriptor: unknown): unknown {
  return typeof descriptor === 'object' && descriptor !== null
    ? Reflect.get(descriptor, 'view')
    : undefined;
}
