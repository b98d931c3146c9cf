import { editsBetween } from './editsBetween.ts';
import { readFiles } from './reading.ts';
import { call, type Routine } from './routine.ts';
import { errorOf, names, parseStaged, quote } from './toolOutputs.ts';
import type { Toolset } from './toolset.ts';

/** Texts by path. */
export type Texts = ReadonlyMap<string, string>;

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
  text: string;
  /** What `read_file` said of `text`; null once something was staged over it. */
  hash: string | null;
}

/** Knows what each file looks like to the tools right now, and brings it to other texts by `apply_edit`. */
export class Workbench {
  readonly #tools: Toolset;
  readonly #files = new Map<string, Bench>();

  constructor(tools: Toolset) {
    this.#tools = tools;
  }

  /** Notes what `read_file` returned. */
  note(path: string, text: string, hash: string): void {
    this.#files.set(path, { text, hash });
  }

  /** True when every file already has the wanted text. */
  holds(wanted: Texts): boolean {
    return [...wanted].every(([path, text]) => this.#files.get(path)?.text === text);
  }

  /** Stages all texts in one call. When it is refused, reads again and tries once more. */
  *stage(wanted: Texts): Routine<StageOutcome> {
    if (this.holds(wanted)) return { kind: 'staged' };
    const first = yield* this.#apply(wanted);
    if (first === undefined) return { kind: 'staged' };
    const drifted = yield* this.#readAgain(wanted);
    if (drifted.size > 0) return { kind: 'drifted', files: drifted };
    const second = yield* this.#apply(wanted);
    return second === undefined ? { kind: 'staged' } : { kind: 'refused', refusal: second };
  }

  /** Returns why it was refused. */
  *#apply(wanted: Texts): Routine<Refusal | undefined> {
    const changes = [...wanted].flatMap(([path, text]) => {
      const file = this.#files.get(path);
      if (!file || file.text === text) return [];
      const edits = editsBetween(file.text, text) ?? [];
      return [{ action: 'edit', path, to: null, hash: file.hash, edits, content: null }];
    });
    const [output = ''] = yield* call([this.#tools.call('apply_edit', { changes })]);
    const message = errorOf(output);
    if (message !== undefined) return { message, paths: [...wanted.keys()].filter((path) => names(output, path)) };
    if (parseStaged(output) === undefined)
      return { message: `its answer could not be understood: ${quote(output, 120)}`, paths: [] };
    for (const [path, text] of wanted) this.#files.set(path, { text, hash: null });
    return undefined;
  }

  /** Files whose text is not the expected one, with what they hold now. */
  *#readAgain(wanted: Texts): Routine<Drift> {
    const drifted = new Map<string, { text: string; hash: string }>();
    const results = yield* readFiles(this.#tools, [...wanted.keys()]);
    for (const result of results) {
      if (result.kind === 'failed') continue;
      if (result.text !== this.#files.get(result.path)?.text) drifted.set(result.path, result);
      this.note(result.path, result.text, result.hash);
    }
    return drifted;
  }
}
