const { execFileSync } = require('node:child_process');
const path = require('node:path');

/** Builds the WebAssembly that specs test, if its sources changed. */
module.exports = () => {
  const script = path.join(__dirname, '../../scripts/kernels.mjs');
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
};
