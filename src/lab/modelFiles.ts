import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isDownwards } from '../core/downwards';
import { ModelError, ReadError } from '../core/errors';
import type { Model } from '../core/model';
import { quoted } from '../core/shown';
import type { IModelFiles } from '../panels/context';
import { folderOf } from './sidecar';
import type { IWorkspace } from './workspace';

/** It names layers and weights; the weights are in other files. */
const JSON_LIMIT_BYTES = 2 ** 25;

/** Models that lie in the folder of a notebook or a recording, or below it. */
export class ModelFiles implements IModelFiles {
  constructor(
    private readonly workspace: Pick<IWorkspace, 'contents' | 'app' | 'trans'>,
    /** Of the notebook, or the file. */
    private readonly path: () => string
  ) {}

  async choose(): Promise<string | null> {
    const { app, trans } = this.workspace;
    const [{ FileDialog }, { IDocumentManager }] = await Promise.all([
      import('@jupyterlab/filebrowser'),
      import('@jupyterlab/docmanager')
    ]);
    const manager = await app.resolveOptionalService(IDocumentManager);
    if (manager === null) {
      throw new Error(trans.__('Files cannot be chosen here.'));
    }
    const root = folderOf(this.workspace.contents, this.path());
    const { button, value } = await FileDialog.getOpenFiles({
      manager,
      root,
      defaultPath: root,
      title: trans.__('Choose the model.json of a TensorFlow.js model'),
      filter: ({ type, name }) =>
        type === 'directory' || name.endsWith('.json') ? {} : null
    });
    const [chosen] = value ?? [];
    // Where nothing is selected, the dialog answers with the folder.
    return button.accept && chosen?.type !== 'directory'
      ? relativeTo(
          this.workspace.contents.localPath(root),
          this.workspace.contents.localPath(chosen.path),
          trans
        )
      : null;
  }

  async read(path: string): Promise<Model> {
    const { readTfjsModel } = await import('../probe/tfjsModel');
    const text = new TextDecoder().decode(
      await this.bytes(path, JSON_LIMIT_BYTES)
    );
    const folder = PathExt.dirname(path);
    return readTfjsModel(text, (shard, limitBytes) =>
      this.bytes(folder === '' ? shard : `${folder}/${shard}`, limitBytes)
    );
  }

  /** Rejects with a ModelError, or a ReadError. */
  private async bytes(path: string, limitBytes: number): Promise<Uint8Array> {
    if (!isDownwards(path)) {
      throw new ModelError('topology', `invalid path: ${quoted(path)}`);
    }
    const { contents } = this.workspace;
    const folder = folderOf(contents, this.path());
    const isRoot = folder === '' || folder.endsWith(':');
    const whole = isRoot ? `${folder}${path}` : `${folder}/${path}`;
    const { size } = await asked(path, () =>
      contents.get(whole, { content: false })
    );
    checkSize(path, size ?? 0, limitBytes);
    const { content } = (await asked(path, () =>
      contents.get(whole, { content: true, type: 'file', format: 'base64' })
    )) as { readonly content: unknown };
    const bytes = Uint8Array.from(atob(String(content)), c => c.charCodeAt(0));
    checkSize(path, bytes.length, limitBytes);
    return bytes;
  }
}

/** A path as views keep it, from the folder of the notebook; throws an error for users where there is none. */
export function relativeTo(
  folder: string,
  path: string,
  trans: TranslationBundle
): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  if (!path.startsWith(prefix)) {
    throw new Error(
      trans.__(
        '“%1” lies neither in the folder of the notebook nor below it. Copy the model there.',
        path
      )
    );
  }
  const below = path.slice(prefix.length);
  if (!isDownwards(below)) {
    throw new Error(
      trans.__(
        '“%1” cannot be kept with a view: its path has one of the characters \\ : ? # %. Rename the file or the folder.',
        below
      )
    );
  }
  return below;
}

function checkSize(path: string, bytes: number, limitBytes: number): void {
  if (bytes > limitBytes) {
    throw new ModelError(
      'weights',
      `${quoted(path)} has ${bytes} bytes, expected at most ${limitBytes}`
    );
  }
}

async function asked<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const { response } = (cause ?? {}) as { readonly response?: Response };
    const status = response?.status ?? null;
    throw new ReadError(
      path,
      status === 404
        ? 'missing'
        : status === 401 || status === 403
          ? 'forbidden'
          : status === null
            ? 'unreachable'
            : 'refused',
      status,
      { cause }
    );
  }
}
