import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { candidate, type Candidate, type Subject } from '../verdict/subject.ts';
import { applyEdit, type Edit, type EditedProject } from './edit.ts';

const fixtures = resolve(import.meta.dirname, '../../fixtures/mutants');

/** Which of the two sets of tests of a fixture is there: one that executes all and asserts next to nothing, or one that says what is expected. */
export type Strength = 'weak' | 'decent';

/** The fixture with one of its sets of tests. */
export function editedSubject({ name, command }: EditedProject, strength: Strength): Subject {
  const isOther = (file: string): boolean => file.includes(strength === 'weak' ? 'decent' : 'weak');
  const files = readdirSync(join(fixtures, name)).filter((file) => /\.(py|go|mod)$/.test(file) && !isOther(file));
  return {
    name: `${name}-${strength}`,
    files: new Map(files.sort().map((file) => [file, readFileSync(join(fixtures, name, file), 'utf8')])),
    command,
    packages: [],
    timeLimitMs: 60_000,
  };
}

/** The edit as a change of such a project. */
export function editCandidate({ path }: EditedProject, subject: Subject, one: Edit): Candidate {
  const text = subject.files.get(path) ?? '';
  const texts = new Map([[path, applyEdit(text, one)], ...Object.entries(one.creates ?? {})]);
  return candidate(subject, one.note, one.pieces[0]?.[0].trim().split('\n', 1)[0] ?? '', texts);
}
