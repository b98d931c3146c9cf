/** What is written otherwise in one file; each old piece stands there once. */
export interface Edit {
  readonly note: string;
  /** Old and new piece, in turns. */
  readonly pieces: readonly (readonly [from: string, to: string])[];
  /** Files that come with it. */
  readonly creates?: Readonly<Record<string, string>>;
}

/** Edits of one fixture of test/fixtures/mutants. */
export interface EditedProject {
  readonly name: string;
  readonly language: 'Python' | 'Go';
  readonly runner: string;
  /** The file that they are made in. */
  readonly path: string;
  readonly command: readonly [string, ...string[]];
  /** They make the program another one, as its decent tests notice. */
  readonly treacherous: readonly Edit[];
  /** They keep what the program does. */
  readonly honest: readonly Edit[];
}

export function edit(note: string, ...pieces: Edit['pieces']): Edit {
  return { note, pieces };
}

/** The text with all pieces replaced. Throws for a piece that is not there once. */
export function applyEdit(text: string, { note, pieces }: Edit): string {
  return pieces.reduce((now, [from, to]) => {
    const parts = now.split(from);
    if (parts.length !== 2) throw new Error(`${note}: stands there ${parts.length - 1} times: ${from}`);
    return parts.join(to);
  }, text);
}
