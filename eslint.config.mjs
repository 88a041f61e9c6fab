import eslint from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * Imports go one way: core ← view ← draw ← panels ← lab ← index;
 * core ← worker ← probe ← lab; core ← sources ← lab; a page of its own stands where lab stands.
 */
const layers = {
  core: { folders: [], packages: [] },
  view: {
    folders: ['core'],
    packages: ['@lumino/disposable', '@lumino/signaling']
  },
  draw: { folders: ['core', 'view'], packages: ['d3'] },
  worker: { folders: ['core'], packages: ['comlink', 'fflate'] },
  probe: { folders: ['core', 'worker'], packages: ['@tensorflow', 'comlink'] },
  sources: { folders: ['core'], packages: ['@lumino'] },
  panels: {
    folders: ['core', 'view', 'draw'],
    packages: [
      '@lumino',
      '@jupyterlab/ui-components',
      '@jupyterlab/translation',
      'd3'
    ]
  },
  lab: {
    folders: ['core', 'view', 'draw', 'worker', 'probe', 'sources', 'panels'],
    packages: ['@jupyterlab', '@lumino']
  },
  page: {
    folders: ['core', 'view', 'draw', 'worker', 'probe', 'sources', 'panels'],
    packages: ['@lumino', '@tensorflow', 'comlink', 'd3'],
    types: ['@jupyterlab']
  }
};

/** Options of `no-restricted-imports` for the files of one folder. */
function restrictedImports(folder) {
  const { folders, packages, types = [] } = layers[folder];
  const others = Object.keys(layers).filter(
    name => name !== folder && !folders.includes(name)
  );
  const patterns = [
    {
      regex: '^(\\.\\./)+index$',
      message: 'src/index.ts imports; nothing imports it.'
    },
    {
      regex:
        packages.length === 0
          ? '^[^.]'
          : `^(?!(${[...packages, ...types].join('|')})(/|$))[^.]`,
      message: `src/${folder} may import these packages: ${packages.join(', ') || 'none'}.`
    }
  ];
  if (types.length > 0) {
    patterns.push({
      regex: `^(${types.join('|')})(/|$)`,
      allowTypeImports: true,
      message: `src/${folder} may import types of these packages: ${types.join(', ')}.`
    });
  }
  if (others.length > 0) {
    patterns.push({
      regex: `^(\\.\\./)+(?!(worker/protocol|probe/engine)$)(${others.join('|')})(/|$)`,
      message: `src/${folder} may import from: ${folders.join(', ') || 'nothing'}.`
    });
  }
  if (others.includes('worker')) {
    patterns.push({
      regex: '^(\\.\\./)+(worker/protocol|probe/engine)$',
      allowTypeImports: folder !== 'core',
      message: 'The types of the protocol only.'
    });
  }
  return ['error', { patterns }];
}

const noMarkup = 'Text goes in by textContent, marks by createElement.';
const noEval = 'Strings never become code.';

const sinkProperties = [
  { property: 'innerHTML', message: noMarkup },
  { property: 'outerHTML', message: noMarkup },
  { property: 'srcdoc', message: noMarkup },
  { property: 'insertAdjacentHTML', message: noMarkup },
  { property: 'createContextualFragment', message: noMarkup },
  { property: 'setHTMLUnsafe', message: noMarkup },
  { object: 'document', property: 'write', message: noMarkup },
  { object: 'document', property: 'writeln', message: noMarkup }
];

const sinkSyntax = [
  {
    selector: "CallExpression[callee.property.name='html']",
    message: noMarkup
  },
  {
    selector:
      'CallExpression[callee.property.name=/^(attr|property|setAttribute|toggleAttribute)$/] > Literal:first-child[value=/^(innerHTML|outerHTML|srcdoc|on[a-z]+)$/i]',
    message: noMarkup
  },
  { selector: "NewExpression[callee.name='DOMParser']", message: noMarkup },
  {
    selector:
      'CallExpression[callee.name=/^set(Timeout|Interval)$/] > :matches(Literal, TemplateLiteral):first-child',
    message: noEval
  }
];

const withoutLoading = [
  {
    selector: 'ImportExpression',
    message: 'This folder is pure; code is loaded in src/lab and src/index.ts.'
  }
];

/** Where a literal would be seen or read aloud; `text` and `hint` are the project's own. */
const SHOWN_PROPERTIES = [
  'alt',
  'aria-description',
  'aria-label',
  'aria-roledescription',
  'caption',
  'category',
  'hint',
  'label',
  'placeholder',
  'text',
  'title',
  'tooltip',
  'textContent',
  'innerText'
];

const style = {
  curly: 'error',
  eqeqeq: 'error',
  'max-lines': ['error', 350],
  'no-console': ['error', { allow: ['warn', 'error'] }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-script-url': 'error',
  'no-restricted-properties': ['error', ...sinkProperties],
  'no-restricted-syntax': ['error', ...sinkSyntax],
  'object-shorthand': 'error',
  'prefer-arrow-callback': 'error',
  'prefer-const': 'error'
};

const typed = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/naming-convention': [
    'error',
    {
      selector: 'interface',
      format: ['PascalCase'],
      custom: { regex: '^I[A-Z]', match: true }
    }
  ],
  // Narrow ports are objects of functions and are taken apart.
  '@typescript-eslint/unbound-method': 'off',
  // What may fail is async so that it rejects rather than throws.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true }
  ]
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/.venv*/',
      '**/.work/',
      'build/',
      'coverage/',
      'dist/',
      'lib/',
      'neuraldivergence/labextension/',
      'ui-tests/playwright-report/',
      'ui-tests/test-results/'
    ]
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['**/*.{js,mjs,ts}'],
    extends: [eslint.configs.recommended],
    rules: style
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['scripts/strings.mjs'],
    rules: { 'no-console': 'off' }
  },
  {
    files: ['bench/**/*.mjs'],
    languageOptions: { globals: globals.browser },
    rules: { 'no-console': 'off' }
  },
  {
    files: ['{src,tests,bench}/**/*.ts'],
    ignores: ['**/assembly/**'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: typed
  },
  {
    files: ['typings/*.d.ts'],
    extends: [tseslint.configs.recommended],
    rules: {
      // What is declared here is used elsewhere.
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': 'off'
    }
  },
  {
    files: ['**/assembly/**/*.ts'],
    extends: [tseslint.configs.recommended],
    rules: {
      // The types and functions of AssemblyScript are global.
      'no-undef': 'off'
    }
  },
  {
    files: ['ui-tests/**/*.ts'],
    extends: [tseslint.configs.recommended],
    rules: {
      // Marks of the browser and of the notebook are read by position.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Playwright's fixtures are destructured even when none is used.
      'no-empty-pattern': 'off'
    }
  },
  ...Object.keys(layers).map(folder => ({
    files: [`src/${folder}/**/*.ts`],
    ignores: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictedImports(folder)
    }
  })),
  {
    files: ['src/{core,view,draw,sources,panels}/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...sinkSyntax, ...withoutLoading]
    }
  },
  {
    files: ['src/lab/schema.ts'],
    rules: {
      // The strings are those of schema/; scripts/strings.mjs finds them there.
      'jupyter/no-dynamic-translation': 'off'
    }
  },
  {
    files: ['src/{lab,page,panels}/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'jupyter/no-untranslated-string': [
        'error',
        { checkProperties: SHOWN_PROPERTIES }
      ]
    }
  },
  {
    files: ['src/lab/rendererPlugin.ts', 'src/lab/documents.ts'],
    rules: {
      // What is registered must exist at once and is small: it loads the viewer itself.
      'jupyter/prefer-lazy-imports': 'off'
    }
  },
  {
    files: ['src/core/**/*.ts', 'src/view/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      // Labels are translated where they are shown.
      'jupyter/no-untranslated-string': 'off',
      'no-restricted-globals': [
        'error',
        { name: 'Date', message: 'Core and view do not know the time.' },
        { name: 'performance', message: 'Core and view do not know the time.' }
      ],
      'no-restricted-properties': [
        'error',
        ...sinkProperties,
        {
          object: 'Math',
          property: 'random',
          message: 'Core and view have no chance in them.'
        }
      ]
    }
  },
  {
    files: ['src/**/*.spec.ts', 'tests/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'max-lines': 'off'
    }
  },
  prettier,
  { files: ['**/*.{js,mjs,ts}'], rules: { curly: 'error' } }
);
