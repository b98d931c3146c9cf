import { createProposal, type EncodedText, type FileChange, type Proposal } from '../edits/proposal.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { abortError } from '../util/abort.ts';
import { runProcess } from '../util/runProcess.ts';
import { splitBom } from '../edits/encoding.ts';

export type GitChanges =
  { readonly kind: 'changes'; readonly proposal: Proposal } | { readonly kind: 'failed'; readonly reason: string };

const limits = { timeoutMs: 60_000, maxOutputBytes: 16 * 1024 * 1024 };

/** What the working tree below a folder is, compared with a commit, as a proposal. Git only reads. Rejects only by cancellation. */
export async function changesSince(
  root: string,
  base: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<GitChanges> {
  const git = new Git(root, env, signal);
  const commit = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`]);
  if (commit === undefined) return { kind: 'failed', reason: `"${base}" names no commit of a git repository here.` };
  const id = commit.trim();
  const listed = await git.run([
    'diff',
    '--name-status',
    '-z',
    '-M',
    '--relative',
    '--no-ext-diff',
    '--no-textconv',
    id,
    '--',
    '.',
  ]);
  const created = await git.run(['ls-files', '--others', '--exclude-standard', '-z', '--', '.']);
  if (listed === undefined || created === undefined)
    return { kind: 'failed', reason: 'git could not list what changed.' };
  const documents = new DiskDocuments({ root });
  const changes: FileChange[] = [];
  for (const { status, path, from } of [
    ...parseStatus(listed),
    ...names(created).map((name) => ({ status: 'A', path: name, from: name })),
  ]) {
    const before = status === 'A' ? undefined : textOf(await git.run(['cat-file', 'blob', `${id}:./${from}`]));
    const read = status === 'D' ? undefined : await documents.read(path, signal);
    const after = read?.kind === 'text' ? { text: read.file.text, hasBom: read.file.hasBom } : undefined;
    const isWhole = (status === 'A' || before !== undefined) && (status === 'D' || after !== undefined);
    if (!isWhole) return { kind: 'failed', reason: `${path} is no text that could be compared.` };
    const change = changeOf(status, path, from, before, after);
    if (change !== undefined) changes.push(change);
  }
  return { kind: 'changes', proposal: createProposal(changes) };
}

function changeOf(
  status: string,
  path: string,
  from: string,
  before: EncodedText | undefined,
  after: EncodedText | undefined,
): FileChange | undefined {
  if (before === undefined) return after === undefined ? undefined : { kind: 'create', path, after };
  if (after === undefined) return { kind: 'delete', path: from, before };
  if (status.startsWith('R')) return { kind: 'move', path, from, before, after };
  return before.text === after.text && before.hasBom === after.hasBom
    ? undefined
    : { kind: 'edit', path, before, after };
}

interface Status {
  readonly status: string;
  readonly path: string;
  readonly from: string;
}

function parseStatus(text: string): readonly Status[] {
  const words = names(text);
  const found: Status[] = [];
  for (let at = 0; at < words.length;) {
    const status = words[at] ?? '';
    const from = words[at + 1] ?? '';
    const isPair = /^[RC]/.test(status);
    const path = isPair ? (words[at + 2] ?? '') : from;
    found.push(status.startsWith('C') ? { status: 'A', path, from: path } : { status, path, from });
    at += isPair ? 3 : 2;
  }
  return found;
}

function names(text: string): readonly string[] {
  return text.split('\0').filter((name) => name !== '');
}

function textOf(text: string | undefined): EncodedText | undefined {
  return text === undefined || text.includes('\0') || text.includes('\uFFFD') ? undefined : splitBom(text);
}

class Git {
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;

  constructor(root: string, env: NodeJS.ProcessEnv, signal: AbortSignal) {
    this.#root = root;
    this.#env = { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
    this.#signal = signal;
  }

  /** What it prints; undefined when it fails. */
  async run(args: readonly string[]): Promise<string | undefined> {
    const argv = ['git', '--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...args] as const;
    const outcome = await runProcess({ argv, cwd: this.#root, env: this.#env, ...limits }, this.#signal);
    if (outcome.kind === 'aborted') throw abortError(this.#signal.reason);
    return outcome.kind === 'exited' && outcome.code === 0 ? outcome.stdout : undefined;
  }
}
