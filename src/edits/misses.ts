import type { LocateOutcome } from './match.ts';
import { assertNever } from '../util/exhaustive.ts';

/** Says why an old text was not replaced, with the candidates, and what to do. */
export function describeMiss(where: string, outcome: Exclude<LocateOutcome, { kind: 'found' }>): string {
  switch (outcome.kind) {
    case 'emptyOld':
      return `${where}: the old text is empty; quote the lines that are to be replaced.`;
    case 'ambiguous': {
      const places = outcome.lines.join(', ') + (outcome.isCut ? ' and more' : '');
      const noun = outcome.lines.length === 1 && !outcome.isCut ? 'more than once on line' : 'on lines';
      return `${where}: the old text stands ${noun} ${places}; quote more lines around it so that it is the only one.`;
    }
    case 'missing': {
      const hint = outcome.hasNewText ? ' The new text stands there already.' : '';
      if (outcome.excerpts.length === 0)
        return `${where}: the old text was not found, nor anything like it.${hint} Read the file again.`;
      const shown = outcome.excerpts.map(({ firstLine, lastLine, text }) => `lines ${firstLine}-${lastLine}:\n${text}`);
      return `${where}: the old text was not found.${hint} The nearest is ${shown.join('\nor ')}`;
    }
    default:
      return assertNever(outcome);
  }
}
