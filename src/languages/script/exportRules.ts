import { leading, type ExportedNames } from '../texts/reExports.ts';
import type { Exports } from '../texts/language.ts';
import { exportedNames } from './exportedNames.ts';
import { leadsToFile } from './importStatements.ts';
import type { ScriptParser } from './scripts.ts';

/** What modules give others, of both kinds; where a name went to is asked, since its users name the file. */
export const scriptExports: Exports<ScriptParser> = {
  exportedNames: (path, text, { ts }): ExportedNames | undefined => {
    if (ts === undefined) return undefined;
    return text === undefined ? new Map() : exportedNames(ts, path, text);
  },
  leadsTo: leadsToFile,
  placeOf: (specifier, path) => leading(path, specifier),
  mayBeThere: ({ name, last, listed }) => {
    // Of an object that is not written out it is not known what was in it, nor what is.
    const isOpen = name === '*' || listed.has('*');
    const wasAnything = name === 'module.exports' && last === 'a value' && listed.size > 0;
    return isOpen || wasAnything || name.startsWith('* ');
  },
  // What was put onto a function or a class.
  isPartOfAnother: (name) => name.includes('.') && name !== 'module.exports',
  isFoundAnywhere: true,
};
