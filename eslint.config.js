import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const noTimer = { name: 'setTimeout', message: 'Wait on a fact, never on time.' }
const noEnvironment = { object: 'process', property: 'env', message: 'Only console/cli/main.ts reads the environment.' }
const noTimerModules = ['node:timers', 'node:timers/promises'].map(name => ({ name, importNames: ['setTimeout'], message: noTimer.message }))

/** What is wrong in any JavaScript. */
const mistakes = {
  'array-callback-return': 'error',
  'constructor-super': 'error',
  'default-case-last': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-array-constructor': 'error',
  'no-caller': 'error',
  'no-control-regex': 'error',
  'no-cond-assign': 'error',
  'no-constant-condition': 'error',
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-else-return': 'error',
  'no-empty': 'error',
  'no-eval': 'error',
  'no-fallthrough': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-prototype-builtins': 'error',
  'no-return-assign': ['error', 'except-parens'],
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-throw-literal': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-catch': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'start' }],
  'object-shorthand': ['error', 'properties'],
  'prefer-const': ['error', { destructuring: 'all' }],
  'valid-typeof': 'error'
}

/** How it looks. */
const style = {
  'eol-last': 'error',
  'max-len': ['error', { code: 160, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true, ignorePattern: 'AppError\\(|t\\.test\\(' }],
  'no-multiple-empty-lines': ['error', { max: 1, maxEOF: 0 }],
  'no-tabs': 'error',
  'no-trailing-spaces': 'error',
  quotes: ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }],
  semi: ['error', 'never'],
  'space-before-function-paren': ['error', 'always']
}

/** What only the types can tell. What is never used, the compiler tells by itself. */
const typed = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
  '@typescript-eslint/no-require-imports': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-as-const': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }]
}

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'sample/', '.tap/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { rules: { ...mistakes, ...style } },
  {
    files: ['**/*.js', '**/*.mjs'],
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }] }
  },
  {
    files: ['{shared,publisher,subscriber,console,test}/**/*.ts'],
    ignores: ['console/web/**', 'test/browser/**', 'test/support/browser.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: typed
  },
  // What knows a browser.
  {
    files: ['console/web/**/*.ts', 'test/browser/**/*.ts', 'test/support/browser.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: ['./console/web/tsconfig.json', './test/browser/tsconfig.json'], tsconfigRootDir: import.meta.dirname }
    },
    rules: typed
  },
  {
    files: ['{shared,publisher,subscriber,console}/**/*.ts'],
    rules: { 'max-lines': ['error', 250] }
  },
  {
    files: ['{shared,publisher,subscriber,console}/**'],
    rules: { 'no-console': 'error', 'no-restricted-properties': ['error', noEnvironment] }
  },
  { files: ['console/cli/**'], rules: { 'no-console': 'off' } },
  { files: ['console/cli/main.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['shared/types/**'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', noTimer],
      'no-restricted-imports': ['error', { paths: noTimerModules }]
    }
  },
  // Links take their time: that is what they are there for.
  { files: ['test/bench/spread/event-queue.ts'], rules: { 'no-restricted-globals': 'off' } },
  // A test file calls t.test() and goes on: tap waits for it.
  {
    files: ['test/**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafePromises: [{ from: 'package', package: '@tapjs/core', name: 'PromiseWithSubtest' }] }]
    }
  }
)
