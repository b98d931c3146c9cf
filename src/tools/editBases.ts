import type { Draft } from '../edits/draft.ts';
import { contentHash, type EncodedText, type FileChange } from '../edits/proposal.ts';
import type { StageOperation } from '../edits/stage.ts';
import type { Documents, FileSnapshot, ReadOutcome } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import { classifyPath, isTestFile, mayBeCode } from '../workspace/pathPolicy.ts';
import type { Verifier } from '../workspace/verification.ts';
import type { RequestedChange } from './editArguments.ts';
import type { ReadLedger } from './readLedger.ts';
import { describeRefusal } from './refusals.ts';

/** What a call asks for, found fresh and allowed, with the files as they are for the user now. */
export interface EditBases {
  readonly operations: readonly StageOperation[];
  readonly bases: ReadonlyMap<RelativePath, EncodedText | 'missing'>;
  /** One sentence each; empty when everything may be staged. */
  readonly problems: readonly string[];
  /** Staged paths whose file is not what it was when they were staged. */
  readonly drifted: ReadonlySet<RelativePath>;
}

export interface EditBasesPorts {
  readonly documents: Documents;
  readonly draft: Draft;
  readonly ledger: ReadLedger;
  readonly allowsTestEdits: boolean;
  /** Without it, the names alone say what belongs to the tests. */
  readonly verifier?: Pick<Verifier, 'baseline' | 'isCode'> | undefined;
}

/** Says why a path must not be changed, or undefined; `mayEdit` tells of one that is called as tests are. */
export function describeForbidden(path: RelativePath, mayEdit: (path: RelativePath) => boolean): string | undefined {
  switch (classifyPath(path)) {
    case 'secret':
      return `${path} may hold secrets; it is never read or changed.`;
    case 'protected':
      return `${path} is protected and never changed automatically; tell the user what to change there.`;
    case 'test':
      return mayEdit(path)
        ? undefined
        : `${path} belongs to the tests, which are read-only unless the user allows it; change the code instead.`;
    case 'ordinary':
      return undefined;
  }
}

/** Says why an operation is none that adds a file of tests, or undefined. */
function describeNoNewTest(operation: StageOperation, draft: Draft): string | undefined {
  const { path, kind } = operation;
  if (kind === 'move') return `${path} stays where it is; only new test files may be written now.`;
  if (!isTestFile(path))
    return `${path} is no test file; only new test files may be written now, no code, set-up or data.`;
  const isOwn = draft.proposal.changes.some((change) => change.kind === 'create' && change.path === path);
  return kind === 'create' || isOwn ? undefined : `${path} is there already; only new test files may be written now.`;
}

/** Whether a file may be changed although it is called as tests are. */
function mayEdit({ allowsTestEdits, draft, verifier }: EditBasesPorts, path: RelativePath): boolean {
  return allowsTestEdits || draft.admits === 'newTests' || verifier?.isCode?.(path) === true;
}

function describeRefused({ operation }: RequestedChange, ports: EditBasesPorts): string[] {
  const { draft } = ports;
  const refusals = pathsOf(operation).flatMap((path) => describeForbidden(path, (one) => mayEdit(ports, one)) ?? []);
  if (refusals.length > 0 || draft.admits === 'changes') return refusals;
  return [describeNoNewTest(operation, draft) ?? []].flat();
}

/** Reads every path of a call and judges whether it may be changed and is what the model was shown. Rejects only by cancellation. */
export async function collectBases(
  changes: readonly RequestedChange[],
  ports: EditBasesPorts,
  signal: AbortSignal,
): Promise<EditBases> {
  const named = changes.flatMap(({ operation }) => pathsOf(operation));
  await seeWhatIsCollected(named, ports, signal);
  const forbidden = [...new Set(changes.flatMap((change) => describeRefused(change, ports)))];
  if (forbidden.length > 0) return { operations: [], bases: new Map(), problems: forbidden, drifted: new Set() };
  const staged = ports.draft.proposal.changes.flatMap((change) => (change.kind === 'move' ? [change.from] : []));
  const paths = [...new Set([...named, ...staged, ...changes.flatMap(({ operation }) => foldersAboveNew(operation))])];
  const outcomes = await Promise.all(paths.map((path) => ports.documents.read(path, signal)));
  // From here on nothing waits, so that the draft is the one that was judged.
  return new Judge(ports, new Map(paths.map((path, index) => [path, outcomes[index] ?? { kind: 'missing' }]))).judge(
    changes,
  );
}

/** Where only its name says that a file is a test, and nothing in it does, the tests run before it is refused. */
async function seeWhatIsCollected(
  named: readonly RelativePath[],
  ports: EditBasesPorts,
  signal: AbortSignal,
): Promise<void> {
  const { documents, verifier } = ports;
  const open = named.filter((path) => mayBeCode(path) && !mayEdit(ports, path));
  if (verifier?.isCode === undefined || open.length === 0) return;
  const outcomes = await Promise.all(open.map((path) => documents.read(path, signal)));
  const isOpen = (path: RelativePath, index: number): boolean => {
    const outcome = outcomes[index];
    if (outcome?.kind === 'text') return !testWords.test(outcome.file.text);
    return classifyPath(path.slice(path.lastIndexOf('/') + 1)) === 'ordinary';
  };
  if (open.some(isOpen)) await verifier.baseline(signal);
}

const testWords = /\b(?:describe|it|test|expect)\s*\(\s*['"`]|\bdef\s+test|\b(?:unittest|pytest)\b/;

class Judge {
  readonly #ports: EditBasesPorts;
  readonly #outcomes: ReadonlyMap<RelativePath, ReadOutcome>;
  readonly #bases = new Map<RelativePath, EncodedText | 'missing'>();
  readonly #problems = new Set<string>();
  readonly #drifted = new Set<RelativePath>();
  /** Paths that earlier changes of the same call make. */
  readonly #made = new Set<RelativePath>();

  constructor(ports: EditBasesPorts, outcomes: ReadonlyMap<RelativePath, ReadOutcome>) {
    this.#ports = ports;
    this.#outcomes = outcomes;
  }

  judge(changes: readonly RequestedChange[]): EditBases {
    const operations = changes.map((change) => this.#judgeChange(change));
    return { operations, bases: this.#bases, problems: [...this.#problems], drifted: this.#drifted };
  }

  #judgeChange({ operation, hash }: RequestedChange): StageOperation {
    for (const folder of foldersAboveNew(operation)) {
      const kind = this.#outcomes.get(folder)?.kind ?? 'missing';
      // A link out of the workspace is told of by the path itself.
      if (kind !== 'directory' && kind !== 'missing' && kind !== 'outside')
        this.#problems.add(`${folder} is a file; nothing can be put below it.`);
    }
    const path = this.#admit(operation.path, operation.kind === 'delete' || operation.kind === 'move');
    const isMade = this.#made.has(path);
    if (operation.kind === 'create') this.#made.add(path);
    else if (!isMade) this.#checkFresh(path, operation.path, hash);
    if (this.#ports.draft.staged(path) !== undefined) this.#checkDrift(path);
    if (operation.kind !== 'move') return { ...operation, path };
    const to = this.#admit(operation.to, false);
    this.#made.add(to);
    return { ...operation, path, to };
  }

  /** Puts a path among the bases under the name where the file really is. */
  #admit(path: RelativePath, needsOwnName: boolean): RelativePath {
    const outcome = this.#outcomes.get(path) ?? { kind: 'missing' };
    if (outcome.kind !== 'text' && outcome.kind !== 'missing') {
      this.#problems.add(describeRefusal(path, outcome));
      return path;
    }
    const real = (outcome.kind === 'text' ? outcome.file.realPath : outcome.realPath) ?? path;
    if (real !== path) {
      const forbidden = describeForbidden(real, (one) => mayEdit(this.#ports, one));
      if (forbidden) this.#problems.add(`${path} is a link; ${forbidden}`);
      if (needsOwnName) this.#problems.add(`${path} is a link to ${real}; name that file.`);
    }
    this.#bases.set(real, outcome.kind === 'text' ? outcome.file : 'missing');
    return real;
  }

  /** The model must have been shown the content that it changes. */
  #checkFresh(path: RelativePath, asNamed: RelativePath, hash: string | null): void {
    const { draft, ledger } = this.#ports;
    const wasShown = (content: string): boolean => ledger.hasShown(path, content) || ledger.hasShown(asNamed, content);
    const staged = draft.staged(path);
    if (staged === 'deleted') return;
    if (staged) {
      const known = hash === null || hash === contentHash(staged) || wasShown(hash);
      if (!known) this.#problems.add(`${asNamed} never had the hash ${hash}; read it again.`);
      return;
    }
    const outcome = this.#outcomes.get(asNamed);
    if (outcome?.kind !== 'text') return;
    const { file } = outcome;
    if (!ledger.hasShownAny(path) && !ledger.hasShownAny(asNamed))
      this.#problems.add(`${asNamed} was not read yet; read it with read_file first.`);
    else if (!wasShown(file.hash)) this.#problems.add(`${asNamed} changed since it was read; read it again.`);
    else if (hash !== null && hash !== file.hash)
      this.#problems.add(`${asNamed} has the hash ${file.hash}, not ${hash}; read it again.`);
  }

  /** What was staged earlier must still stand on the file that it was staged for. */
  #checkDrift(path: RelativePath): void {
    const change = this.#ports.draft.proposal.changes.find(
      (one) => one.path === path || (one.kind === 'move' && one.from === path),
    );
    if (!change || this.#standsOn(change)) return;
    this.#drifted.add(change.path);
    this.#problems.add(
      `${change.path} changed outside since it was staged, so what was staged for it was dropped; read it again.`,
    );
  }

  #standsOn(change: FileChange): boolean {
    const found = (path: RelativePath): FileSnapshot | 'missing' | undefined => {
      const outcome = this.#outcomes.get(path);
      return outcome?.kind === 'text' ? outcome.file : outcome?.kind === 'missing' ? 'missing' : undefined;
    };
    const target = found(change.path);
    if (change.kind === 'create') return target === undefined || target === 'missing';
    if (change.kind === 'move' && target !== undefined && target !== 'missing') return false;
    const origin = found(change.kind === 'move' ? change.from : change.path);
    return typeof origin === 'object' && origin.hash === contentHash(change.before);
  }
}

function pathsOf(operation: StageOperation): readonly RelativePath[] {
  return operation.kind === 'move' ? [operation.path, operation.to] : [operation.path];
}

/** Every folder that a new file would stand below. */
function foldersAboveNew(operation: StageOperation): readonly RelativePath[] {
  if (operation.kind !== 'create' && operation.kind !== 'move') return [];
  const segments = (operation.kind === 'move' ? operation.to : operation.path).split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}
