import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Features see `ui` and `lib`, each other only in this order, and never `app`. */
const features = ['auth', 'upload', 'edit', 'gallery', 'analysis', 'image', 'graphiql'];
const allowed = {
  lib: [],
  ui: ['lib'],
  auth: ['ui', 'lib'],
  upload: ['ui', 'lib'],
  edit: ['ui', 'lib'],
  gallery: ['upload', 'edit', 'ui', 'lib'],
  analysis: ['ui', 'lib'],
  image: ['gallery', 'analysis', 'edit', 'auth', 'ui', 'lib'],
  graphiql: ['ui', 'lib'],
};

const arrows = Object.entries(allowed).map(([folder, may]) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: ['app', 'ui', 'lib', ...features]
          .filter((other) => other !== folder && !may.includes(other))
          .map((other) => ({
            regex: `^\\.\\./${other}/`,
            message: `${folder}/ must not import from ${other}/ (imports go one way, see eslint.config.js).`,
          })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'src/gql', 'node_modules', 'playwright-report', 'test-results'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-console': 'error',
      'max-lines': ['error', { max: 250 }],
    },
  },
  // A list of examples, read one at a time.
  { files: ['src/graphiql/examples.ts'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.{js,mjs,cjs}', '*.config.ts', 'e2e/**'], languageOptions: { globals: globals.node }, rules: { 'no-console': 'off' } },
  { files: ['public/**/*.js'], languageOptions: { globals: globals.browser } },
  ...arrows,
);
