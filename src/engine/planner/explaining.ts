import type { Intent } from '../analysis/refactoring.ts';
import type { SurveyedFile } from './candidates.ts';
import { quote } from './toolOutputs.ts';
import type { Wish } from './wish.ts';
import { count, few, list } from './wording.ts';

const maxFindingsTold = 40;

const intentWords: Readonly<Record<Intent, string>> = {
  optimize: 'optimize',
  modernize: 'modernize',
  simplify: 'simplify',
  removeDeadCode: 'remove unused code',
  organizeImports: 'organize imports',
  asyncAwait: 'promise chains to async/await',
  forOf: 'index loops to for…of',
  useSet: 'repeated array searches to a Set',
  arrayMethods: 'loops and filters to find, some and flatMap',
  templateStrings: 'concatenation to template strings',
};

/** What this engine can do, for whoever asked for something else. */
export const capabilities = [
  'I am the embedded engine: a fixed set of refactorings for JavaScript and TypeScript, not a language model. I can',
  '- optimize: everything below at once',
  '- modernize syntax (const and let, arrow functions, spread, optional catch binding, newer built-ins)',
  '- simplify conditions, returns and needless constructs',
  '- remove dead and unused code',
  '- organize imports',
  '- turn promise chains into async/await',
  '- turn index loops into for…of',
  '- replace repeated indexOf and includes by a Set',
  '- use find, some and flatMap where they fit',
  '- turn string concatenation into template strings',
  '',
  'I work on the files, lines or folders that you point at. For anything else choose a hosted model in the settings.',
].join('\n');

/** How the goal was understood, and what of it was not. */
export function describeWish(wish: Wish): string {
  const lines = [`I take this as: ${list(wish.intents.map((intent) => intentWords[intent]))}.`];
  if (wish.excluded.length > 0) lines.push(`I leave out: ${list(wish.excluded.map((intent) => intentWords[intent]))}.`);
  for (const part of wish.unserved.slice(0, 5)) lines.push(`I cannot do this part: "${part}".`);
  for (const part of wish.restrictions.slice(0, 5))
    lines.push(`I cannot check this restriction, so look for it in the diff: "${part}".`);
  return `${lines.join(' ')}\n\n`;
}

/** The answer to a wish that cannot be served. */
export function describeUnserved(goal: string): string {
  const asked = quote(goal, 160);
  return `${asked === '' ? 'There is no goal in this message' : `I cannot serve "${asked}"`}, so nothing was changed or proposed.\n\n${capabilities}\n`;
}

/** The answer to whoever offers other tools and none of ours. */
export function describeForeignTools(names: readonly string[]): string {
  const told = few(
    names.map((name) => quote(name, 64)),
    5,
  );
  const reason = `The embedded engine works with Whetstone's tools only, and this request offers others: ${told}.`;
  return `${reason} None was called, and nothing was changed or proposed.\n\n${capabilities}\n`;
}

/** What was found, `path:line title — why`, changes first, then what is only reported; equal ones of a file share a line. */
export function describeFindings(files: readonly SurveyedFile[]): string {
  const fixable = new Map<string, FoundPlaces>();
  const reported = new Map<string, FoundPlaces>();
  for (const { inquiry, findings } of files) {
    for (const { startLine, title, message, isFixable } of findings) {
      const kind = isFixable ? fixable : reported;
      const words = message === '' || message === title ? title : `${title} — ${message}`;
      const key = JSON.stringify([inquiry.path, words]);
      const found = kind.get(key) ?? { path: inquiry.path, words, lines: new Set() };
      found.lines.add(startLine);
      kind.set(key, found);
    }
  }
  return section('Findings:', fixable) + section('Reported only, I do not change these:', reported);
}

interface FoundPlaces {
  readonly path: string;
  readonly words: string;
  readonly lines: Set<number>;
}

const maxLinesTold = 12;

function section(heading: string, found: ReadonlyMap<string, FoundPlaces>): string {
  if (found.size === 0) return '';
  const lines = [...found.values()].map(({ path, words, lines: all }) => {
    const shown = [...all].slice(0, maxLinesTold).join(', ');
    return `- ${path}:${shown}${all.size > maxLinesTold ? ', …' : ''} ${words}`;
  });
  const more = lines.length > maxFindingsTold ? [`- and ${count(lines.length - maxFindingsTold, 'more finding')}`] : [];
  return `${[heading, ...lines.slice(0, maxFindingsTold), ...more].join('\n')}\n\n`;
}

/** Why there is nothing to propose. */
export function describeNothing(files: readonly SurveyedFile[], wish: Wish): string {
  if (files.length === 0) return 'No file could be looked at, so there is nothing to propose.\n';
  const broken = files.filter(({ findings }) => findings.some(({ rule }) => rule === 'syntax-error'));
  if (broken.length === files.length) {
    const names = few(
      broken.map(({ inquiry }) => inquiry.path),
      5,
    );
    return `${names} ${broken.length === 1 ? 'does' : 'do'} not parse, so nothing is proposed before that is mended.\n`;
  }
  const paths = files.map(({ inquiry }) => inquiry.path);
  const where = paths.length === 1 ? (paths[0] ?? '') : count(paths.length, 'file');
  const what = list(wish.intents.map((intent) => intentWords[intent]));
  const places = files.some(({ inquiry }) => inquiry.ranges.length > 0) ? ', in the lines that you pointed at' : '';
  return `I looked at ${where}${places}, and no rewrite that I know for "${what}" applies, so there is nothing to change.\n`;
}
