import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import * as z from 'zod/mini';
import { usage } from '../../src/node/cliArguments.ts';
import { optionTable } from '../../src/node/cliOptions.ts';
import { breakingRules, doubtingRules, mutantRule } from '../../src/verify/verdict/judge.ts';
import { referenceFile, referenceText, variables } from '../dev/referenceText.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesBelow = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith(ending))
    .sort();

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs', '.md')];
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

describe('the documents', () => {
  for (const path of documents) {
    it(`${path} links to files and headings that are there`, () => {
      const broken = linksOf(read(path)).filter((link) => !resolves(path, link));
      assert.deepEqual(broken, []);
    });

    it(`${path} names paths of the repository that are there`, () => {
      const named = [...withoutFences(read(path)).matchAll(/`((?:src|test|docs|media|dist\/lib)\/[\w./-]*)`/g)].map(
        ([, name]) => name ?? '',
      );
      const missing = named.filter((name) => !name.startsWith('dist/') && !existsSync(join(root, name)));
      assert.deepEqual(missing, []);
    });

    it(`${path} asks for no npm script that is not there`, () => {
      const asked = [...read(path).matchAll(/(?:^|`|&& )npm (?:run )?(?!run\b)([a-z]+(?::[a-z]+)?)(?![\w:])/gm)].map(
        ([, name]) => name ?? '',
      );
      const own = new Set([...Object.keys(scripts), 'ci']);
      assert.deepEqual(
        asked.filter((name) => !own.has(name)),
        [],
      );
    });
  }

  it('finds links that lead nowhere', () => {
    const text = '[a](nowhere.md) [b](README.md#nothing) ![c](media/none.png) [d](README.md) [e](https://example.org)';
    const broken = linksOf(text).filter((link) => !resolves('README.md', link));
    assert.deepEqual(broken, ['nowhere.md', 'README.md#nothing', 'media/none.png']);
  });

  it('README takes two minutes: at most 1,000 words', () => {
    const words = read('README.md')
      .split(/\s+/)
      .filter((word) => /\w/.test(word));
    assert.ok(words.length <= 1_000, `${words.length} words`);
  });

  it('the reference is what package.json, package.nls.json and the code say', () => {
    const expected = referenceText(read('package.json'), read('package.nls.json'));
    assert.equal(read(referenceFile), expected, 'npm run reference writes it anew');
  });

  it('the usage text, which the reference shows, names each option of the table, and no other', () => {
    const named = [...usage.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name);
    const own = optionTable().map(([name]) => name);
    assert.deepEqual([...new Set(named)].sort(), own.toSorted());
  });

  it('the variables in the reference are read somewhere', () => {
    const source = filesBelow('src', '.ts').map(read).join('\n');
    for (const name of Object.keys(variables)) assert.ok(source.includes(name), name);
  });

  it('docs/benchmarks.md has a row for each bench, and no other', () => {
    const rows = [...read('docs/benchmarks.md').matchAll(/^\| `([a-z]+)(?: [^`]*)?` \| /gm)].map(([, name]) => name);
    const benches = Object.keys(scripts).flatMap((name) => (name.startsWith('bench:') ? [name.slice(6)] : []));
    assert.deepEqual([...new Set(rows)].sort(), benches.sort());
  });

  it('docs/verdict.md has each rule of the verdict, by its name and in its order', () => {
    const names = [...breakingRules, ...doubtingRules, mutantRule].map(({ name }) => name);
    const rows = [...read('docs/verdict.md').matchAll(/^\| ([^|]+) \|/gm)].map(([, first]) => first ?? '');
    assert.deepEqual(
      rows.filter((row) => names.includes(row)),
      names,
    );
  });

  it('docs/protocol.md has each rule that a test cites, and names exactly the files that do', () => {
    const cited = citations();
    assert.ok(cited.size >= 11);
    const told = new Map(
      [...read('docs/protocol.md').matchAll(/^\*\*(Client rule \d+)\.[^]*?^Tests: (.*)$/gm)].map(
        ([, rule = '', files = '']) => [rule, [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file)],
      ),
    );
    assert.deepEqual(
      [...told].map(([rule, files]) => [rule, files.toSorted()]),
      [...cited].map(([rule, files]) => [rule, files]),
    );
  });

  it('ARCHITECTURE.md has the table of imports that is held', () => {
    const held = [...read('test/unit/importTable.test.ts').matchAll(/^ {2}(\w+): \[([^]*?)\],$/gm)].map(
      ([, folder, names = '']) => [folder, [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name)],
    );
    assert.ok(held.length > 10);
    const told = [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)` \| (–|`.*`) \|$/gm)].map(([, folder, cell = '']) => [
      folder,
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    ]);
    assert.deepEqual(told, held);
  });

  it('ARCHITECTURE.md shows each folder of src, and of src/verify', () => {
    const folders = (path: string): readonly string[] =>
      readdirSync(join(root, path), { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
    const text = read('ARCHITECTURE.md');
    for (const name of folders('src')) assert.match(text, new RegExp(`^ {6}${name}/ `, 'm'), name);
    for (const name of folders('src/verify')) assert.ok(text.includes(`\`${name}/\``), name);
    for (const name of folders('src/verify/stages')) assert.ok(text.includes(`\`stages/${name}/\``), name);
  });
});

/** Targets of links and pictures, as they are written. */
function linksOf(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
}

/** Whether a target is on the web, or a file of the repository that has the heading. */
function resolves(from: string, link: string): boolean {
  if (/^https:\/\//.test(link)) return true;
  const [file = '', heading] = link.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  return heading === undefined || headingsOf(read(path)).includes(heading);
}

/** As the usual renderers name them. */
function headingsOf(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/^#+ (.*)$/gm)].map(([, words = '']) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutFences(text: string): string {
  return text.replace(/^```[^]*?^```$/gm, '');
}

/** Which files of tests cite which numbered rule in a title, in the order of the numbers. */
function citations(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<number, Set<string>>();
  for (const path of [...filesBelow('test/protocol', '.test.ts'), ...filesBelow('test/unit', '.test.ts')])
    for (const [, one, last] of read(path).matchAll(/\b(?:describe|it)\(\s*['"`]client rules? (\d+)(?: to (\d+))?\b/g))
      for (let rule = Number(one); rule <= Number(last ?? one); rule += 1)
        found.set(rule, (found.get(rule) ?? new Set()).add(path));
  const ordered = [...found].sort(([a], [b]) => a - b);
  return new Map(ordered.map(([rule, files]) => [`Client rule ${rule}`, [...files].sort()]));
}
