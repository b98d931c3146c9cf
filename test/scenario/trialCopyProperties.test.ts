import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { PrivateFolder } from '../../src/verify/copy/privateFolder.ts';
import { defaultCopyLimits, TrialCopy } from '../../src/verify/copy/trialCopy.ts';
import { TemporaryFolder } from '../support/temporaryFolder.ts';

const { signal } = new AbortController();

type Deed =
  | { readonly kind: 'file' | 'script' | 'folder' | 'remove' | 'append'; readonly path: string; readonly text: string }
  | { readonly kind: 'link' | 'hardLink'; readonly path: string; readonly to: string };

const name = fc.constantFrom(
  'a',
  'b c',
  'ünïcode-日本',
  "it's",
  '.hidden',
  'node_modules',
  'x.js',
  '-dash',
  'emoji🙂',
  'q"uote',
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('file' as const, 'script' as const, 'folder' as const, 'remove' as const, 'append' as const),
    path,
    text: fc.string({ maxLength: 12 }),
  }),
  fc.record({ kind: fc.constantFrom('link' as const, 'hardLink' as const), path, to: path }),
);
const deeds = fc.array(deed, { maxLength: 14 });

/** Does it where it can be done; what a file system refuses does not matter. */
function perform(root: string, { path: below, ...what }: Deed): void {
  const target = join(root, below);
  try {
    if (what.kind === 'remove') return rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    if (what.kind === 'folder') mkdirSync(target);
    else if (what.kind === 'append') appendFileSync(target, what.text);
    else if ('to' in what) {
      if (what.kind === 'link') symlinkSync(what.to, target);
      else linkSync(join(root, what.to), target);
    } else {
      writeFileSync(target, what.text);
      if (what.kind === 'script') chmodSync(target, 0o755);
    }
  } catch {
    // Such as a folder that is a file.
  }
}

/** Everything that writing leaves a trace in, the time of the last change of any kind included. */
function traces(root: string): readonly string[] {
  return walk(root).map((below) => {
    const stat = lstatSync(join(root, below), { bigint: true });
    return `${below} ${stat.mode} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino} ${stat.nlink} ${contentOf(join(root, below))}`;
  });
}

/** What programs see: names, kinds, who may run it, and bytes. Version control is not theirs. */
function appearance(root: string): readonly string[] {
  return walk(root)
    .filter((below) => !below.split('/').includes('.git'))
    .map((below) => {
      const stat = lstatSync(join(root, below));
      const kind = stat.isDirectory() ? 'folder' : `${stat.isSymbolicLink() ? 'link' : 'file'} ${stat.mode & 0o111}`;
      return `${below} ${kind} ${stat.isSymbolicLink() ? '' : contentOf(join(root, below))}`;
    });
}

function walk(root: string, below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? [path, ...walk(root, path)] : [path];
    })
    .sort();
}

function contentOf(file: string): string {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return readlinkSync(file);
  return stat.isFile() ? readFileSync(file, 'hex') : '';
}

function identities(root: string): ReadonlySet<string> {
  const files = walk(root).filter((below) => lstatSync(join(root, below)).isFile());
  return new Set(files.map((below) => `${lstatSync(join(root, below)).dev}:${lstatSync(join(root, below)).ino}`));
}

async function withCopy(work: (root: string, copy: TrialCopy) => Promise<void>): Promise<void> {
  const folder = new TemporaryFolder();
  const holder = await PrivateFolder.create(folder.path);
  try {
    const root = join(folder.path, 'a project');
    mkdirSync(root);
    await work(root, await TrialCopy.open(root, holder, defaultCopyLimits));
  } finally {
    await holder.dispose();
    folder.dispose();
  }
}

async function sync(copy: TrialCopy): Promise<string> {
  const outcome = await copy.sync([], signal);
  if (outcome.kind !== 'ready') throw new Error(outcome.reason);
  return outcome.contentKey;
}

describe('the private copy, whatever is in the workspace', function () {
  this.timeout(300_000);

  it('is equal to it after every change of either, shares no file with it, and leaves no trace in it', () =>
    fc.assert(
      fc.asyncProperty(deeds, fc.array(fc.tuple(deeds, deeds), { maxLength: 3 }), async (first, rounds) =>
        withCopy(async (root, copy) => {
          const check = async (): Promise<void> => {
            const before = traces(root);
            const key = await sync(copy);
            assert.deepEqual(traces(root), before);
            // What tests write among installed packages stays until these are installed anew.
            const outside = (all: readonly string[]): readonly string[] =>
              all.filter((line) => !/(^|\/)node_modules[/ ]/.test(line));
            assert.deepEqual(outside(appearance(copy.dir)), outside(appearance(root)));
            const own = identities(root);
            for (const identity of identities(copy.dir)) assert.ok(!own.has(identity), 'one file with two names');
            assert.equal(await sync(copy), key);
          };
          for (const each of first) perform(root, each);
          await check();
          for (const [inRoot, inCopy] of rounds) {
            for (const each of inRoot) perform(root, each);
            for (const each of inCopy) if (!reachesRoot(copy.dir, root, each.path)) perform(copy.dir, each);
            await check();
          }
        }),
      ),
      { numRuns: 40 },
    ));

  it('takes a submodule, a worktree and nested repositories without their version control', () =>
    withCopy(async (root, copy) => {
      for (const file of [
        'lib/sub/.git',
        'lib/sub/code.js',
        'deep/repo/.git/config',
        'deep/repo/code.js',
        '.git',
        'own.js',
      ])
        perform(root, { kind: 'file', path: file, text: file });
      await sync(copy);
      assert.deepEqual(appearance(copy.dir), appearance(root));
      for (const gone of ['.git', 'lib/sub/.git', 'deep/repo/.git']) assert.ok(!existsSync(join(copy.dir, gone)), gone);
    }));

  it('has caches among the installed packages of its own', () =>
    withCopy(async (root, copy) => {
      const caches = [
        '.cache/babel/a',
        '.vite/deps/b.js',
        '.vitest/results.json',
        'pkg/index.js',
        '.package-lock.json',
      ];
      for (const file of caches) perform(root, { kind: 'file', path: `node_modules/${file}`, text: file });
      const before = traces(root);
      await sync(copy);
      for (const file of caches) appendFileSync(join(copy.dir, 'node_modules', file), 'written by a test');
      perform(copy.dir, { kind: 'file', path: 'node_modules/.cache/new', text: 'new' });
      await sync(copy);
      assert.deepEqual(traces(root), before);
    }));

  it('is a reason and leaves nothing when the disk is full', async function () {
    const folder = new TemporaryFolder();
    const small = join(folder.path, 'small');
    mkdirSync(small);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small], { stdio: 'ignore' });
    if (mounted.status !== 0) {
      console.log('      not run here: no small disk could be mounted');
      folder.dispose();
      return this.skip();
    }
    try {
      const root = join(folder.path, 'project');
      mkdirSync(root);
      writeFileSync(join(root, 'large.bin'), Buffer.alloc(1024 * 1024, 7));
      const before = traces(root);
      const holder = await PrivateFolder.create(small);
      const copy = await TrialCopy.open(root, holder, defaultCopyLimits);
      const outcome = await copy.sync([], signal);
      assert.deepEqual(outcome, {
        kind: 'unavailable',
        reason: 'The disk that holds temporary files is full, so no private copy could be made and no test ran.',
        refusal: { kind: 'noRoom' },
      });
      await holder.dispose();
      assert.deepEqual(readdirSync(small), []);
      assert.deepEqual(traces(root), before);
    } finally {
      spawnSync('umount', [small]);
      folder.dispose();
    }
  });

  it('that had something else laid over looks newer than what was built from that', () =>
    withCopy(async (root, copy) => {
      writeFileSync(join(root, 'a.js'), '1');
      await sync(copy);
      await copy.lay([{ path: 'a.js', content: { text: '2', hasBom: false } }]);
      const built = lstatSync(join(copy.dir, 'a.js'), { bigint: true }).mtimeNs;
      await sync(copy);
      assert.equal(readFileSync(join(copy.dir, 'a.js'), 'utf8'), '1');
      assert.ok(lstatSync(join(copy.dir, 'a.js'), { bigint: true }).mtimeNs >= built);
    }));
});

/** A link of the workspace that leads out of the copy is no way for our deeds; tests are not ours to stop. */
function reachesRoot(copy: string, root: string, below: string): boolean {
  for (let folder = join(copy, below); folder.length > copy.length; folder = dirname(folder)) {
    if (!existsSync(folder)) continue;
    return realpathSync(folder).startsWith(root);
  }
  return false;
}
