import { isRust } from '../texts/changedText.ts';
import type { Language } from '../texts/language.ts';
import { linesOfTokens } from '../texts/lexer.ts';
import { RustEdges } from './rustEdges.ts';
import { rustTests } from './rustTests.ts';
import { rustIntegrity } from './rustIntegrity.ts';
import { rustTokens } from './rustTokens.ts';

/** Rust, of which words and tests are known; what it does is told by the tools of the language itself. */
export const rustLanguage: Language<unknown> = {
  id: 'rust',
  takes: isRust,
  tokens: (_path, text) => rustTokens(text),
  workingLines: (_path, text) => linesOfTokens(rustTokens(text)),
  ...rustIntegrity,
  isAbout: (_test, path) => isRust(path),
  // What stands there is built by a plain `cargo test`, and its tests are not run.
  mayHoldTests: (path) => !/(?:^|\/)(?:target|benches|examples)\//.test(path),
  holdsTests: (_path, text) => rustTests(text).length > 0,
  plainTests: (_path, text) => rustTests(text).map((name) => ({ path: [name] })),
  edges: (files, readText) => new RustEdges(files, readText),
};
