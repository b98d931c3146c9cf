import { chmodSync } from 'node:fs';
import fc from 'fast-check';
import { encodeText } from '../../src/edits/encoding.ts';
import { createProposal, type EncodedText, type FileChange, type Proposal } from '../../src/edits/proposal.ts';
import { TempTree } from './tempTree.ts';

/** A small workspace: path → content and mode. */
export type Workspace = ReadonlyMap<string, { readonly content: EncodedText; readonly mode: number }>;

const text = fc
  .array(fc.constantFrom('a', 'ß', '😀', '\n', '\r\n', '\t', '0'), { maxLength: 8 })
  .map((pieces) => pieces.join(''));
const content: fc.Arbitrary<EncodedText> = fc.record({ text, hasBom: fc.boolean() });
const mode = fc.constantFrom(0o644, 0o755, 0o600, 0o444);
/** No name is a folder of another one. */
const paths = ['a.js', 'b.js', 'c d.js', 'é.js', 'sub/a.js', 'sub/deep/b.js', 'other/x/y/z.js'] as const;

const workspace: fc.Arbitrary<Workspace> = fc
  .uniqueArray(fc.record({ path: fc.constantFrom(...paths), content, mode }), { selector: ({ path }) => path })
  .map((files) => new Map(files.map(({ path, ...file }) => [path, file])));

/** A workspace with a proposal for it that changes something. */
export const workspaceAndProposal: fc.Arbitrary<{ readonly files: Workspace; readonly proposal: Proposal }> = fc
  .record({
    files: workspace,
    wishes: fc.uniqueArray(
      fc.record({ path: fc.constantFrom(...paths), to: fc.constantFrom(...paths), after: content, what: fc.nat(2) }),
      { minLength: 1, maxLength: 6, selector: ({ path }) => path },
    ),
  })
  .map(({ files, wishes }) => {
    const changes: FileChange[] = [];
    const used = new Set<string>();
    for (const { path, to, after, what } of wishes) {
      if (used.has(path)) continue;
      const before = files.get(path)?.content;
      if (!before) changes.push({ kind: 'create', path, after });
      else if (what === 0) changes.push({ kind: 'delete', path, before });
      else if (what === 1 && !files.has(to) && !used.has(to) && !wishes.some((wish) => wish.path === to)) {
        changes.push({ kind: 'move', path: to, from: path, before, after });
        used.add(to);
      } else if (!encodeText(before).equals(encodeText(after))) changes.push({ kind: 'edit', path, before, after });
      used.add(path);
    }
    return { files, proposal: createProposal(changes) };
  })
  .filter(({ proposal }) => proposal.changes.length > 0);

/** Writes a workspace to disk. */
export function writeWorkspace(files: Workspace): TempTree {
  const tree = new TempTree();
  for (const [path, file] of files) {
    tree.write(path, encodeText(file.content));
    chmodSync(tree.path(path), file.mode);
  }
  return tree;
}

/** What the files below a root are to be after a proposal: path → bytes and mode; new files have the default mode. */
export function expectedFiles(files: Workspace, proposal: Proposal): ReadonlyMap<string, string> {
  const expected = new Map([...files].map(([path, file]) => [path, describe(file.content, file.mode)]));
  const created = 0o666 & ~process.umask();
  for (const change of proposal.changes) {
    if (change.kind === 'delete') expected.delete(change.path);
    if (change.kind === 'move') expected.delete(change.from);
  }
  for (const change of proposal.changes)
    if (change.kind !== 'delete') {
      const mode = change.kind === 'edit' ? (files.get(change.path)?.mode ?? created) : created;
      expected.set(change.path, describe(change.after, mode));
    }
  return expected;
}

/** The files (no folders) of a tree in the same form. */
export function actualFiles(tree: TempTree): ReadonlyMap<string, string> {
  const files = tree.snapshot().filter((line) => !/\/ [0-7]+$/.test(line));
  return new Map(
    files.map((line): [string, string] => {
      const [, path = line, rest = ''] = /^(.*) ([0-7]+ [^ ]*)$/.exec(line) ?? [];
      return [path, rest];
    }),
  );
}

function describe(content: EncodedText, mode: number): string {
  return `${mode.toString(8)} ${encodeText(content).toString('base64')}`;
}
