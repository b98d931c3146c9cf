import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { contain } from '../../../src/disk/containment.ts';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { contentHash } from '../../../src/edits/proposal.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import type { FileSnapshot, ReadOutcome } from '../../../src/workspace/documents.ts';
import { TempTree } from '../../support/tempTree.ts';

const signal = new AbortController().signal;
const trees: TempTree[] = [];
const tree = (files: Readonly<Record<string, string | Uint8Array>> = {}): TempTree => {
  const made = new TempTree(files);
  trees.push(made);
  return made;
};
const read = (root: string, path: string): Promise<ReadOutcome> => new DiskDocuments({ root }).read(path, signal);
const list = async (root: string, under?: string, limit = 1_000): Promise<readonly string[]> =>
  (await new DiskDocuments({ root }).list(under, limit, signal)).paths;

afterEach(() => {
  for (const made of trees.splice(0)) made.dispose();
});

describe('disk documents: read', () => {
  it('gives text with its own line ends, the byte order mark apart, and the hash of the bytes', async () => {
    const { root } = tree({ 'a.js': 'one\r\ntwo\n', 'b.js': '\uFEFFx' });
    const plain = await read(root, './a.js');
    assert.deepEqual(plain, {
      kind: 'text',
      file: {
        path: 'a.js',
        text: 'one\r\ntwo\n',
        hasBom: false,
        hash: contentHash({ text: 'one\r\ntwo\n', hasBom: false }),
        isUnsaved: false,
      },
    });
    const marked = await read(root, 'b.js');
    assert.ok(marked.kind === 'text' && marked.file.hasBom && marked.file.text === 'x');
  });

  it('refuses what is no text, with the reason', async () => {
    const made = tree({
      'binary.js': Uint8Array.from([0x61, 0, 0x62]),
      'utf16.js': Uint8Array.from([0xff, 0xfe, 0x61, 0]),
      'latin.js': Uint8Array.from([0x61, 0xe4]),
      'huge.js': Buffer.alloc(2 * 1024 * 1024 + 1, 'a'),
      'limit.js': Buffer.alloc(2 * 1024 * 1024, 'a'),
      '.env': 'KEY=1',
      'sub/x.js': '',
    });
    const kindOf = async (path: string): Promise<string> => (await read(made.root, path)).kind;
    assert.equal(await kindOf('binary.js'), 'binary');
    assert.equal(await kindOf('utf16.js'), 'undecodable');
    assert.equal(await kindOf('latin.js'), 'undecodable');
    assert.equal(await kindOf('huge.js'), 'tooLarge');
    assert.equal(await kindOf('limit.js'), 'text');
    assert.equal(await kindOf('.env'), 'secret');
    assert.equal(await kindOf('sub'), 'directory');
    assert.equal(await kindOf('gone.js'), 'missing');
    assert.equal(await kindOf('sub/x.js/y'), 'missing');
    assert.equal(await kindOf('../a.js'), 'outside');
    assert.equal(await kindOf('/etc/passwd'), 'outside');
    assert.equal(await kindOf('sub/../../etc/passwd'), 'outside');
  });

  it('does not wait for a pipe', async function () {
    if (process.platform === 'win32') this.skip();
    const made = tree();
    execFileSync('mkfifo', [made.path('pipe.js')]);
    assert.equal((await read(made.root, 'pipe.js')).kind, 'binary');
  });

  it('follows links inside and says where they lead; refuses those that lead out, to secrets, in circles, to nothing', async () => {
    const outside = tree({ 'secret.txt': 'x', 'dir/y.js': 'y' });
    const made = tree({ 'real/a.js': 'a', '.env': 'KEY=1', 'conf/.vscode/settings.json': '{}' });
    const link = (target: string, path: string): void => symlinkSync(target, made.path(path));
    link('real/a.js', 'inside.js');
    link('real', 'folder');
    link('.env', 'notes.txt');
    link(outside.path('secret.txt'), 'out.txt');
    link(outside.path('dir'), 'outdir');
    link('loop2', 'loop1');
    link('loop1', 'loop2');
    link('nowhere.js', 'dangling.js');
    link(outside.path('new.js'), 'creates.js');
    const inside = await read(made.root, 'inside.js');
    assert.ok(inside.kind === 'text' && inside.file.path === 'inside.js' && inside.file.realPath === 'real/a.js');
    const below = await read(made.root, 'folder/a.js');
    assert.ok(below.kind === 'text' && below.file.realPath === 'real/a.js');
    assert.deepEqual(await read(made.root, 'folder/new.js'), { kind: 'missing', realPath: 'real/new.js' });
    assert.equal((await read(made.root, 'notes.txt')).kind, 'secret');
    for (const path of ['out.txt', 'outdir/y.js', 'outdir/new.js', 'loop1', 'loop1/x', 'dangling.js', 'creates.js'])
      assert.equal((await read(made.root, path)).kind, 'outside', path);
  });

  it('works in a workspace folder that is itself reached by a link', async () => {
    const made = tree({ 'real/a.js': 'a' });
    symlinkSync('real', made.path('root'));
    const outcome = await read(made.path('root'), 'a.js');
    assert.ok(outcome.kind === 'text' && outcome.file.realPath === undefined);
    assert.deepEqual(await list(made.path('root')), ['a.js']);
  });

  it('never resolves to anything outside, whatever the path', async () => {
    const outside = tree({ 'x/y': '1' });
    const made = tree({ 'a/b': '1', 'c/d': '2' });
    symlinkSync(outside.root, made.path('a/out'));
    symlinkSync('../c', made.path('a/in'));
    symlinkSync('..', made.path('c/up'));
    symlinkSync('../..', made.path('c/upup'));
    const segment = fc.constantFrom('a', 'b', 'c', 'd', 'out', 'in', 'up', 'upup', '..', '.', 'x', 'y', 'new');
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 7 }), async (segments) => {
        const where = await contain(made.root, segments.join('/'));
        if (where.kind === 'inside') {
          assert.ok(where.absolute.startsWith(`${made.root}/`), where.absolute);
          assert.equal(join(made.root, where.realPath), where.absolute);
        }
        const outcome = await read(made.root, segments.join('/'));
        if (outcome.kind === 'text') assert.ok(['1', '2'].includes(outcome.file.text));
      }),
      { numRuns: 300 },
    );
  });

  it('shows an unsaved buffer instead of the disk, by the path asked for or the real one, but never a secret', async () => {
    const made = tree({ 'a.js': 'disk', 'clean.js': 'disk' });
    symlinkSync('a.js', made.path('alias.js'));
    const buffer = (path: string, text: string, isUnsaved: boolean): FileSnapshot => {
      const hash = contentHash({ text, hasBom: false });
      return { path, text, hasBom: false, hash, isUnsaved };
    };
    const documents = new DiskDocuments({
      root: made.root,
      openBuffers: () => [
        buffer('a.js', 'typed', true),
        buffer('clean.js', 'stale', false),
        buffer('new.js', 'never saved', true),
        buffer('.env', 'KEY', true),
      ],
    });
    const textOf = async (path: string): Promise<string> => {
      const outcome = await documents.read(path, signal);
      return outcome.kind === 'text' ? `${outcome.file.text} ${outcome.file.isUnsaved}` : outcome.kind;
    };
    assert.equal(await textOf('a.js'), 'typed true');
    assert.equal(await textOf('alias.js'), 'typed true');
    assert.equal(await textOf('clean.js'), 'disk false');
    assert.equal(await textOf('new.js'), 'never saved true');
    assert.equal(await textOf('.env'), 'secret');
    assert.deepEqual(
      documents.unsaved().map(({ path }) => path),
      ['a.js', 'new.js'],
    );
  });

  it('rejects when cancelled, and only then', async () => {
    const { root } = tree({ 'a.js': '' });
    const gone = AbortSignal.abort();
    const documents = new DiskDocuments({ root });
    await assert.rejects(documents.read('a.js', gone), isAbortError);
    await assert.rejects(documents.list(undefined, 10, gone), isAbortError);
    assert.equal((await read(join(root, 'not-there'), 'a.js')).kind, 'outside');
    assert.deepEqual(await list(join(root, 'not-there')), []);
  });
});

describe('disk documents: list', () => {
  it('leaves out what nested .gitignore files name, secrets, .git and node_modules', async () => {
    const { root } = tree({
      '.gitignore': 'dist/\n*.log\n/only-here.js\n!keep.log\n',
      'src/a.js': '',
      'src/only-here.js': '',
      'only-here.js': '',
      'dist/a.js': '',
      'x.log': '',
      'sub/keep.log': '',
      'sub/.gitignore': '*.tmp\n!x.log\n/gen\n',
      'sub/x.log': '',
      'sub/a.tmp': '',
      'sub/gen/a.js': '',
      'sub/deep/gen/a.js': '',
      'node_modules/a/index.js': '',
      'packages/p/node_modules/a/index.js': '',
      '.git/config': '',
      '.env': '',
      '.ssh/config': '',
      'key.pem': '',
      '.eslintrc.json': '',
    });
    assert.deepEqual(await list(root), [
      '.eslintrc.json',
      '.gitignore',
      'src/a.js',
      'src/only-here.js',
      'sub/.gitignore',
      'sub/deep/gen/a.js',
      'sub/keep.log',
      'sub/x.log',
    ]);
    assert.deepEqual(await list(root, 'sub'), ['sub/.gitignore', 'sub/deep/gen/a.js', 'sub/keep.log', 'sub/x.log']);
    assert.deepEqual(await list(root, 'dist'), []);
    assert.deepEqual(await list(root, 'node_modules'), []);
    assert.deepEqual(await list(root, 'sub/gen'), []);
    assert.deepEqual(await list(root, 'gone'), []);
  });

  it('agrees with git on random trees and rules', async () => {
    const segment = fc.constantFrom('a', 'b', 'c.js', 'd.js');
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    const rule = fc.constantFrom(
      'a',
      'b/',
      '/a',
      '*.js',
      '!c.js',
      'a/*',
      '!a/c.js',
      'a/**/d.js',
      '**/b',
      '!b/',
      'a/b/',
      '# no',
      '\\!x',
      '/*',
      '!/a',
    );
    const rules = fc.array(rule, { maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(path, { maxLength: 12 }),
        fc.dictionary(fc.constantFrom('', 'a/', 'a/b/', 'b/'), rules),
        async (paths, ignores) => {
          const made = new TempTree();
          try {
            execFileSync('git', ['init', '-q', made.root]);
            for (const one of paths)
              try {
                made.write(one, '');
              } catch {
                // A name that is a file and a folder: the first one stays.
              }
            for (const [folder, text] of Object.entries(ignores))
              try {
                made.write(`${folder}.gitignore`, text);
              } catch {
                // The folder is a file.
              }
            const git = execFileSync('git', ['ls-files', '--others', '--exclude-standard'], {
              cwd: made.root,
              encoding: 'utf8',
            });
            assert.deepEqual(await list(made.root), git.split('\n').filter(Boolean).sort());
          } finally {
            made.dispose();
          }
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(30_000);

  it('takes a folder that nearer rules bring back for what it is, and judges what is in it', async () => {
    const { root } = tree({
      '.gitignore': '*.js\n',
      'b/.gitignore': '!c.js\n!d[1].js\n',
      'b/c.js/a': '',
      'b/c.js/deep/a': '',
      'b/c.js/d.js': '',
      'b/e.js/a': '',
    });
    assert.deepEqual(await list(root), ['.gitignore', 'b/.gitignore', 'b/c.js/a', 'b/c.js/deep/a']);
  });

  it('lists a folder that the repository around it ignores, when that is what was opened', async () => {
    const made = tree({ '.git/HEAD': '', '.gitignore': 'out/\n*.log\n', 'out/p/a.js': '', 'out/p/a.log': '' });
    assert.deepEqual(await list(made.path('out/p')), ['a.js']);
  });

  it('obeys the repository above the folder, and its info/exclude', async () => {
    const made = tree({
      '.git/info/exclude': 'private/\n',
      '.gitignore': 'packages/p/build\n*.gen.js\n',
      'packages/.gitignore': '!keep.gen.js\n',
      'packages/p/build/x.js': '',
      'packages/p/a.gen.js': '',
      'packages/p/keep.gen.js': '',
      'packages/p/private/a.js': '',
      'packages/p/src/build/a.js': '',
    });
    assert.deepEqual(await list(made.path('packages/p')), ['keep.gen.js', 'src/build/a.js']);
  });

  it('sorts by whole paths, and cuts at the limit', async () => {
    const names = ['a-b', 'a.js', 'a/x', 'a/y/z', 'a0', 'B', 'ä'];
    const { root } = tree(Object.fromEntries(names.map((name) => [name, ''])));
    assert.deepEqual(await list(root), [...names].sort());
    for (let limit = 0; limit <= names.length; limit += 1) {
      const { paths, isCut } = await new DiskDocuments({ root }).list(undefined, limit, signal);
      assert.deepEqual(paths, [...names].sort().slice(0, limit));
      assert.equal(isCut, limit < names.length);
    }
  });

  it('enters no link to a folder, and takes links to files only when they stay inside', async () => {
    const outside = tree({ 'x.js': '' });
    const made = tree({ 'src/a.js': '', '.env': '' });
    mkdirSync(made.path('empty'));
    symlinkSync('src', made.path('dirlink'));
    symlinkSync('..', made.path('src/up'));
    symlinkSync('src/a.js', made.path('link.js'));
    symlinkSync(outside.path('x.js'), made.path('out.js'));
    symlinkSync('.env', made.path('env.txt'));
    symlinkSync('nowhere', made.path('dangling.js'));
    assert.deepEqual(await list(made.root), ['link.js', 'src/a.js']);
    assert.deepEqual(await list(made.root, 'dirlink'), ['src/a.js']);
  });
});
