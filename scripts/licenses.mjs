/** The notices that the licences of bundled packages ask for. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of packages that come without the text of their licence: where it is. Ours is like that of Project Jupyter. */
const TEXTS = {
  'Apache-2.0': 'node_modules/comlink/LICENSE',
  'BSD-3-Clause': 'LICENSE',
  MIT: 'node_modules/fflate/LICENSE'
};
const COPYRIGHT = /^Copyright \(c\) .*$/m;

/**
 * Which packages are in some builds of esbuild, and their licences: each text once, and none of those in `known`,
 * to which it is added.
 */
export async function noticesOf(root, metafiles, known) {
  const packages = await Promise.all(
    packagesIn(metafiles).map(folder => packageAt(root, folder))
  );
  return [...new Set(packages.map(({ text }) => text))]
    .map(text => {
      const names = packages
        .filter(one => one.text === text)
        .map(({ title }) => title)
        .join('\n');
      const isNew = !known.has(text);
      known.add(text);
      return `${names}\n\n${isNew ? text : 'The text stands elsewhere in this page.'}`;
    })
    .join('\n\n----\n\n');
}

/** Folders of packages of which something is in the outputs. */
function packagesIn(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(output => Object.entries(output.inputs))
  );
  const folders = inputs.flatMap(([file, { bytesInOutput }]) => {
    const [folder] =
      /^(?!\(disabled\)).*node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(file) ??
      [];
    return folder && bytesInOutput > 0 ? [folder] : [];
  });
  return [...new Set(folders)].sort();
}

async function packageAt(root, folder) {
  const read = file => readFile(join(root, file), 'utf8');
  const { name, version, license, author } = JSON.parse(
    await read(join(folder, 'package.json'))
  );
  const holder = author?.name ?? author ?? `the authors of ${name}`;
  const own = (await readdir(join(root, folder))).find(file =>
    /^licen[cs]e(\.|$)/i.test(file)
  );
  const standard = async id => {
    if (!(id in TEXTS)) {
      throw new Error(`the text of ${name}'s licence is not known: ${id}`);
    }
    const text = await read(TEXTS[id]);
    return text.replace(COPYRIGHT, `Copyright (c) ${holder}`);
  };
  const text = own
    ? await read(join(folder, own))
    : (await Promise.all(license.split(' AND ').map(standard))).join('\n\n');
  return { title: `${name} ${version} (${license})`, text: text.trim() };
}
