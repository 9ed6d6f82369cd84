// Bundles GraphiQL into one script and one stylesheet and gathers the licences of everything that went in.
import { build } from 'esbuild';
import { readFileSync, readdirSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const out = join(import.meta.dirname, '..', 'third_party');
const result = await build({
  entryPoints: { graphiql: join(import.meta.dirname, 'page.jsx') },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"' },
});

// The fonts that the package embeds have licences of their own and are most of the stylesheet: the reader's are used.
const style = join(out, 'graphiql.css');
writeFileSync(style, readFileSync(style, 'utf8').replace(/@font-face\{[^}]*\}/g, ''));

const packages = new Map();
for (const input of Object.keys(result.metafile.inputs)) {
  const at = input.lastIndexOf('node_modules/');
  if (at < 0) continue;
  const rest = input.slice(at + 'node_modules/'.length).split('/');
  const name = rest[0].startsWith('@') ? `${rest[0]}/${rest[1]}` : rest[0];
  packages.set(name, input.slice(0, at + 'node_modules/'.length) + name);
}
const sections = [...packages].sort().map(([name, path]) => {
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file && existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8').trim() : `Licence: ${manifest.license} (the package has no licence file)`;
  return `${name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
});
writeFileSync(join(out, 'LICENSES.txt'), sections.join(`\n${'-'.repeat(80)}\n\n`));
