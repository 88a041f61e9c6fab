/** Added to how the extension is bundled: its style sheets, which JupyterLab loads at its start, in few bytes. */
const path = require('node:path');

module.exports = {
  module: {
    rules: [
      {
        test: /\.css$/,
        include: path.join(__dirname, '../style'),
        enforce: 'pre',
        loader: 'builtin:lightningcss-loader',
        options: { minify: true }
      }
    ]
  }
};
