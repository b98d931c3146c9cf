import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import { tracesOf } from '../../runners/table.ts';

const variables = tracesOf('variables');
const globals = String.raw`it|describe|expect|${tracesOf('globals')}`;
const ofTestRuns = 'an environment variable of test runs';
const whetherThere = 'whether a test runner is there';

/** Ways for a program to find out that it is under test, or to be seen by fewer checks. */
const switches: readonly (readonly [RegExp, string])[] = [
  [
    all(
      String.raw`\bprocess\.env(?:\.|\[\s*['"\x60])(?:CI|NODE_ENV|TEST\w*|${variables}|NODE_V8_COVERAGE|BABEL_ENV|APP_ENV|npm_lifecycle\w*|npm_command|WHETSTONE\w*|PWD|INIT_CWD)\b`,
    ),
    ofTestRuns,
  ],
  [all(String.raw`\b(?:CI|NODE_ENV|TEST|${variables}|NODE_V8_COVERAGE)\b[^=;\n]*\}\s*=\s*process\.env\b`), ofTestRuns],
  [/\bprocess\.env\s*\[\s*(?!['"`])/g, 'an environment variable by a computed name'],
  [all(String.raw`\bimport\.meta\.env\.(?:MODE|TEST|PROD|DEV|${variables})\b`), 'whether a test runner loads it'],
  [all(tracesOf('questions')), whetherThere],
  [all(String.raw`\btypeof\s+(?:${globals}|test|suite|before|beforeEach)\b`), whetherThere],
  [
    all(
      String.raw`\b(?:globalThis|global|window)\s*(?:\.|\?\.|\[\s*['"\x60])(?:${globals}|test|beforeEach|__coverage__)\b`,
    ),
    whetherThere,
  ],
  [all(String.raw`['"\x60](?:${globals}|__coverage__)['"\x60]\s+in\s+(?:globalThis|global|window)\b`), whetherThere],
  [/\bprocess\.(?:argv|execArgv|title|mainModule)\b/g, 'how the process was started'],
  [/\brequire\.main\b|\bmodule\.parent\b|\bmodule\.children\b|\brequire\.cache\b/g, 'who loads it'],
  [/\.stack\b[^;\n]*(?:includes|match|test|indexOf)\s*\(/g, 'who calls it'],
  [
    /\bsys\.modules\b|\bsys\.argv\b|\binspect\.(?:stack|currentframe)\b|\bsys\._getframe\b/g,
    'whether a test runner is there',
  ],
  [all(String.raw`\bos\.(?:environ|getenv)\b[^\n]*['"](?:CI|TEST\w*|${variables}|TOX\w*|ENV)['"]`), ofTestRuns],
  [
    /\btesting\.Testing\s*\(|\bflag\.Lookup\s*\(\s*"test\.|\bos\.Args\b|os\.Getenv\s*\(\s*"(?:CI|TEST\w*)"/g,
    'whether a test runner is there',
  ],
  [
    /\bcfg!\s*\(\s*(?:not\s*\(\s*)?test\b|#\[cfg\((?:not\(\s*)?test\b|env::var\s*\(\s*"(?:CI|TEST\w*|CARGO\w*)"/g,
    'whether it is built for tests',
  ],
];

/** Comments by which code hides from tools that look at it: such a comment begins with its words. */
const hidingComments: readonly (readonly [RegExp, string])[] = [
  [
    /(?:\/\/|\/\*|^[ \t]*\*)[\s*!]*(?:(?:istanbul|c8|v8)\s+ignore\s+(?:next|if|else|file|start|stop)\b|node:coverage\s+(?:disable|ignore)\b)|#\s*pragma:\s*no\s*(?:cover|branch)|LCOV_EXCL_\w+|coverage:ignore/gim,
    'code is hidden from coverage',
  ],
  [
    /(?:\/\/|\/\*|^[ \t]*\*)[\s*/]*@ts-(?:ignore|nocheck|expect-error)\b|#\s*type:\s*ignore|#\s*(?:pyright|mypy):/gm,
    'code is hidden from the compiler',
  ],
];

/** Code that does so. */
const hidingCode: typeof hidingComments = [[/\bas\s+any\b|<any>/g, 'code is hidden from the compiler']];

/** What a changed text looks at that only a test run has, and did not before; for people. */
export function newTestSwitches(path: string, before: string, after: string, parsers: Parsers): readonly string[] {
  const [old, now] = [codeOf(path, before, parsers), codeOf(path, after, parsers)];
  return grown(switches, old, now);
}

/** What hides from tools now and did not before. */
export function newHidingPlaces(path: string, before: string, after: string, parsers: Parsers): readonly string[] {
  const code = grown(hidingCode, codeOf(path, before, parsers), codeOf(path, after, parsers));
  return [...new Set([...grown(hidingComments, before, after), ...code])];
}

/** A pattern of which all matches are counted. */
function all(source: string): RegExp {
  return new RegExp(source, 'g');
}

function grown(rules: readonly (readonly [RegExp, string])[], before: string, after: string): readonly string[] {
  const count = (pattern: RegExp, text: string): number => [...text.matchAll(pattern)].length;
  return [
    ...new Set(rules.flatMap(([pattern, words]) => (count(pattern, after) > count(pattern, before) ? [words] : []))),
  ];
}

/** Without comments, where a parser is at hand. */
function codeOf(path: string, text: string, parsers: Parsers): string {
  return languageOf(path)?.withoutComments?.(path, text, parsers) ?? text;
}
