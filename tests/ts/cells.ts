import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import type { ICodeCellModel } from '@jupyterlab/cells';

const ENTRY = `
  import { CodeCellModel } from '@jupyterlab/cells/lib/model.js';
  import { YNotebook } from '@jupyter/ydoc';
  export function codeCell(outputs, { undoTogether = false } = {}) {
    const notebook = new YNotebook({ disableDocumentWideUndoRedo: !undoTogether });
    const sharedModel = notebook.addCell({ cell_type: 'code', outputs });
    const cell = new CodeCellModel({ sharedModel });
    return { cell, dispose: () => { cell.dispose(); notebook.dispose(); } };
  }
`;

/** esbuild takes no arrays of jest's: it runs outside. */
const BUNDLE = `
  const { outputFiles } = require('esbuild').buildSync({
    stdin: { contents: ${JSON.stringify(ENTRY)}, resolveDir: '.' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    loader: { '.svg': 'empty', '.css': 'empty' },
    // Yjs warns of types that are not in a document yet, as they are in the notebook's own code.
    drop: ['console'],
    write: false
  });
  process.stdout.write(outputFiles[0].text);
`;

type Cells = {
  /** A cell of a notebook with these outputs; its undo is its own, or the notebook's. */
  readonly codeCell: (
    outputs: readonly unknown[],
    options?: { readonly undoTogether?: boolean }
  ) => { readonly cell: ICodeCellModel; readonly dispose: () => void };
};

/** JupyterLab's own models of cells: bundled, because they are ES modules, which jest cannot load. */
export function loadCells(): Cells {
  const bundle = execFileSync(process.execPath, ['-e', BUNDLE], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
    maxBuffer: 2 ** 26
  });
  const module = { exports: {} };
  const run: unknown = runInThisContext(
    `(module, exports, require) => {${bundle}\n}`
  );
  (run as (...given: unknown[]) => void)(
    module,
    module.exports,
    createRequire(__filename)
  );
  return module.exports as Cells;
}
