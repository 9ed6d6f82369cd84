// Bundles the page's own modules into one script and one stylesheet, and lays the map library and the font beside them as
// their packages ship them, with the licences of everything that is inside: node build.mjs [folder].
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const source = join(here, 'src');
const to = process.argv[2] ?? here;
const out = join(to, 'built');
const third = join(to, 'third_party');
mkdirSync(out, { recursive: true });
mkdirSync(third, { recursive: true });

await build({
  entryPoints: { track: join(source, 'main.js'), 'track-style': join(source, 'page.css') },
  outdir: out,
  entryNames: '[name]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  external: ['/track/assets/*'],
  write: false,
}).then(({ outputFiles }) => {
  for (const file of outputFiles) writeFileSync(file.path.replace('track-style.css', 'track.css'), file.contents);
});
writeFileSync(join(out, 'track.html'), readFileSync(join(source, 'page.html')));

// The library is shipped as modules already: a script for the page and one for its worker. Their maps are not.
const library = join(here, 'node_modules', 'maplibre-gl');
for (const name of ['maplibre-gl', 'maplibre-gl-worker']) {
  const text = readFileSync(join(library, 'dist', `${name}.mjs`), 'utf8');
  writeFileSync(join(third, `${name}.js`), text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
}

writeFileSync(
  join(third, 'figtree.woff2'),
  readFileSync(
    join(here, 'node_modules', '@fontsource-variable', 'figtree', 'files', 'figtree-latin-wght-normal.woff2'),
  ),
);

/** @type {Map<string, string>} */
const packages = new Map();
/** @param {string} name */
function gather(name) {
  // Types are not part of what is shipped.
  if (packages.has(name) || name.startsWith('@types/')) return;
  const path = join(here, 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text =
    file && existsSync(join(path, file))
      ? readFileSync(join(path, file), 'utf8').trim()
      : `Licence: ${manifest.license} (the package has no licence file)`;
  packages.set(name, `${name} ${manifest.version} (${manifest.license})\n\n${text}\n`);
  Object.keys(manifest.dependencies ?? {}).forEach(gather);
}
gather('maplibre-gl');
gather('@fontsource-variable/figtree');
writeFileSync(
  join(third, 'LICENSES.txt'),
  [...packages]
    .sort()
    .map(([, text]) => text)
    .join(`\n${'-'.repeat(80)}\n\n`),
);
