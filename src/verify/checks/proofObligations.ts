import type { ChangedFile, ProofObligation } from '../../workspace/evidence.ts';
import type { Parsers } from '../../languages/facts.ts';
import { hasSameTokens, languageOf, languages } from '../../languages/table.ts';
import { isProgramText, type ChangedText } from '../../languages/texts/changedText.ts';
import type { Change, ObligationOf, UnshownBy } from '../../languages/texts/language.ts';
import { Project, type ProjectTexts } from '../../languages/texts/project.ts';
import { sameButForLayout } from '../../languages/texts/sameProgram.ts';
import type { BinaryReader } from './binaryReaders.ts';
import { lostEffects } from './effectImports.ts';
import { placesToExecute } from './changedPlaces.ts';
import { usesOfReboundNames } from './reboundNames.ts';

/** What must be shown of each changed file; decided from the texts alone. */
export function obligationsOf(
  all: readonly ChangedText[],
  parsers: Parsers,
  readers: BinaryReaders = new Map(),
  project = new Project(all.filter(({ isBinary }) => isBinary !== true)),
): readonly ChangedFile[] {
  const texts = all.filter(({ isBinary }) => isBinary !== true);
  const obligationIn = obligationsByLanguage({ texts, parsers, project });
  const lostIn = lostEffects(texts, parsers);
  return all.map((text): ChangedFile => {
    const { path, from, change, role } = text;
    if (text.isBinary === true) {
      const demand = binaryObligation(text, readers.get(path));
      return { path, change, role, demand, ...(from === path ? {} : { from }) };
    }
    const own = obligationOf(text, parsers, project, obligationIn(text));
    const lost = own.kind === 'none' ? [] : lostIn(text);
    const demand = lost.length > 0 ? lostObligation(lost) : withUses(own, text, texts, parsers);
    return { path, change, role, demand, ...(from === path ? {} : { from }) };
  });
}

/** Who may read a file that is no text, by its path; a path that is not there was not looked for. */
export type BinaryReaders = ReadonlyMap<string, BinaryReader>;

/** Of bytes nothing is seen but that they are others: what matters is whether a program may come to read them. */
function binaryObligation(
  { path, from, before, after }: ChangedText,
  reader: BinaryReader | undefined,
): ProofObligation {
  if (path === from && before === after) return { kind: 'none', reason: 'It is as it was.' };
  if (reader?.kind === 'nobody')
    return { kind: 'none', reason: 'It is no text, and no program of the project names it, its folder or its kind.' };
  const who =
    reader === undefined
      ? 'code may read it'
      : reader.kind === 'unknown'
        ? reader.reason
        : `${reader.path} may read it`;
  return { kind: 'unprovable', reason: `it is no text, and ${who}, which no executed line shows.` };
}

function lostObligation(modules: readonly string[]): ProofObligation {
  const names = modules.join(' and ');
  return {
    kind: 'unprovable',
    reason: `${names} was loaded for its effect only, and no executed line shows that nothing needs it.`,
  };
}

/** Where lines must be executed, those too that use a name which stands for something else now. */
function withUses(
  demand: ProofObligation,
  text: ChangedText,
  all: readonly ChangedText[],
  parsers: Parsers,
): ProofObligation {
  if (demand.kind !== 'execution') return demand;
  return { ...demand, places: [...demand.places, ...usesOfReboundNames(text, all, parsers)] };
}

/** Texts about the project, or about a package of it, that no program reads by convention; elsewhere the names may be those of content. */
const documentation =
  /^((packages|apps|libs|crates|modules)\/[^/]+\/)?(readme|changelog|changes|history|contributing|authors|license|licence|notice|code_of_conduct)(\.(md|txt|rst|adoc))?$/i;

/** In a text of the code, as a path of which this is the last part. */
function namesFile(code: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return (
    new RegExp(`["'\`/]${name}["'\`]`).test(code) && /\bread(?:File|dir)|\brequire\b|\bimport\b|\bopen\b/.test(code)
  );
}

/** What each language demands, prepared once it is asked. */
function obligationsByLanguage(change: Change<Parsers>): (text: ChangedText) => ObligationOf | undefined {
  const prepared = new Map<string, ObligationOf | undefined>();
  return ({ path }) => {
    const language = languageOf(path);
    if (language === undefined) return undefined;
    if (!prepared.has(language.id)) prepared.set(language.id, language.obligations?.(change));
    return prepared.get(language.id);
  };
}

function obligationOf(
  text: ChangedText,
  parsers: Parsers,
  project: Project,
  inLanguage: ObligationOf | undefined,
): ProofObligation {
  const { path, from, before, after } = text;
  if (before === after && path === from) return { kind: 'none', reason: 'It is as it was.' };
  if (documentation.test(path)) {
    const isRead = project.some(`reads ${path}`, ({ text: code }) => namesFile(code, path));
    return isRead
      ? { kind: 'unprovable', reason: 'it is about the project, but code of the project names it and may read it.' }
      : { kind: 'none', reason: 'It is about the project and no part of a program.' };
  }
  const own = inLanguage?.(text, () => placesToExecute(text, parsers));
  if (own !== undefined) return own;
  if (!isProgramText(path))
    return { kind: 'unprovable', reason: 'it is no program text, so no test can be seen to depend on it.' };
  if (before !== undefined && after !== undefined && path === from && hasSameTokens(path, before, after))
    return { kind: 'none', reason: sameButForLayout };
  return { kind: 'execution', places: placesToExecute(text, parsers) };
}

/** What of files of the code no executed line shows, by their languages: that must be looked at by people. Rejects only by cancellation. */
export async function strictDemands(
  files: readonly ChangedFile[],
  change: Change<Parsers>,
  source: Partial<ProjectTexts>,
  signal: AbortSignal,
): Promise<readonly ChangedFile[]> {
  const unshown = new Map<string, UnshownBy | undefined>();
  for (const { id, takes, unshown: prepare } of languages)
    if (files.some(({ path }) => takes(path))) unshown.set(id, await prepare?.(change, source, signal));
  return files.map((file) => {
    const text = change.texts.find(({ path }) => path === file.path);
    if (text === undefined || file.role === 'test' || file.demand.kind === 'unprovable') return file;
    const reason = unshown.get(languageOf(file.path)?.id ?? '')?.(text, file.demand);
    return reason === undefined ? file : { ...file, demand: { kind: 'unprovable', reason } };
  });
}
