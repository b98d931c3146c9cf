import { lineHunks } from '../../../edits/hunks.ts';
import type { FileChange, Proposal } from '../../../edits/proposal.ts';
import type { ChangedFile, Finding, MutatedPlace, SensitivityEvidence } from '../../../workspace/evidence.ts';
import type { Evidence } from '../../../workspace/verification.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import { canMutate, placesOf } from './measureSensitivity.ts';
import type { MutantPlace } from '../../mutation/changes/mutant.ts';
import type { TriedPlace } from './sensitivityRequest.ts';

/** What mutants have shown of a proposal. */
export interface ExaminedChange {
  /** Of the state before it. */
  readonly key: string;
  readonly proposal: Proposal;
  readonly found: Pick<Evidence, 'sensitivity' | 'reach' | 'written'>;
  readonly places: readonly TriedPlace[];
}

/** More are forgotten, the oldest first. */
const mostKept = 8;

/**
 * Keeps what mutants have shown of whole proposals, and tells it of the same proposal, or of a part of one as far as each place of the part
 * stands in the whole as it is. Runs nothing.
 */
export class ExaminedChanges {
  #known: readonly ExaminedChange[] = [];

  add(examined: ExaminedChange): void {
    this.#known = [examined, ...this.#known].slice(0, mostKept);
  }

  forget(): void {
    this.#known = [];
  }

  /** What is known of a proposal over the state with this key; `files` are those that tests must speak for. Undefined when it is not enough. */
  async recall(
    key: string,
    proposal: Proposal,
    files: readonly ChangedFile[],
  ): Promise<ExaminedChange['found'] | undefined> {
    const known = this.#known.filter((one) => one.key === key);
    const same = known.find((one) => one.proposal.hash === proposal.hash);
    if (same !== undefined) return same.found;
    if (known.length === 0 || !canMutate(proposal, files)) return undefined;
    const places = await placesOf(proposal, files);
    for (const whole of known) {
      const found = ofPart(whole, proposal, places);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What a whole tells of a part: a doubt about one of its places is one, and it is good where each of them is. */
function ofPart(
  whole: ExaminedChange,
  part: Proposal,
  places: readonly MutantPlace[],
): ExaminedChange['found'] | undefined {
  const maps = new Map<RelativePath, LineMap>();
  for (const change of part.changes) {
    const other = whole.proposal.changes.find(({ path }) => path === change.path);
    const [own, wholes] = [textAfter(change), other && textAfter(other)];
    if (own !== undefined && wholes !== undefined) maps.set(change.path, new LineMap(own, wholes));
  }
  const told = places.map((place) => resultAt(place, maps.get(place.path), whole.places));
  const known = told.flatMap((one) => (one === undefined ? [] : [one]));
  const isComplete = known.length === places.length && places.length > 0;
  if (!isComplete && !known.some(({ result }) => isDoubtful(result))) return undefined;
  const { reach, sensitivity } = whole.found;
  const inPart = <T extends { readonly path?: string; readonly line?: number }>(one: T): readonly T[] => {
    const line = maps.get(one.path ?? '')?.back(one.line ?? 0);
    return line === undefined ? [] : [{ ...one, line }];
  };
  const survivors = sensitivity.kind === 'measured' ? sensitivity.survivors.flatMap(inPart) : [];
  return {
    sensitivity: sensitivityOf(known, survivors),
    ...(reach !== undefined && { reach: { reached: reach.reached.flatMap(inPart), unreached: [] } }),
  };
}

function isDoubtful({ killed, survived, unnoticed }: MutatedPlace): boolean {
  return unnoticed !== undefined || (killed === 0 && survived > 0);
}

function sensitivityOf(known: readonly Told[], survivors: readonly Finding[]): SensitivityEvidence {
  const kills = known.flatMap((one) => one.kills);
  const noticed = new Set(
    kills.map(({ path, start, end, replacement }) => JSON.stringify([path, start, end, replacement])),
  );
  return {
    kind: 'measured',
    seeded: noticed.size + known.reduce((sum, { result }) => sum + result.survived, 0),
    noticed: noticed.size,
    places: known.map(({ result }) => result),
    survivors,
    isPartial: false,
    durationMs: 0,
  };
}

type Told = Pick<TriedPlace, 'result' | 'kills'>;

/** What the tests said of a place, where all of it stands in the whole, as the same place or as a part of one in which a mutant was killed. */
function resultAt(place: MutantPlace, map: LineMap | undefined, tried: readonly TriedPlace[]): Told | undefined {
  const at = map?.over(place);
  if (at === undefined) return undefined;
  const own = tried.filter((one) => one.place.path === place.path);
  const same = own.find(
    ({ place: { start, end, before } }) => start === at.start && end === at.end && before === place.before,
  );
  if (same !== undefined && same.result.untried === 0)
    return { kills: same.kills, result: { ...same.result, line: place.line } };
  // What could be a mutant of the old text needs to have been told from it.
  if (same !== undefined || place.isMutant || place.start === place.end) return undefined;
  const kills = own.flatMap((one) => one.kills).filter(({ start, end }) => at.start <= start && end <= at.end);
  if (kills.length === 0) return undefined;
  return { kills, result: { path: place.path, line: place.line, killed: kills.length, survived: 0, untried: 0 } };
}

function textAfter(change: FileChange): string | undefined {
  return change.kind === 'delete' ? undefined : change.after.text;
}

/** Which lines of a part stand in the whole as they are, and where. */
class LineMap {
  readonly #starts: readonly number[];
  readonly #wholeStarts: readonly number[];
  /** One-based lines of the part, and what they are in the whole. */
  readonly #lines = new Map<number, number>();

  constructor(part: string, whole: string) {
    this.#starts = startsOf(part);
    this.#wholeStarts = startsOf(whole);
    let shift = 0;
    let next = 1;
    const keep = (until: number): void => {
      for (let line = next; line < until; line += 1) this.#lines.set(line, line + shift);
    };
    for (const { beforeStart, beforeCount, afterCount } of lineHunks(part, whole)) {
      keep(beforeStart);
      shift += afterCount - beforeCount;
      next = beforeStart + beforeCount;
    }
    keep(this.#starts.length + 1);
  }

  /** The same range in the whole; undefined where something on its lines, or between them, is another there. */
  over({
    start,
    end,
  }: Pick<MutantPlace, 'start' | 'end'>): { readonly start: number; readonly end: number } | undefined {
    const [first, last] = [this.#lineAt(start), this.#lineAt(end)];
    const [to, toLast] = [this.#lines.get(first), this.#lines.get(last)];
    if (to === undefined || toLast !== to + (last - first)) return undefined;
    for (let line = first; line <= last; line += 1) if (this.#lines.get(line) !== to + (line - first)) return undefined;
    const shift = (this.#wholeStarts[to - 1] ?? 0) - (this.#starts[first - 1] ?? 0);
    return { start: start + shift, end: end + shift };
  }

  /** A line of the whole as one of the part. */
  back(line: number): number | undefined {
    return [...this.#lines].find(([, whole]) => whole === line)?.[0];
  }

  #lineAt(offset: number): number {
    return this.#starts.findLastIndex((start) => start <= offset) + 1;
  }
}

function startsOf(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
