import type { RelativePath } from '../../workspace/path.ts';
import { isPython, type ChangedText } from '../texts/changedText.ts';
import { readPythonLoading, type LoadingStep, type PythonParser } from './pythonFacts.ts';
import type { PythonProject } from './pythonProject.ts';

/** What loading each module of a project does, as far as changed files lead to it. */
export type ModuleLoading = ReadonlyMap<RelativePath, readonly LoadingStep[]>;

/** More modules are not followed; beyond them it is not known what else is loaded. */
const mostModules = 500;

/**
 * Follows imports from the changed Python files where these load something else than before, or in another order; empty where none does.
 * Rejects only by cancellation.
 */
export async function followLoading(
  texts: readonly ChangedText[],
  parsers: PythonParser,
  project: PythonProject,
  signal: AbortSignal,
): Promise<ModuleLoading> {
  const changed = texts.filter((text) => loadsOtherwise(text, parsers));
  const known = new Map<RelativePath, readonly LoadingStep[]>();
  let open = changed
    .flatMap((text) => sidesOf(text, parsers))
    .flatMap(({ path, steps }) => targets(steps, path, project));
  while (open.length > 0 && known.size < mostModules) {
    const paths = [...new Set(open)].filter((path) => !known.has(path)).slice(0, mostModules - known.size);
    const found = await readPythonLoading(
      paths.map((path) => project.readText(path, 'before') ?? project.readText(path, 'after') ?? ''),
      project.names,
      signal,
    );
    for (const [index, path] of paths.entries()) known.set(path, found?.[index] ?? unreadable);
    open = paths.flatMap((path) => targets(known.get(path) ?? [], path, project)).filter((path) => !known.has(path));
  }
  for (const path of open) known.set(path, unreadable);
  return known;
}

/** It may do anything. */
const unreadable: readonly LoadingStep[] = [{ kind: 'effect', how: 'acts', digest: '' }];

function targets(steps: readonly LoadingStep[], from: RelativePath, project: PythonProject): readonly RelativePath[] {
  return steps.flatMap((step) => (step.kind === 'load' ? project.modulesAt(step.module, step.names, from) : []));
}

interface SideSteps {
  readonly path: RelativePath;
  readonly steps: readonly LoadingStep[];
}

function stepsOf(text: string | undefined, { python }: PythonParser): readonly LoadingStep[] {
  return (text === undefined ? undefined : python.get(text)?.loading) ?? [];
}

function sidesOf({ path, from, before, after }: ChangedText, parsers: PythonParser): readonly SideSteps[] {
  return [
    { path: from, steps: stepsOf(before, parsers) },
    { path, steps: stepsOf(after, parsers) },
  ];
}

function loadsOtherwise(text: ChangedText, parsers: PythonParser): boolean {
  const { path, role, before, after } = text;
  if (role === 'test' || !isPython(path) || before === undefined || after === undefined) return false;
  const told = (side: string): string =>
    JSON.stringify(stepsOf(side, parsers).map((step) => ({ ...step, isUsed: true })));
  return told(before) !== told(after);
}

/** Something that happens while a file is loaded: a module is, or a statement of the file itself does something. */
interface Happening {
  readonly name: string;
  readonly weight: 'quiet' | 'unknown' | 'registers' | 'acts';
}

/**
 * Tells of each changed Python file why tests that pass would not show that loading it does the same as before: a module that does something
 * when it is loaded is loaded no more, or in another order. Undefined where nothing is to be told.
 */
export function loadingDoubts(
  texts: readonly ChangedText[],
  parsers: PythonParser,
  project: PythonProject,
  loading: ModuleLoading,
): (text: ChangedText) => string | undefined {
  const sequence = (text: ChangedText, side: 'before' | 'after'): readonly Happening[] =>
    sequenceOf(text, side, texts, parsers, project, loading);
  const later = new Set(
    texts
      .filter(({ path }) => isPython(path))
      .flatMap((text) => sequence(text, 'after'))
      .map(({ name }) => name),
  );
  const touched = new Set(texts.flatMap(({ path, from }) => [path, from]));
  return (text) => {
    const dotted = lostPart(text, parsers);
    if (dotted !== undefined) return dotted;
    if (!loadsOtherwise(text, parsers)) return undefined;
    const [old, now] = [sequence(text, 'before'), sequence(text, 'after')];
    const lost = old.find(
      ({ name, weight }) => isEffect(weight) && !name.startsWith(own) && !later.has(name) && !touched.has(name),
    );
    if (lost !== undefined)
      return `\`${lost.name}\` does something when it is loaded, and is loaded here no more: ${noLine}`;
    const gone = unusedPackage(text, later, parsers);
    if (gone !== undefined)
      return `\`${gone}\` may have been loaded for its effect only, and is loaded no more: ${noLine}`;
    const swapped = inversion(old, now);
    if (swapped !== undefined) return `${swapped}, and one of them does something when it is loaded: ${noLine}`;
    return undefined;
  };
}

const noLine = 'no executed line shows that nothing needs it.';
const own = '(own) ';

function isEffect(weight: Happening['weight']): boolean {
  return weight === 'registers' || weight === 'acts';
}

/** What happens when a changed file is loaded, in its order. */
function sequenceOf(
  text: ChangedText,
  side: 'before' | 'after',
  texts: readonly ChangedText[],
  parsers: PythonParser,
  project: PythonProject,
  loading: ModuleLoading,
): readonly Happening[] {
  const found: Happening[] = [];
  const seen = new Set<string>();
  const changedSteps = (path: RelativePath): readonly LoadingStep[] | undefined => {
    const changed = texts.find((one) => (side === 'before' ? one.from : one.path) === path);
    return changed === undefined ? undefined : stepsOf(changed[side], parsers);
  };
  const classes = classesOf([...loading.values(), ...texts.map((one) => stepsOf(one[side], parsers))]);
  const isQuiet = ({ bases }: { readonly bases?: readonly string[] | undefined }): boolean =>
    bases?.every((name) => isQuietClass(name, classes)) === true;
  const visit = (path: RelativePath, steps: readonly LoadingStep[], isStart: boolean): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const step of steps) {
      if (step.kind === 'class') continue;
      if (step.kind === 'effect') {
        if (isStart && !isQuiet(step)) found.push({ name: `${own}${step.digest}`, weight: step.how });
        continue;
      }
      const paths = project.modulesAt(step.module, step.names, path);
      for (const one of paths) visit(one, changedSteps(one) ?? loading.get(one) ?? [], false);
      const top = step.module.split('.')[0] ?? '';
      if (paths.length === 0 && step.origin === 'unknown' && !seen.has(`${top} package`)) {
        seen.add(`${top} package`);
        found.push({ name: top, weight: 'unknown' });
      }
    }
    const ways = new Set(steps.flatMap((step) => (step.kind === 'effect' && !isQuiet(step) ? [step.how] : [])));
    if (!isStart)
      found.push({ name: path, weight: ways.has('acts') ? 'acts' : ways.has('registers') ? 'registers' : 'quiet' });
  };
  const path = side === 'before' ? text.from : text.path;
  visit(path, stepsOf(text[side], parsers), true);
  return found;
}

type ClassStep = Extract<LoadingStep, { kind: 'class' }>;

function classesOf(modules: readonly (readonly LoadingStep[])[]): ReadonlyMap<string, readonly ClassStep[]> {
  const found = new Map<string, ClassStep[]>();
  for (const step of modules.flat())
    if (step.kind === 'class') found.set(step.name, [...(found.get(step.name) ?? []), step]);
  return found;
}

/** Nothing happens when it is inherited; of several classes of one name that is true of all. */
function isQuietClass(name: string, classes: ReadonlyMap<string, readonly ClassStep[]>, depth = 0): boolean {
  const own = classes.get(name) ?? [];
  const isSo = (one: ClassStep): boolean =>
    one.isQuiet && one.bases.every((base) => isQuietClass(base, classes, depth + 1));
  return depth < 20 && own.length > 0 && own.every(isSo);
}

/** An unknown package of which no name was used, and that no changed file loads any more. */
function unusedPackage({ before }: ChangedText, later: ReadonlySet<string>, parsers: PythonParser): string | undefined {
  for (const step of stepsOf(before, parsers)) {
    if (step.kind !== 'load' || step.origin !== 'unknown' || step.isUsed) continue;
    const top = step.module.split('.')[0] ?? '';
    // Where it is of the project, it was looked at.
    const isOfProject = [...later].some((name) => name.includes('/') && name.split('/').includes(top));
    if (!later.has(top) && !isOfProject) return step.module;
  }
  return undefined;
}

/** Two things that happen in another order, of which at least one may matter to the other. */
function inversion(old: readonly Happening[], now: readonly Happening[]): string | undefined {
  const turn = new Map(now.map(({ name }, index) => [name, index]));
  const common = old.filter(({ name }) => turn.has(name));
  for (const [index, first] of common.entries()) {
    for (const second of common.slice(index + 1)) {
      const isSwapped = (turn.get(first.name) ?? 0) > (turn.get(second.name) ?? 0);
      if (isSwapped && mayMatter(first.weight, second.weight)) return `${told(first)} comes after ${told(second)} now`;
    }
  }
  return undefined;
}

function mayMatter(a: Happening['weight'], b: Happening['weight']): boolean {
  return a === 'acts' || b === 'acts' || (isEffect(a) && isEffect(b));
}

function told({ name }: Happening): string {
  return name.startsWith(own) ? 'a statement of the file' : `\`${name}\``;
}

/** `import a.b` makes `b` a part of `a`: without it `a.b` may be there by chance, or not. */
function lostPart({ before, after, role }: ChangedText, { python }: PythonParser): string | undefined {
  const [old, now] = [python.get(before ?? ''), python.get(after ?? '')];
  if (role === 'test' || before === undefined || after === undefined || old === undefined || now === undefined)
    return undefined;
  const lost = old.dotted.made.find(
    (name) =>
      now.dotted.used.some((used) => used === name || used.startsWith(`${name}.`)) &&
      !now.dotted.made.some((made) => made === name || made.startsWith(`${name}.`)) &&
      now.bindings.some((binding) => binding.name === name.split('.')[0] && binding.target === name.split('.')[0]),
  );
  return lost === undefined ? undefined : `\`${lost}\` is used, and no import makes sure any more that it is there.`;
}
