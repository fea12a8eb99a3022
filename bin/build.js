// Bundles src/ into CommonJS, which starts faster than modules; what is imported dynamically becomes a file of its own.
const { readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { rolldown } = require('rolldown');

const dist = join(__dirname, '..', 'dist');

// `import('page.md?raw')` gives the page as text, as vite does in the tests.
const pages = {
  name: 'pages',
  load: {
    filter: { id: /\?raw$/ },
    handler: (id) => ({ code: readFileSync(id.replace('?raw', ''), 'utf8'), moduleType: 'text' }),
  },
};

async function build() {
  // What an earlier build left would be packed too.
  rmSync(dist, { recursive: true, force: true });
  const bundle = await rolldown({
    input: join(__dirname, '..', 'src', 'main.ts'),
    platform: 'node',
    external: ['tinyglobby'],
    plugins: [pages],
    // jsonc-parser's other entry cannot be bundled.
    resolve: { mainFields: ['module', 'main'] },
  });
  // The map beside each file makes a stack trace in a bug report readable.
  await bundle.write({ dir: dist, format: 'cjs', minify: true, sourcemap: 'hidden' });
}

build();
