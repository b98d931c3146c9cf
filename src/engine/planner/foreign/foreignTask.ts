import { call, say, type Routine } from '../routine.ts';
import type { Toolset } from '../toolset.ts';
import { list } from '../wording.ts';
import { chooseCall } from './foreignTools.ts';

const maxQuoted = 4_000;

/** Serves a question by one of the asker's own tools; false when none fits it, and then nothing was said. */
export function* runForeignTask(tools: Toolset, question: string): Routine<boolean> {
  const choice = chooseCall(tools.foreign, question, tools.choice, new Date());
  switch (choice.kind) {
    case 'none':
      return false;
    case 'incomplete':
      yield* say(`To call ${choice.name} I need ${list(choice.missing)}, and your message does not say it.\n`);
      return true;
    case 'call': {
      const [output = ''] = yield* call([{ name: choice.name, arguments: choice.arguments }]);
      const told = output.replaceAll(/[^\P{C}\n\t]/gu, '').trim();
      const shown = told.length > maxQuoted ? `${told.slice(0, maxQuoted)}…` : told;
      yield* say(shown === '' ? `${choice.name} returned nothing.\n` : `${choice.name} returned:\n\n${shown}\n`);
      return true;
    }
  }
}
