/** Whether a path leads from a folder to something in it or below, whatever reads it: a disk, a server, a browser. */
export function isDownwards(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    /^[^/\\:?#%]+(\/[^/\\:?#%]+)*$/.test(path) &&
    !path.split('/').some(part => part === '.' || part === '..')
  );
}
