import tseslint from 'typescript-eslint';

const io = ['node:fs', 'node:fs/*', 'node:child_process', 'execa'];
const impure = [...io, 'node:os', 'node:net', 'node:http', 'node:dgram', 'node:worker_threads', 'node:timers', 'node:timers/*', 'node:readline', 'pino'];

/** Bans imports by module name and, where `folders` says so, by our own folders. */
function noImports(modules, folders, message) {
  const group = [...modules, ...folders.map((folder) => `**/${folder}`)];
  return { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] };
}

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'coverage/', 'node_modules/', 'src/manifest/generated/', 'src/**/*.generated.*'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/return-await': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Drivers are objects of functions: there is no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // An interface asks for a promise here and there where one implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
        { selector: 'Property[key.name="shell"]', message: 'No program is started by a shell: give it an array of arguments.' },
        {
          selector: 'CallExpression[callee.object.callee.name="childProcesses"][callee.property.name=/^(exec|execSync|fork)$/]',
          message: 'These make a command line of text, or pass on more than is needed: spawn an array of arguments.',
        },
        {
          selector: 'ImportDeclaration[source.value=/^(node:)?child_process$/][importKind="value"]',
          message: 'Programs are started by src/host/exec.ts and src/host/spawn.ts.',
        },
      ],
      'no-shadow': 'error',
      'no-param-reassign': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', 350],
      'max-lines-per-function': ['error', 60],
      'max-params': ['error', 4],
      'max-depth': ['error', 3],
      complexity: ['error', 15],
    },
  },
  { files: ['src/host/**/*.ts', 'src/source/**/*.ts'], rules: noImports(['pino'], ['commands/*', 'render/*'], 'Effects know neither commands nor output.') },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/host/**', 'src/source/**', 'src/start/**'],
    rules: noImports(io, [], 'Effects live in src/host and src/source.'),
  },
  {
    files: ['src/manifest/**/*.ts', 'src/state/**/*.ts', 'src/plan/**/*.ts'],
    rules: {
      ...noImports(impure, ['host/**', 'source/dir.ts', 'observe/*', 'apply/*', 'watch/*', 'commands/*', 'render/*', 'log.ts'], 'This folder is pure.'),
      'no-restricted-globals': ['error', 'process', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'crypto'],
    },
  },
  {
    files: ['test/**/*.ts', '*.config.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
