import { readBytes } from '../disk/readBytes.ts';
import { contentOf, encodeText } from '../edits/encoding.ts';
import { contentHash, createProposal, type EncodedText, type FileChange, type Proposal } from '../edits/proposal.ts';
import { abortError } from '../util/abort.ts';
import { allowedEnvironment } from '../util/allowedEnvironment.ts';
import { runProcess } from '../util/runProcess.ts';
import { classifyPath } from '../workspace/pathPolicy.ts';
import { blobName, unixEnds, withEndsOf } from './gitLineEnds.ts';

export type GitChanges =
  { readonly kind: 'changes'; readonly proposal: Proposal } | { readonly kind: 'failed'; readonly reason: string };

/** A larger file is not compared, in bytes. */
const maxBytes = 64 * 1024 * 1024;
/** Where it finds its settings; what would name another repository is left out. */
const ofGit = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_CEILING_DIRECTORIES'];

const limits = { timeoutMs: 60_000, maxOutputBytes: maxBytes + 1024 };

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
  const changes: FileChange[] = [];
  for (const { status, path, from } of [
    ...parseStatus(listed),
    ...names(created).map((name) => ({ status: 'A', path: name, from: name })),
  ]) {
    const old = status === 'A' ? undefined : await git.blob(`${id}:./${from}`);
    const now = status === 'D' ? undefined : await fileAt(root, path);
    const problem = [old, now].find((one) => typeof one === 'string');
    if (typeof problem === 'string') return { kind: 'failed', reason: `${path} ${problem}.` };
    const [before, after] = await git.withFilesEnds(path, contentIn(old), contentIn(now));
    const change = changeOf(status, path, from, before, after);
    if (change !== undefined) changes.push(change);
  }
  return { kind: 'changes', proposal: createProposal(changes) };
}

function contentIn(bytes: Buffer | string | undefined): EncodedText | undefined {
  return typeof bytes === 'object' ? contentOf(bytes) : undefined;
}

/** The bytes of a file, or what keeps it from being compared. */
async function fileAt(root: string, path: string): Promise<Buffer | string> {
  if (classifyPath(path) === 'secret') return 'may hold secrets, so it is not read';
  const found = await readBytes(root, path, maxBytes);
  if (found.kind === 'tooLarge') return 'is too large to be compared';
  if (found.kind !== 'file') return 'is no file that could be compared';
  return classifyPath(found.realPath) === 'secret' ? 'may hold secrets, so it is not read' : found.bytes;
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
  return contentHash(before) === contentHash(after) ? undefined : { kind: 'edit', path, before, after };
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

class Git {
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal;

  constructor(root: string, env: NodeJS.ProcessEnv, signal: AbortSignal) {
    this.#root = root;
    this.#env = { ...allowedEnvironment(env, ofGit), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
    this.#signal = signal;
  }

  /** The bytes of a file of a commit, or what keeps it from being compared. */
  async blob(name: string): Promise<Buffer | string> {
    const bytes = await this.run(['cat-file', 'blob', name], 'bytes');
    if (bytes === undefined) return 'is no file that could be compared';
    return bytes.length > maxBytes ? 'is too large to be compared' : Buffer.from(bytes, 'latin1');
  }

  /** Both sides of a file, the one before with the line ends of the working tree where git itself makes no difference of them. */
  async withFilesEnds(
    path: string,
    before: EncodedText | undefined,
    after: EncodedText | undefined,
  ): Promise<readonly [EncodedText | undefined, EncodedText | undefined]> {
    const isPlain = before?.text.includes('\r') === false && after?.text.includes('\r\n') === true;
    if (before === undefined || after === undefined || !isPlain) return [before, after];
    const name = (await this.run(['hash-object', '--', path]))?.trim() ?? '';
    const isTurned = name === blobName(encodeText({ ...after, text: unixEnds(after.text) }), name);
    return [isTurned ? { ...before, text: withEndsOf(before.text, after.text) } : before, after];
  }

  /** What it prints; undefined when it fails. */
  async run(args: readonly string[], reads?: 'bytes'): Promise<string | undefined> {
    const argv = ['git', '--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...args] as const;
    const request = { argv, cwd: this.#root, env: this.#env, ...limits, ...(reads && { reads }) };
    const outcome = await runProcess(request, this.#signal);
    if (outcome.kind === 'aborted') throw abortError(this.#signal.reason);
    return outcome.kind === 'exited' && outcome.code === 0 ? outcome.stdout : undefined;
  }
}
