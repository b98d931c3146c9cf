import type { FileChange } from '../../../../src/edits/proposal.ts';
import { plain } from '../../../support/changes.ts';

/** A change of a small project, and what looks on: code of the project that stays as it is and logs what it sees. */
export interface ChangeCase {
  readonly name: string;
  /** Path → text before and after; undefined where there is no such file. */
  readonly changed: Readonly<Record<string, readonly [string | undefined, string | undefined]>>;
  /** What of the project stays as it is. */
  readonly project: Readonly<Record<string, string>>;
  /** What runs: modules are loaded by the one named here; several are classic scripts that run in turn in one page. Nothing where only a tool would see the difference. */
  readonly run: readonly string[];
  /** Old path → new path. */
  readonly moved: Readonly<Record<string, string>>;
  /** The tests load the changed files and call nothing in them. */
  readonly isLoaded: boolean;
}

type Sides = readonly [string | undefined, string | undefined];
type More = Partial<Pick<ChangeCase, 'project' | 'run' | 'moved' | 'isLoaded'>>;

/** A change of modules, on which `watch.js` looks; without one, nobody could run it cheaply. */
export function modules(
  name: string,
  changed: Readonly<Record<string, Sides>>,
  watch?: string,
  more: More = {},
): ChangeCase {
  const project = { ...more.project, ...(watch === undefined ? {} : { 'watch.js': watch }) };
  const run = watch === undefined ? [] : ['watch.js'];
  return { name, changed, project, run, moved: more.moved ?? {}, isLoaded: more.isLoaded ?? false };
}

/** The same as modules, where loading is enough for an honest test to be content. */
export function loaded(
  name: string,
  changed: Readonly<Record<string, Sides>>,
  watch?: string,
  more: More = {},
): ChangeCase {
  return modules(name, changed, watch, { ...more, isLoaded: true });
}

/** A change of one classic script, after which another runs in the same page. */
export function classic(name: string, before: string, after: string, watch: string, path = 'a.js'): ChangeCase {
  return { ...modules(name, { [path]: [before, after] }, watch), run: [path, 'watch.js'] };
}

/** A change of one file in itself. */
export function file(name: string, path: string, before: string, after: string, watch?: string): ChangeCase {
  return modules(name, { [path]: [before, after] }, watch);
}

/** As a proposal has them. */
export function changesOf({ changed, moved }: ChangeCase): readonly FileChange[] {
  const targets = new Set(Object.values(moved));
  return Object.entries(changed).flatMap(([path, [before, after]]): readonly FileChange[] => {
    if (targets.has(path)) return [];
    const target = moved[path];
    const [, text] = target === undefined ? [undefined, after] : (changed[target] ?? []);
    if (target !== undefined && before !== undefined && text !== undefined)
      return [{ kind: 'move', from: path, path: target, before: plain(before), after: plain(text) }];
    if (before === undefined) return text === undefined ? [] : [{ kind: 'create', path, after: plain(text) }];
    if (text === undefined) return [{ kind: 'delete', path, before: plain(before) }];
    return [{ kind: 'edit', path, before: plain(before), after: plain(text) }];
  });
}

/** All texts of the project on one side. */
export function textsOf({ changed, project }: ChangeCase, side: 'before' | 'after'): ReadonlyMap<string, string> {
  const own = Object.entries(changed).flatMap(([path, [before, after]]): [string, string][] => {
    const text = side === 'before' ? before : after;
    return text === undefined ? [] : [[path, text]];
  });
  return new Map([...Object.entries(project), ...own]);
}
