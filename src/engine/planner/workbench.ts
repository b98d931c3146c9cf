import { contentHash } from '../../edits/proposal.ts';
import { editsBetween } from './editsBetween.ts';
import { readFiles } from './reading.ts';
import { call, type PlannedCall, type Routine } from './routine.ts';
import { errorOf, names, parseStaged, quote } from './toolOutputs.ts';
import type { Toolset } from './toolset.ts';

/** Texts by path. */
export type Texts = ReadonlyMap<string, string>;

/** One refactoring of several, and the texts that it leads to. */
export interface Stage {
  readonly name: string;
  readonly texts: Texts;
}

/** Files that are not what they were, with what `read_file` says now. */
export type Drift = ReadonlyMap<string, { readonly text: string; readonly hash: string }>;

/** Why nothing was staged. */
export interface Refusal {
  /** One line for people. */
  readonly message: string;
  /** Those of the files that the refusal is about; empty when it names none. */
  readonly paths: readonly string[];
}

export type StageOutcome =
  | { readonly kind: 'staged' }
  /** Some files are not what was read; this is what they are now. */
  | { readonly kind: 'drifted'; readonly files: Drift }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface Bench {
  readonly text: string;
  /** What `read_file` said of `text`; null once something was staged over it. */
  readonly hash: string | null;
  readonly hasBom: boolean;
}

/** Knows what each file looks like to the tools right now, and brings it to other texts by `apply_edit`. */
export class Workbench {
  readonly #tools: Toolset;
  readonly #files = new Map<string, Bench>();
  /** What each file was without anything staged. */
  readonly #originals = new Map<string, string>();

  constructor(tools: Toolset) {
    this.#tools = tools;
  }

  /** Notes what `read_file` returned; `original` is the text without what is staged, when that is another one. */
  note(path: string, text: string, hash: string, original = text): void {
    this.#originals.set(path, original);
    this.#see(path, text, hash);
  }

  /** True when every file already has the wanted text. */
  holds(wanted: Texts): boolean {
    return [...wanted].every(([path, text]) => this.#files.get(path)?.text === text);
  }

  /** Stages all texts in one call. When it is refused, reads again and tries once more. */
  *stage(wanted: Texts, name?: string): Routine<StageOutcome> {
    if (this.holds(wanted)) return { kind: 'staged' };
    const first = yield* this.#apply([{ name, texts: wanted }]);
    if (first === undefined) return { kind: 'staged' };
    const drifted = yield* this.#readAgain(wanted, []);
    if (drifted.size > 0) return { kind: 'drifted', files: drifted };
    const second = yield* this.#apply([{ name, texts: wanted }]);
    return second === undefined ? { kind: 'staged' } : { kind: 'refused', refusal: second };
  }

  /**
   * Stages one refactoring after the other from the files as they are without anything staged, all in one response; in one call where
   * steps have no names or calls come one by one. What cannot be staged leaves nothing staged.
   */
  *stageAll(stages: readonly Stage[]): Routine<StageOutcome> {
    const last = stages.at(-1);
    if (last === undefined) return { kind: 'staged' };
    if (!this.#tools.takesSteps) return yield* this.stage(last.texts);
    const originals = new Map([...last.texts.keys()].map((path) => [path, this.#originals.get(path) ?? '']));
    const back = this.holds(originals) ? [] : [{ name: undefined, texts: originals }];
    if ((yield* this.#apply([...back, ...stages])) === undefined) return { kind: 'staged' };
    const known = [...stages.map(({ texts }) => texts), originals];
    const drifted = yield* this.#readAgain(last.texts, known);
    const refusal = drifted.size > 0 ? undefined : yield* this.#apply([{ name: undefined, texts: last.texts }]);
    if (drifted.size === 0 && refusal === undefined) return { kind: 'staged' };
    yield* this.#apply([{ name: undefined, texts: new Map([...originals].filter(([path]) => !drifted.has(path))) }]);
    return refusal === undefined ? { kind: 'drifted', files: drifted } : { kind: 'refused', refusal };
  }

  /** Makes one call for each text that is not there yet; returns why the first that was refused was. */
  *#apply(
    stages: readonly { readonly name: string | undefined; readonly texts: Texts }[],
  ): Routine<Refusal | undefined> {
    const planned: { readonly call: PlannedCall; readonly texts: Texts }[] = [];
    let files: ReadonlyMap<string, Bench> = this.#files;
    for (const { name, texts } of stages) {
      const changes = changesTo(texts, files);
      if (changes.length === 0) continue;
      planned.push({ call: this.#tools.call('apply_edit', { step: name ?? null, changes }), texts });
      files = new Map([
        ...files,
        ...[...texts].map(([path, text]) => [path, stagedOver(files.get(path), text)] as const),
      ]);
    }
    const outputs = yield* call(planned.map((one) => one.call));
    let refusal: Refusal | undefined;
    for (const [index, { texts }] of planned.entries()) {
      const problem = refusalIn(outputs[index] ?? '', texts);
      refusal ??= problem;
      if (problem !== undefined) continue;
      for (const [path, text] of texts)
        this.#files.set(path, { ...stagedOver(this.#files.get(path), text), hash: null });
    }
    return refusal;
  }

  /** Files whose text is neither the expected one nor one of those that are known, with what they hold now. */
  *#readAgain(wanted: Texts, known: readonly Texts[]): Routine<Drift> {
    const drifted = new Map<string, { text: string; hash: string }>();
    const results = yield* readFiles(this.#tools, [...wanted.keys()]);
    for (const result of results) {
      if (result.kind === 'failed') continue;
      const { path, text, hash } = result;
      const isKnown = text === this.#files.get(path)?.text || known.some((texts) => texts.get(path) === text);
      if (!isKnown) drifted.set(path, result);
      if (isKnown) this.#see(path, text, hash);
      else this.note(path, text, hash);
    }
    return drifted;
  }

  #see(path: string, text: string, hash: string): void {
    this.#files.set(path, { text, hash, hasBom: hash === contentHash({ text, hasBom: true }) });
  }
}

function changesTo(wanted: Texts, files: ReadonlyMap<string, Bench>): readonly object[] {
  return [...wanted].flatMap(([path, text]) => {
    const file = files.get(path);
    if (!file || file.text === text) return [];
    const edits = editsBetween(file.text, text) ?? [];
    return [{ action: 'edit', path, to: null, hash: file.hash, edits, content: null }];
  });
}

/** Within one response each call says what it goes on from: when one is refused, those that build on it are, too. */
function stagedOver(file: Bench | undefined, text: string): Bench {
  const hasBom = file?.hasBom ?? false;
  return file?.text === text ? file : { text, hash: contentHash({ text, hasBom }), hasBom };
}

function refusalIn(output: string, texts: Texts): Refusal | undefined {
  const message = errorOf(output);
  if (message !== undefined) return { message, paths: [...texts.keys()].filter((path) => names(output, path)) };
  if (parseStaged(output) !== undefined) return undefined;
  return { message: `its answer could not be understood: ${quote(output, 120)}`, paths: [] };
}
