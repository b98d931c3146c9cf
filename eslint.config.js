import tseslint from 'typescript-eslint';

/** Rules that hold the house style; formatting is prettier's, the import table is a unit test's. */
export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', 'test/fixtures', '.vscode-test', 'coverage/**'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
      ],
      'max-lines': ['error', { max: 400 }],
      'max-params': ['error', { max: 6 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  // Programs that run in somebody else's interpreter: Node with whatever a runner gives.
  {
    files: ['src/**/*.{cjs,mjs}'],
    languageOptions: {
      ecmaVersion: 2022,
      globals: programGlobals(['process', 'globalThis', 'setTimeout', 'clearTimeout']),
    },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': ['error', { caughtErrors: 'all' }],
      'no-useless-escape': 'error',
      'no-redeclare': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 300 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**/*.cjs'],
    languageOptions: { sourceType: 'script', globals: programGlobals(['require', 'module', 'Buffer']) },
  },
  {
    files: ['test/**/*.ts', 'src/node/**/*.ts', 'src/engine/main.ts'],
    rules: { 'no-console': 'off' },
  },
);

function programGlobals(names) {
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}
