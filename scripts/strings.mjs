/**
 * Compare the strings of the sources with their German translation.
 *
 *     npm run strings             what is missing, unused or wrong; fails if anything is
 *     npm run strings -- --add    add what is missing, with the text left empty, and drop what is unused
 *     npm run strings -- --list   every string and where it stands, as JSON
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import ts from 'typescript';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const catalogueFile =
  'neuraldivergence/locale/de_DE/LC_MESSAGES/neuraldivergence.json';

/** Between a context and its string, in the keys of a catalogue. */
const CONTEXT_END = '\u0004';

/** Which arguments of a call are the context, the string and its plural. */
const CALLS = {
  __: { text: 0 },
  gettext: { text: 0 },
  _n: { text: 0, plural: 1 },
  ngettext: { text: 0, plural: 1 },
  _p: { context: 0, text: 1 },
  pgettext: { context: 0, text: 1 },
  _np: { context: 0, text: 1, plural: 2 },
  npgettext: { context: 0, text: 1, plural: 2 }
};

/** Sources whose calls take strings from others. */
const PASSING_ON = ['src/page/translation.ts', 'src/lab/schema.ts'];

function sourceFiles() {
  return readdirSync(path.join(root, 'src'), { recursive: true })
    .map(name => `src/${name.split(path.sep).join('/')}`)
    .filter(name => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .filter(name => !PASSING_ON.includes(name))
    .sort();
}

/** The strings that a source asks a translator for. */
function stringsOfSource(file) {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true
  );
  const found = [];
  const visit = node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      Object.hasOwn(CALLS, node.expression.name.text)
    ) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(stringOfCall(node, `${file}:${line + 1}`));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function stringOfCall(call, place) {
  const at = CALLS[call.expression.name.text];
  const literal = index => {
    const argument = index === undefined ? null : call.arguments[index];
    if (argument && !ts.isStringLiteralLike(argument)) {
      throw new Error(`${place}: a translator is given what is no literal`);
    }
    return argument?.text ?? null;
  };
  const [context, text, plural] = [at.context, at.text, at.plural].map(literal);
  return { context, text, plural, place };
}

/** What JupyterLab shows of the settings of a plugin, with the contexts that its server uses. */
function stringsOfSchema(file) {
  const schema = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  if (Object.keys(schema.properties ?? {}).length === 0) {
    return []; // There is nothing to set, so it has no page in the settings.
  }
  const found = [];
  const visit = (value, context, place) => {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) {
        visit(inner, context, `${place}/${key}`);
      } else if (key === 'title' || key === 'description') {
        found.push({ context, text: inner, plural: null, place });
      }
    }
  };
  const { title, description, properties } = schema;
  visit({ title, description }, 'schema', file);
  visit(properties, 'settings', `${file}/properties`);
  return found;
}

function keyOf({ context, text }) {
  return context === null ? text : `${context}${CONTEXT_END}${text}`;
}

/** Every string once, by its key in the catalogue. */
function collect() {
  const all = [
    ...sourceFiles().flatMap(stringsOfSource),
    ...readdirSync(path.join(root, 'schema'))
      .filter(name => name.endsWith('.json'))
      .flatMap(name => stringsOfSchema(`schema/${name}`))
  ];
  const found = new Map();
  for (const string of all) {
    const key = keyOf(string);
    const known = found.get(key);
    if (known && known.plural !== string.plural) {
      throw new Error(
        `${string.place}: “${string.text}” has another plural at ${known.place}`
      );
    }
    found.set(key, known ?? string);
  }
  return found;
}

function readCatalogue() {
  return JSON.parse(readFileSync(path.join(root, catalogueFile), 'utf8'));
}

function placeholders(text) {
  return [...new Set(text.match(/%\d+/g) ?? [])].sort().join(' ');
}

/** What is wrong with the German text of one string, or null. */
function faultOf({ text, plural }, german) {
  const wanted = plural === null ? 1 : 2;
  if (!Array.isArray(german) || german.length !== wanted) {
    return wanted === 1
      ? 'needs a list with one text'
      : 'needs a list with the texts for one and for many';
  }
  if (german.some(t => typeof t !== 'string' || t.trim() === '')) {
    return 'has an empty text';
  }
  const forms = plural === null ? [text] : [text, plural];
  const differs = forms.findIndex(
    (form, k) => placeholders(form) !== placeholders(german[k])
  );
  return differs < 0
    ? null
    : `has the placeholders “${placeholders(german[differs])}” instead of “${placeholders(forms[differs])}”`;
}

function emptyEntry({ plural }) {
  return plural === null ? [''] : ['', ''];
}

/** One line for each thing that is wrong. */
function compare(strings, catalogue) {
  const problems = [];
  for (const [key, string] of strings) {
    const entry = `  ${JSON.stringify(key)}: `;
    if (!Object.hasOwn(catalogue, key)) {
      problems.push(
        `no German text (${string.place}):\n${entry}${JSON.stringify(emptyEntry(string))},`
      );
    } else {
      const fault = faultOf(string, catalogue[key]);
      if (fault) {
        problems.push(`${fault} (${string.place}):\n${entry}…`);
      }
    }
  }
  for (const key of Object.keys(catalogue)) {
    if (key !== '' && !strings.has(key)) {
      problems.push(`no source uses this any more:\n  ${JSON.stringify(key)}`);
    }
  }
  return problems;
}

/** The catalogue with an entry for each string and no other, in the order of the sources. */
function completed(strings, catalogue) {
  const entries = [...strings].map(([key, string]) => [
    key,
    Object.hasOwn(catalogue, key) ? catalogue[key] : emptyEntry(string)
  ]);
  return Object.fromEntries([['', catalogue['']], ...entries]);
}

/** The format that prettier asks for; a context's end stays legible. */
function toText(catalogue) {
  const json = JSON.stringify(catalogue).replaceAll(CONTEXT_END, '\\u0004');
  return prettier.format(json, { parser: 'json' });
}

async function main([option]) {
  const strings = collect();
  if (option === '--list') {
    console.log(JSON.stringify([...strings.values()], null, 1));
    return;
  }
  if (option === '--add') {
    const next = completed(strings, readCatalogue());
    writeFileSync(path.join(root, catalogueFile), await toText(next));
  }
  const problems = compare(strings, readCatalogue());
  if (problems.length > 0) {
    console.error(
      [
        `${problems.length} of ${strings.size} strings and ${catalogueFile} differ.`,
        'Run “npm run strings -- --add”, then write the German texts where they are empty.',
        ...problems
      ].join('\n')
    );
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
