import { isDeclaration } from '../texts/changedText.ts';
import type { Execution } from '../texts/execution.ts';

/** What of scripts runs, as engines of JavaScript tell it. */
export const scriptExecution: Execution = {
  holdsOnlyTypes: isDeclaration,
  // Where a value is not what the code takes it for.
  engineError:
    /Cannot (?:read|set|delete|define|destructure|access|convert|assign|redefine)\b|\bis not (?:a function|defined|iterable|a constructor|async iterable|extensible|callable)|\bhas no properties|Invalid left-hand side|Maximum call stack|before initialization|Assignment to constant|Reduce of empty array/,
  projectTools: { isTyped: (path) => /\.[cm]?tsx?$/i.test(path) },
};
