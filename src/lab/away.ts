import type { NotebookPanel } from '@jupyterlab/notebook';
import { DecodeError, UnavailableError } from '../core/errors';
import { isObject } from '../view/json';
import { openComm } from '../sources/comm';
import type { Source } from '../sources/elsewhere';
import { resolveBeside, sourceOf } from '../sources/elsewhere';
import type { Away, Reach } from './attacher';
import type { ContentsPort } from './fileSource';
import { fileCarried } from './fileSource';
import { notebookKernel } from './notebookKernel';

/**
 * Where all values of an output are, when they are elsewhere; null: in the output. `panel`: the notebook of the
 * output, asked anew at every attempt, because notebooks move and kernels come and go.
 */
export function awayOf(
  descriptor: unknown,
  panel: NotebookPanel | null,
  contents: ContentsPort
): Away | null {
  try {
    const source = sourceOf(descriptor);
    return source && awayAt(source, panel, contents);
  } catch (cause) {
    // The summary can be seen all the same.
    const path = namedPath(descriptor);
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return {
      elsewhere: { kind: 'file', path },
      id: '',
      file: null,
      reach: () => Promise.reject(error)
    };
  }
}

/** The file that an output names, as a path of the contents manager. Throws a DecodeError. */
export function pathBeside(
  contents: ContentsPort,
  notebookPath: string,
  path: string
): string {
  const drive = contents.driveName(notebookPath);
  const local = resolveBeside(contents.localPath(notebookPath), path);
  const full = drive === '' ? local : `${drive}:${local}`;
  if (contents.driveName(full) !== drive) {
    throw new DecodeError('source.path', 'leads to another drive');
  }
  return full;
}

function awayAt(
  source: Source,
  panel: NotebookPanel | null,
  contents: ContentsPort
): Away {
  const { id } = source;
  if (source.kind === 'comm') {
    const reach = reachKernel(source, panel);
    return { elsewhere: { kind: 'kernel' }, id, file: null, reach };
  }
  const { path } = source;
  const file = () => pathBeside(contents, inNotebook(panel).context.path, path);
  const reach: Reach = async () => ({
    carried: await fileCarried(contents, file()),
    close: () => undefined
  });
  return { elsewhere: { kind: 'file', path }, id, file, reach };
}

function reachKernel(
  { target, id }: Source & { readonly kind: 'comm' },
  panel: NotebookPanel | null
): Reach {
  return async onLost =>
    openComm(notebookKernel(inNotebook(panel).sessionContext), {
      target,
      id,
      name: 'kernel',
      onLost
    });
}

/** The notebook of an output. Throws where it is not open. */
export function inNotebook(panel: NotebookPanel | null): NotebookPanel {
  if (panel === null || panel.isDisposed) {
    throw new UnavailableError(
      'the output is in no open notebook',
      'elsewhere'
    );
  }
  return panel;
}

function namedPath(descriptor: unknown): string {
  const source = isObject(descriptor) ? descriptor['source'] : null;
  const path = isObject(source) ? source['path'] : null;
  return typeof path === 'string' && path !== '' ? path : '?';
}
