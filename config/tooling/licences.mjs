// Every package that ships with cliowatch must have a licence that goes with Apache-2.0.
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const { init } = require('license-checker-rseidelsohn');
const ALLOWED = [
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BSL-1.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'CC-BY-4.0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
];

const fits = (licence) => {
  const text = String(licence).replace(/[()*]/g, '');
  const sides = text.split(' OR ');
  return sides.some((side) => side.split(' AND ').every((part) => ALLOWED.includes(part.trim())));
};

const packages = await promisify(init)({
  start: process.cwd(),
  production: true,
  excludePrivatePackages: true,
});
// sharp's libvips (LGPL) comes only with the optional peer @huggingface/transformers, which a user installs himself.
const ours = ([name]) => !name.startsWith('@img/');
const wrong = Object.entries(packages)
  .filter(ours)
  .filter(([, { licenses }]) => !fits([licenses].flat().join(' AND ')));
for (const [name, { licenses }] of wrong) process.stderr.write(`${name}: ${licenses}\n`);
process.stdout.write(
  `${Object.keys(packages).length} packages, ${wrong.length} with a licence not allowed\n`,
);
process.exit(wrong.length === 0 ? 0 : 1);
