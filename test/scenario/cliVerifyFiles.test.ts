import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { CliProject } from '../support/cliProcess.ts';

const total =
  'export function total(items) {\n  let sum = 0;\n  for (let i = 0; i < items.length; i++) sum += items[i];\n  return sum;\n}\n';
const files = {
  'package.json': '{"type":"module","private":true,"scripts":{"test":"node --test"}}',
  'src/total.js': `// one\n${total}// the end\n`,
  'test/total.test.js':
    "import { test } from 'node:test';\nimport assert from 'node:assert/strict';\nimport { total } from '../src/total.js';\n" +
    "test('adds', () => {\n  assert.equal(total([1, 2, 4]), 7);\n});\ntest('none', () => {\n  assert.equal(total([]), 0);\n});\n",
};
const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x00, 0xff, 0xfe, 0x80]);
const better = (text: string): string =>
  text.replace('for (let i = 0; i < items.length; i++) sum += items[i];', 'for (const item of items) sum += item;');

describe('command line: what git knows of files', function () {
  this.timeout(600_000);
  let project: CliProject | undefined;
  afterEach(() => project?.dispose());

  /** A repository with everything committed, and git in it. */
  function committed(
    more: Readonly<Record<string, string | Buffer>> = {},
    settings: readonly string[] = [],
  ): { readonly made: CliProject; readonly git: (...args: string[]) => string } {
    const made = new CliProject(files);
    project = made;
    const { root } = made.tree;
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    git('init', '-q');
    git('config', 'core.autocrlf', 'false');
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
    for (const setting of settings) git('config', ...setting.split('='));
    return { made, git };
  }

  async function verdictOf(made: CliProject, ...more: string[]): Promise<{ kind: string; said: string; diff: string }> {
    const { stdout, stderr } = await made.run(['verify', '--base', 'HEAD', '--json', ...more]);
    const kind = /"kind": "(preserved|broken|unproven)",\s+"reasons"/.exec(stdout)?.[1];
    return { kind: kind ?? `none: ${stderr}`, said: stdout, diff: /"diff": (".*")/.exec(stdout)?.[1] ?? '' };
  }

  it('judges the code beside an image that nobody reads, moved, deleted or new', async () => {
    const { made } = committed({ 'art/logo.png': image, 'art/old.png': image });
    const { root } = made.tree;
    made.tree.write('src/total.js', better(files['src/total.js']));
    mkdirSync(join(root, 'pictures'));
    renameSync(join(root, 'art/logo.png'), join(root, 'pictures/logo.png'));
    rmSync(join(root, 'art/old.png'));
    writeFileSync(join(root, 'pictures/new.png'), Buffer.concat([image, image]));
    const found = await verdictOf(made);
    assert.equal(found.kind, 'preserved', found.said);
    assert.match(found.said, /no program of the project names it, its folder or its kind/);
    assert.deepEqual(readFileSync(join(root, 'pictures/logo.png')), image);
  });

  it('leaves a doubt where code may read the image, and says who', async () => {
    const { made } = committed({
      'art/logo.png': image,
      'src/show.js':
        "import { readFileSync } from 'node:fs';\nexport const show = (name) => readFileSync(`art/${name}`);\n",
    });
    writeFileSync(join(made.tree.root, 'art/logo.png'), Buffer.concat([image, image]));
    const found = await verdictOf(made);
    assert.equal(found.kind, 'unproven', found.said);
    assert.match(found.said, /art\/logo\.png changed: it is no text, and src\/show\.js may read it/);
  });

  it('leaves a doubt where code takes whatever stands in a folder', async () => {
    const { made } = committed({
      'art/logo.png': image,
      'src/show.js': "import { readdirSync } from 'node:fs';\nexport const show = (root) => readdirSync(root);\n",
    });
    rmSync(join(made.tree.root, 'art/logo.png'));
    const found = await verdictOf(made);
    assert.equal(found.kind, 'unproven', found.said);
  });

  it('hides no mistake, and no test that changes, behind an image', async () => {
    const { made } = committed({ 'art/logo.png': image, 'test/fixtures/expected.bin': image });
    writeFileSync(join(made.tree.root, 'art/logo.png'), Buffer.concat([image, image]));
    made.tree.write('src/total.js', files['src/total.js'].replace('let sum = 0', 'let sum = 1'));
    assert.equal((await verdictOf(made)).kind, 'broken');
    made.tree.write('src/total.js', files['src/total.js']);
    writeFileSync(join(made.tree.root, 'test/fixtures/expected.bin'), Buffer.concat([image, image]));
    const found = await verdictOf(made);
    assert.equal(found.kind, 'broken', found.said);
    assert.match(found.said, /belongs to the tests/);
  });

  const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
  for (const [name, settings, attributes] of [
    ['core.autocrlf', ['core.autocrlf=true'], ''],
    ['an attribute', [], '*.js text eol=crlf\n'],
  ] as const)
    it(`counts only changed lines in a working tree with other line ends, by ${name}`, async () => {
      const { made } = committed(attributes === '' ? {} : { '.gitattributes': attributes }, settings);
      made.tree.write('src/total.js', crlf(better(files['src/total.js'])));
      const found = await verdictOf(made);
      assert.equal(found.kind, 'preserved', found.said);
      assert.match(found.said, /every changed line with code \(1 line\)/);
      assert.equal(found.diff.match(/\\n[-+][^-+]/g)?.length, 2, found.diff);
    });

  it('counts only changed lines where the line ends of the working tree are mixed', async () => {
    const { made } = committed({}, ['core.autocrlf=true']);
    const [first = '', ...rest] = better(files['src/total.js']).split(/(?<=\n)/);
    made.tree.write('src/total.js', [first, ...rest.map((line, index) => (index % 2 ? line : crlf(line)))].join(''));
    const found = await verdictOf(made);
    assert.equal(found.kind, 'preserved', found.said);
    assert.match(found.said, /every changed line with code \(1 line\)/);
  });

  it('counts line ends that git does count, and a change that hides among them', async () => {
    const { made, git } = committed();
    made.tree.write('src/total.js', crlf(files['src/total.js']));
    const plain = await verdictOf(made);
    assert.match(plain.diff, /export function total/);
    git('config', 'core.autocrlf', 'true');
    made.tree.write('src/total.js', crlf(files['src/total.js'].replace('let sum = 0', 'let sum = 1')));
    const found = await verdictOf(made);
    assert.equal(found.kind, 'broken', found.said);
  });
});
