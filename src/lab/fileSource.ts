import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import type { CarriedUrl } from '../worker/protocol';

/** What is used of the application's contents manager. */
export type ContentsPort = Pick<
  Contents.IManager,
  | 'get'
  | 'save'
  | 'getDownloadUrl'
  | 'driveName'
  | 'localPath'
  | 'serverSettings'
>;

/** Where the engine reads a file of the file browser. */
export async function fileCarried(
  contents: ContentsPort,
  path: string
): Promise<CarriedUrl> {
  const url = await contents.getDownloadUrl(path);
  const { baseUrl, token } = contents.serverSettings;
  // A drive may keep its files with others, who must not see the token.
  const isOurs = new URL(url).origin === new URL(baseUrl).origin;
  return {
    kind: 'url',
    url,
    headers: isOurs && token !== '' ? { Authorization: `token ${token}` } : {},
    format: PathExt.extname(path).toLowerCase() === '.npz' ? 'npz' : 'block'
  };
}
