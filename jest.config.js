/** Logic runs in plain Node; specs that need a DOM say so with a docblock. */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/tests/ts/buildKernels.js',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/neuraldivergence/', '<rootDir>/lib/'],
  moduleNameMapper: {
    // The bundled build: d3's own entry is ESM only.
    '^d3$': '<rootDir>/node_modules/d3/dist/d3.js',
    // `import.meta` exists only in the bundle; tests run without a worker.
    '^(\\.{1,2}(?:/.*)?)/spawn$': '$1/spawn.mock',
    '^(\\.{1,2}(?:/.*)?)/templateUrl$': '$1/templateUrl.mock',
    '^\\./kernelBytes$': '<rootDir>/tests/ts/kernelBytes'
  },
  transform: {
    '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.test.json' }]
  }
};
