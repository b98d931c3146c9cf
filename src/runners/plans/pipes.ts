import { isRunnerProgram } from '../table.ts';
import { baseName } from '../scripts/programName.ts';
import type { Word } from '../scripts/scriptText.ts';

/** Programs that hand on, select or lay out what they read, wherever it comes from. */
const showers = new Set(
  'tee cat less more head tail grep egrep fgrep sort uniq wc cut tr sed ts jq column faucet colortap tapper tapes snazzy prettyjson pino-pretty bunyan coveralls codecov go-junit-report gotestfmt cargo2junit'.split(
    ' ',
  ),
);

/** Programs that carry out what they read, or what they are told to. */
const doers =
  /^(?:xargs|parallel|nodejs|ts-node|deno|bun|npm|npx|yarn|pnpm|sh|bash|zsh|dash|ksh|env|cross-env|sudo|time|nice|python[0-9.]*|ruby|perl|php|make|docker|ssh|eval|exec|awk|gawk|tap|tape|electron|tape-run|browser-run|run-browser|testling|testron|airtap|zuul|phantomjs|puppet-run|karma)$/;

/**
 * Whether the end of a pipe only shows what it reads, so that it makes no difference to the tests. Behind a runner that is known it is
 * enough that it is no program which carries out what it reads: the tests are in front.
 */
export function onlyShows(words: readonly Word[], isBehindRunner: boolean): boolean {
  const [program, ...rest] = words;
  const name = baseName(program?.text ?? '').replace(/\.[cm]?js$/, '');
  const starter = name === 'npx' || name === 'bunx';
  if (starter) return onlyShows(withoutOptions(rest), isBehindRunner);
  if (doers.test(name) || isRunnerProgram(name)) return isFormatterFile(name, rest);
  return isBehindRunner || showers.has(name) || isFormatterName(name);
}

/** Whether a program at the end of a pipe takes the Test Anything Protocol and nothing else. */
export function readsTap(words: readonly Word[]): boolean {
  return words.some(({ text }) => /^(?:tap-(?!run$)[\w-]+|faucet|[\w-]+-tap)$/.test(baseName(text)));
}

/** `tap-spec`, `tap-dot`, `tap-min`, `my-reporter` and the like: packages that read a report. */
function isFormatterName(name: string): boolean {
  return /^(?:@[\w-]+\/)?(?:tap-(?!run$|browser|webdriver|puppeteer|electron|parallel)[\w-]+|[\w-]+-(?:tap|reporter|formatter|spec|pretty|nyan))$/.test(
    name,
  );
}

/** `node_modules/.bin/tap-spec` by way of node. */
function isFormatterFile(name: string, rest: readonly Word[]): boolean {
  const [file] = rest;
  return (
    name === 'node' &&
    file !== undefined &&
    /(^|\/)node_modules\/(?:\.bin\/)?(?:tap-(?!run)[\w-]+|faucet)(?:\/|$)/.test(file.text)
  );
}

function withoutOptions(words: readonly Word[]): readonly Word[] {
  const at = words.findIndex(({ text }) => !text.startsWith('-'));
  return at === -1 ? [] : words.slice(at);
}
