import { withoutOption } from '../reports/unittestEvents.ts';
import { reportMark, type TestPlan, type TestStep } from '../testPlan.ts';
import { plainWord, type Word } from '../scripts/scriptText.ts';

/** Suites and name of a test, outermost first, as its id gives them. */
type TestName = readonly string[];

/** The ways to leave out some tests of a plan, each to be tried when the one before was not understood. `kept` are the ids of the others. */
export function plansWithout(plan: TestPlan, ids: readonly string[], kept: readonly string[]): readonly TestPlan[] {
  const plans = [planWithout(plan, ids), planOfOthers(plan, ids, kept)];
  return plans.filter((one) => one !== undefined);
}

/** Before 1.20, go test leaves out nothing by name: it can be told what to take. */
function planOfOthers(plan: TestPlan, ids: readonly string[], kept: readonly string[]): TestPlan | undefined {
  if (!plan.steps.some(({ runner }) => runner === 'goTest') || planWithout(plan, ids) === undefined) return undefined;
  const topOf = (id: string): string => nameOf(id).at(-1)?.split('/')[0] ?? '';
  const left = new Set(ids.map(topOf));
  const names = [...new Set(kept.map(topOf))].filter((name) => name !== '' && !left.has(name)).map(pattern);
  if (names.length === 0) return undefined;
  const steps = plan.steps.map((step) =>
    step.runner === 'goTest' ? afterFirst(step, 2, [`-run=^(${names.join('|')})$`]) : step,
  );
  return { ...plan, steps };
}

/**
 * The plan without some of its tests, given by their ids; undefined when a runner cannot leave out single tests, or is told already
 * which to take. More may be left out than was asked for, and where names are unusual less: look at what ran.
 */
function planWithout(plan: TestPlan, ids: readonly string[]): TestPlan | undefined {
  const names = ids.map(nameOf);
  // What is in round brackets is no test: a file that could not be loaded, or the run itself.
  if (names.some((name) => name.length === 0 || name.some((part) => /^\(.*\)$/.test(part)))) return undefined;
  const steps = plan.steps.map((step) => stepWithout(step, names, ids));
  return steps.every((step) => step !== undefined) ? { ...plan, steps } : undefined;
}

function nameOf(id: string): TestName {
  const [, ...path] = id.replace(/ #\d+$/, '').split(' › ');
  return path;
}

function stepWithout(step: TestStep, names: readonly TestName[], ids: readonly string[]): TestStep | undefined {
  if (step.runner === 'prepare') return step;
  const selects =
    /^(-t|--testNamePattern|-g|--grep|-f|--fgrep|-i|--invert|--test-(name|skip)-pattern|--test-only|-skip|-run)(=|$)/;
  if (step.argv.some(({ text }) => selects.test(text))) return undefined;
  const full = names.map((name) => pattern(name.join(' ')));
  switch (step.runner) {
    case 'vitest':
      // Which stands between suites and name depends on its version.
      return appended(step, [
        '-t',
        `^(?!(?:${names.map((name) => name.map(pattern).join('(?:\\s+>)?\\s+')).join('|')})$)`,
      ]);
    case 'jest':
      return appended(step, ['-t', `^(?!(?:${full.join('|')})$)`]);
    case 'mocha':
      return appended(step, ['--grep', `^(?:${full.join('|')})$`, '--invert']);
    case 'nodeTest':
      return afterProgram(
        step,
        names.map((name) => `--test-skip-pattern=/^(?:.* )?${pattern(name.at(-1) ?? '')}$/`),
      );
    case 'pytest':
      return appended(
        step,
        ids.map((id) => (isModule(id) ? `--ignore=${id.split(' › ', 1)[0] ?? ''}` : `--deselect=${nodeId(id)}`)),
      );
    case 'cargoTest':
      return undefinedIf(
        step.argv.some(({ text }) => text === '--'),
        () => appended(step, ['--', ...names.flatMap((name) => ['--skip', name.at(-1) ?? ''])]),
      );
    case 'goTest':
      return afterFirst(step, 2, [`-skip=${names.map((name) => goPattern(name.at(-1) ?? '')).join('|')}`]);
    case 'unittest':
      // Behind the names of our program and of its report.
      return afterFirst(step, step.argv.findIndex(({ text }) => text === reportMark) + 1, [
        `${withoutOption}${JSON.stringify(names.map((name) => name.join(' › ')))}`,
      ]);
    case 'ava':
    case 'command':
      return undefined;
  }
}

/** A test of Go and those above it, each by itself. */
function goPattern(name: string): string {
  return name
    .split('/')
    .map((part) => `^${pattern(part)}$`)
    .join('/');
}

/** White space in an id stands for any. */
function pattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+');
}

/** `tests/test_cart.py › tests.test_cart` */
function isModule(id: string): boolean {
  const [file = '', name, ...rest] = id.split(' › ');
  return rest.length === 0 && name === file.replace(/\.py$/, '').replaceAll('/', '.');
}

/** `tests/test_cart.py › tests.test_cart.Cart › test_total` as pytest calls it. */
function nodeId(id: string): string {
  const [file = '', className = '', ...rest] = id.replace(/ #\d+$/, '').split(' › ');
  const module = file.replace(/\.py$/, '').replaceAll('/', '.');
  const classes = className.startsWith(`${module}.`) ? className.slice(module.length + 1).split('.') : [];
  return [file, ...classes, ...(rest.length === 0 ? [className] : rest)].join('::');
}

function undefinedIf<T>(isRefused: boolean, make: () => T): T | undefined {
  return isRefused ? undefined : make();
}

function appended(step: TestStep, words: readonly string[]): TestStep {
  return { ...step, argv: [...step.argv, ...words.map(plainWord)] };
}

/** Options of `node` itself. */
function afterProgram(step: TestStep, words: readonly string[]): TestStep {
  return afterFirst(step, 1, words);
}

function afterFirst(step: TestStep, count: number, words: readonly string[]): TestStep {
  const own: readonly Word[] = words.map(plainWord);
  return { ...step, argv: [...step.argv.slice(0, count), ...own, ...step.argv.slice(count)] };
}
