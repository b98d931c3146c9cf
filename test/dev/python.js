// `node test/dev/python.js [--write]`: what ESLint and Prettier are for the other sources, for the product's programs in Python.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { pythonFactsProgram } from '../../src/languages/python/pythonFacts.ts';
import { pythonProbe } from '../../src/verify/coverage/probes.ts';

const root = resolve(import.meta.dirname, '../..');
const settings = { 'line-length': 120, 'target-version': 'py38', format: { 'quote-style': 'single' } };

// Names of other parts are unknown to a part; where the parts are joined all are known.
const alone = linter({ select: ['E4', 'E7', 'E9', 'F', 'W', 'B'], ignore: ['F821'] });
const joined = linter({ select: ['F821', 'E9'] });

const complaints = [
  ...programsIn(join(root, 'src')).flatMap((path) => complaintsOf(path, process.argv.includes('--write'))),
  ...said(joined, pythonProbe, 'pythonProbe'),
  ...said(joined, pythonFactsProgram, 'pythonFactsProgram'),
];
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;

function linter(lint) {
  return new Workspace({ ...settings, lint }, PositionEncoding.Utf16);
}

function programsIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.py')).map((name) => join(folder, name));
}

function complaintsOf(path, writes) {
  const name = relative(root, path);
  const text = readFileSync(path, 'utf8');
  const formatted = alone.format(text);
  if (writes && formatted !== text) writeFileSync(path, formatted);
  const isOther = !writes && formatted !== text;
  const form = isOther ? [`${name} is in another form: node test/dev/python.js --write`] : [];
  return [...form, ...said(alone, writes ? formatted : text, name)];
}

function said(workspace, text, name) {
  return workspace.check(text).map(({ code, message, start_location: { row } }) => `${name}:${row} ${code} ${message}`);
}
