import type { EncodedText, FileChange } from '../../../edits/proposal.ts';
import { throwIfAborted } from '../../../util/abort.ts';
import type { Finding, MutatedPlace, SensitivityEvidence } from '../../../workspace/evidence.ts';
import { describeMutant, type FileMutant } from '../../mutation/changes/fileMutant.ts';
import type { SensitivityRequest } from './sensitivityRequest.ts';
import { type Mutant, type MutantPlace, withMutant } from '../../mutation/changes/mutant.ts';
import { mutantSourceOf } from '../../mutation/mutantSources.ts';
import { allTests, tryMutant, type MutantOutcome, type RelatedReference } from './tryMutant.ts';

/** When so many mutants of one place have survived, it is decided. */
const mostTried = 5;

interface OpenPlace {
  readonly place: MutantPlace;
  readonly original: EncodedText;
  /** What is to be tried, in order. */
  readonly queue: FileMutant[];
  /** Of the queue, what is tried only while none has run to an end. */
  readonly fallback: ReadonlySet<FileMutant>;
  /** What the related tests let pass, which all tests are to be shown. */
  readonly passed: FileMutant[];
  /** The place as it was, as long as it is not known whether tests notice that. */
  reverted: FileMutant | undefined;
  readonly kills: FileMutant[];
  killed: number;
  survived: number;
  unnoticed: string | undefined;
}

type Request = SensitivityRequest & {
  /** Nothing else changes, so that a file as it was is the program as it was. */
  readonly isOnlyFile: boolean;
};

type Measured = Extract<SensitivityEvidence, { kind: 'measured' }>;

/**
 * Shows mutants to the tests, in rounds: each place that is not decided has its first one tried before any has its second. A place is decided
 * by the first mutant that is killed, or by the last one that survives. The tests that have to do with the change come first; what they
 * let pass is shown to all as far as the time allows.
 */
export async function tryPlaces(
  request: Request,
  places: readonly MutantPlace[],
  signal: AbortSignal,
): Promise<SensitivityEvidence> {
  const trial = new PlaceTrial(request, places, signal);
  const problem = await trial.run();
  return problem !== undefined && trial.seeded === 0 ? { kind: 'notAvailable', reason: problem } : trial.evidence();
}

class PlaceTrial {
  readonly #request: Request;
  readonly #signal: AbortSignal;
  readonly #places: readonly OpenPlace[];
  readonly #survivors: Finding[] = [];
  /** Each mutant counts once, in however many places it is. */
  readonly #counted = new Set<string>();
  readonly #outcomes = new Map<string, MutantOutcome>();
  readonly #now: () => number;
  readonly #startedAt: number;
  #noticed = 0;
  seeded = 0;

  constructor(request: Request, places: readonly MutantPlace[], signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#now = request.now ?? Date.now;
    this.#startedAt = this.#now();
    this.#places = places.flatMap((place) => this.#opened(place));
  }

  /** Gives a reason when the tests cannot be run any more. */
  async run(): Promise<string | undefined> {
    const { related } = this.#request;
    if (related !== undefined) {
      const problem = await this.#rounds(related, true);
      if (problem !== undefined) return problem;
      for (const one of this.#places) one.queue.unshift(...one.passed.splice(0));
    }
    return this.#rounds(allTests(this.#request), false);
  }

  evidence(): Measured {
    const places = this.#places.map(resultOf);
    this.#request.onPlaces?.(
      this.#places.map((one) => ({ place: one.place, result: resultOf(one), kills: one.kills })),
    );
    return {
      kind: 'measured',
      seeded: this.seeded,
      noticed: this.#noticed,
      places,
      survivors: this.#survivors,
      isPartial: places.some(({ untried }) => untried > 0),
      durationMs: this.#now() - this.#startedAt,
    };
  }

  #opened(place: MutantPlace): readonly OpenPlace[] {
    const original = textAfter(this.#request.proposal.changes, place);
    if (original === undefined) return [];
    const { reverted, isMutant, mutants } = place;
    const isOld = (one: Mutant): boolean => one.isOldText && this.#request.isOnlyFile;
    const canRevert = isMutant && reverted !== undefined && !isOld(reverted);
    const usable = mutants.filter((one) => !isOld(one));
    const queue = usable.map((one) => mutantOf(place, one, original.text));
    return [
      {
        ...{ place, original, passed: [], kills: [], killed: 0, survived: 0 },
        queue,
        fallback: new Set(queue.filter((_, index) => usable[index]?.isFallback === true)),
        reverted: canRevert ? mutantOf(place, reverted, original.text) : undefined,
        unnoticed: isMutant && !canRevert ? survivorsAt(place) : undefined,
      },
    ];
  }

  /** Until each place is decided, the mutants are used up, or the time is over; the reason when the tests cannot be run any more. */
  async #rounds(tests: RelatedReference, isPart: boolean): Promise<string | undefined> {
    for (let open = this.#open(isPart); open.length > 0; open = this.#open(isPart))
      for (const one of open) {
        throwIfAborted(this.#signal);
        const isReverted = !isPart && one.reverted !== undefined;
        const mutant = isReverted ? one.reverted : one.queue[0];
        if (mutant === undefined) continue;
        const outcome = await this.#try(tests, one, mutant);
        if (outcome.kind === 'late') return undefined;
        if (outcome.kind === 'stopped') return outcome.reason;
        if (isReverted) revertedWas(one, outcome.kind);
        else {
          one.queue.shift();
          this.#take(one, mutant, outcome, isPart);
          if (outcome.kind !== 'invalid') dropFallback(one);
        }
      }
    return undefined;
  }

  /** Places may share a mutant, which runs once. */
  async #try(tests: RelatedReference, { original }: OpenPlace, mutant: FileMutant): Promise<MutantOutcome> {
    const key = JSON.stringify([
      tests === this.#request.related,
      mutant.path,
      mutant.start,
      mutant.end,
      mutant.replacement,
    ]);
    const known = this.#outcomes.get(key) ?? (await this.#tryAnew(tests, original, mutant));
    if (known.kind !== 'late' && known.kind !== 'stopped') this.#outcomes.set(key, known);
    return known;
  }

  async #tryAnew(tests: RelatedReference, original: EncodedText, mutant: FileMutant): Promise<MutantOutcome> {
    const left = this.#request.budgetMs - (this.#now() - this.#startedAt);
    if (left < tests.reference.durationMs) return { kind: 'late' };
    const source = mutantSourceOf(mutant.path);
    if (source?.parses?.(mutant.path, withMutant(original.text, mutant)) === false) return { kind: 'invalid' };
    this.#request.onNext?.(this.#places.filter((one) => !isDecided(one) && isLeft(one)).length);
    return tryMutant(this.#request, tests, mutant, original, { left, signal: this.#signal });
  }

  #open(isPart: boolean): readonly OpenPlace[] {
    return this.#places.filter((one) =>
      isPart ? one.killed === 0 && one.queue.length > 0 : !isDecided(one) && isLeft(one),
    );
  }

  #take(one: OpenPlace, mutant: FileMutant, outcome: Tried, isPart: boolean): void {
    if (outcome.kind === 'invalid') return;
    if (isPart && outcome.kind === 'survived') {
      one.passed.push(mutant);
      return;
    }
    if (outcome.kind === 'killed') {
      one.killed += 1;
      one.kills.push(mutant);
    } else one.survived += 1;
    this.#request.onTried?.(mutant, outcome.run, outcome.kind);
    const key = JSON.stringify([mutant.path, mutant.start, mutant.end, mutant.replacement]);
    if (this.#counted.has(key)) return;
    this.#counted.add(key);
    this.seeded += 1;
    if (outcome.kind === 'killed') this.#noticed += 1;
    else this.#survivors.push(survivorOf(mutant, one.original.text));
  }
}

type Tried = Extract<MutantOutcome, { kind: 'killed' | 'survived' | 'invalid' }>;

function resultOf(one: OpenPlace): MutatedPlace {
  const { place, killed, survived, unnoticed } = one;
  const untried = isDecided(one) ? 0 : one.queue.length + Number(one.reverted !== undefined);
  const { path, line } = place;
  return { path, line, killed, survived, untried, ...(unnoticed !== undefined && { unnoticed }) };
}

function revertedWas(one: OpenPlace, kind: Tried['kind']): void {
  one.reverted = undefined;
  if (kind === 'survived') one.unnoticed = survivorsAt(one.place);
}

/** What runs to an end says more of a place than what is around it. */
function dropFallback({ queue, fallback }: OpenPlace): void {
  const left = queue.filter((mutant) => !fallback.has(mutant));
  queue.splice(0, queue.length, ...left);
}

function isLeft({ queue, passed, reverted }: OpenPlace): boolean {
  return queue.length > 0 || passed.length > 0 || reverted !== undefined;
}

function isDecided({ killed, survived, reverted, unnoticed }: OpenPlace): boolean {
  return unnoticed !== undefined || (reverted === undefined && (killed > 0 || survived >= mostTried));
}

function survivorOf(mutant: FileMutant, text: string): Finding {
  return { message: `${describeMutant(text, mutant)}.`, path: mutant.path, line: mutant.line };
}

function textAfter(changes: readonly FileChange[], { path }: MutantPlace): EncodedText | undefined {
  const change = changes.find((one) => one.path === path);
  return change === undefined || change.kind === 'delete' ? undefined : change.after;
}

function mutantOf(place: MutantPlace, { start, end, replacement, mutator }: Mutant, text: string): FileMutant {
  const line = text.slice(0, start).split('\n').length;
  return { path: place.path, line, start, end, replacement, mutator, functionLine: place.line };
}

function survivorsAt({ before, after }: MutantPlace): string {
  if (after === '') return `\`${shortened(before)}\` is gone`;
  const now = `\`${shortened(after)}\``;
  return before === '' ? `${now} stands here now` : `\`${shortened(before)}\` is ${now} now`;
}

function shortened(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 28)} … ${line.slice(-28)}`;
}
