import { contentHash, createProposal, type EncodedText, type FileChange, type Proposal } from './proposal.ts';

/** What stands at a path: a text, or nothing. */
export type FileState = EncodedText | 'missing';

/** What stands at some paths; of any other nothing is said. */
export type FileStates = ReadonlyMap<string, FileState>;

/** What a file was and what it became. */
export type Move = readonly [from: string, to: string];

/** Whether two states are the same bytes. */
export function isSameState(one: FileState, other: FileState): boolean {
  if (one === other) return true;
  return one !== 'missing' && other !== 'missing' && one.text === other.text && one.hasBom === other.hasBom;
}

/** All paths of a proposal as they are without it. */
export function statesBefore({ changes }: Proposal): Map<string, FileState> {
  const states = new Map<string, FileState>();
  for (const change of changes) {
    if (change.kind === 'create' || change.kind === 'move') states.set(change.path, 'missing');
    if (change.kind === 'move') states.set(change.from, change.before);
    if (change.kind === 'edit' || change.kind === 'delete') states.set(change.path, change.before);
  }
  return states;
}

/** All paths of a proposal as they are with it. */
export function statesAfter({ changes }: Proposal): Map<string, FileState> {
  const states = new Map<string, FileState>();
  for (const change of changes) {
    if (change.kind === 'move') states.set(change.from, 'missing');
    states.set(change.path, change.kind === 'delete' ? 'missing' : change.after);
  }
  return states;
}

/** All paths of two proposals of the same files, one going on from the other: as they are without either, and with each. */
export function statesBetween(
  before: Proposal,
  after: Proposal,
): Readonly<Record<'originals' | 'before' | 'after', FileStates>> {
  const originals = new Map([...statesBefore(after), ...statesBefore(before)]);
  return {
    originals,
    before: new Map([...originals, ...statesAfter(before)]),
    after: new Map([...originals, ...statesAfter(after)]),
  };
}

/** Where a proposal moves files. */
export function movesOf({ changes }: Proposal): readonly Move[] {
  return changes.flatMap((change) => (change.kind === 'move' ? [[change.from, change.path] as const] : []));
}

/**
 * The proposal that leads from some states to others of the same paths. Of `moves` those are made that fit: the file is gone there
 * and new here.
 */
export function proposalBetween(before: FileStates, after: FileStates, moves: Iterable<Move>): Proposal {
  const changes: FileChange[] = [];
  const done = new Set<string>();
  const goneAt = (path: string): EncodedText | undefined => {
    const [old, next] = [before.get(path), after.get(path)];
    return old !== undefined && old !== 'missing' && next === 'missing' && !done.has(path) ? old : undefined;
  };
  for (const [from, to] of moves) {
    const [old, next] = [goneAt(from), after.get(to)];
    const isNew = before.get(to) === 'missing' && !done.has(to);
    if (old === undefined || !isNew || next === undefined || next === 'missing') continue;
    changes.push({ kind: 'move', path: to, from, before: old, after: next });
    done.add(from).add(to);
  }
  for (const [path, next] of after) {
    const old = before.get(path) ?? 'missing';
    if (done.has(path) || isSameState(old, next)) continue;
    if (old === 'missing')
      changes.push(...(next === 'missing' ? [] : [{ kind: 'create', path, after: next } as const]));
    else if (next === 'missing') changes.push({ kind: 'delete', path, before: old });
    else changes.push({ kind: 'edit', path, before: old, after: next });
  }
  return createProposal(changes);
}

/** Files that are gone at one place and stand as they were at another, once there and once here. */
export function wholeMoves(before: FileStates, after: FileStates): readonly Move[] {
  const gone = byContent(before, after);
  const come = byContent(after, before);
  return [...gone].flatMap(([hash, from]) => {
    const to = come.get(hash);
    return from !== undefined && to !== undefined ? [[from, to] as const] : [];
  });
}

/** Paths that have a text on one side and none on the other, by that text; undefined where it stands at several. */
function byContent(has: FileStates, lacks: FileStates): ReadonlyMap<string, string | undefined> {
  const paths = new Map<string, string | undefined>();
  for (const [path, state] of has) {
    if (state === 'missing' || lacks.get(path) !== 'missing' || state.text === '') continue;
    const hash = contentHash(state);
    paths.set(hash, paths.has(hash) ? undefined : path);
  }
  return paths;
}
