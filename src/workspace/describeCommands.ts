import { visibleText } from '../edits/visibleText.ts';
import type { CommandLine, CommandQuestion } from './approvals.ts';

/** Everything that is about to run, what each is for and what it stands for; hidden characters made visible. */
export function describeQuestions(questions: readonly CommandQuestion[]): string {
  const blocks = questions.map((question) => describeQuestion(question).join('\n'));
  return visibleText([...blocks, note].join('\n\n'));
}

const note = `They run in a private copy of the workspace, the tests also in the workspace itself once you accepted a change.
Asked once: any change of a command or of its script asks again.`;

/** The words of a command, quoted where one could be taken for several. */
export function commandText({ argv }: CommandLine): string {
  return argv.map((word) => (/^[\w@%+=:,./<>-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

/** What a command is run for, as a heading. */
export function purposeTitle({ purpose = 'tests' }: CommandLine): string {
  switch (purpose) {
    case 'tests':
      return 'Tests';
    case 'types':
      return 'Type check';
    case 'lint':
      return 'Lint';
  }
}

function describeQuestion({ command, content }: CommandQuestion): string[] {
  const { argv, cwd, origin } = command;
  const where = cwd === '' ? '' : `, in ${cwd}`;
  const lines = [`${purposeTitle(command)}${where} (${origin}):`, commandText(command)];
  if (content.trim() !== '' && content !== argv.join(' ')) lines.push('It stands for:', content.trimEnd());
  return lines;
}
