import { createProposal } from '../../../../src/edits/proposal.ts';
import { inspect } from '../../../../src/verify/checks/inspect.ts';
import { judge } from '../../../../src/verify/verdict/judge.ts';
import type { Check, CoverageEvidence } from '../../../../src/workspace/evidence.ts';
import type { Verdict } from '../../../../src/workspace/verification.ts';
import { goodEvidence, passed } from '../../../support/evidence.ts';
import { changesOf, textsOf, type ChangeCase } from './change.ts';

const { signal } = new AbortController();

/** A goal that asks for as much as one may: it names all that stands in the change. */
function goalOf(one: ChangeCase): string {
  const texts = [...textsOf(one, 'before').values(), ...textsOf(one, 'after').values()];
  const names = new Set(texts.flatMap((text) => text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []));
  return `Rename, move, inline and remove ${[...names].map((name) => `\`${name}\``).join(', ')}`;
}

/**
 * What is said of a change when tests pass that run none of the changed code, or only load it, all else being as good as it can be: what
 * is PRESERVED then was shown by the rules about texts alone.
 */
export async function verdictOf(one: ChangeCase): Promise<Verdict> {
  const before = textsOf(one, 'before');
  const readText = (path: string): string | undefined => before.get(path);
  const listFiles = (): readonly string[] => [...before.keys()].filter((path) => !path.startsWith('node_modules/'));
  const options = { allowsTestEdits: true, readText, listFiles };
  const { files, checks } = await inspect(
    createProposal(changesOf(one)),
    { goal: goalOf(one), focus: [] },
    options,
    signal,
  );
  const looked = files.filter(({ change, demand }) => change !== 'delete' && demand.kind !== 'none');
  const types: Check = looked.every(({ path }) => /\.[cm]?tsx?$/.test(path))
    ? passed
    : { kind: 'unknown', reason: 'The compiler does not look into it.' };
  const nothing = [] as const;
  const coverage: CoverageEvidence = {
    kind: 'measured',
    tool: 'test',
    files: !one.isLoaded
      ? []
      : files.flatMap(({ path, from = path }) => [
          { path: from, side: 'before', executed: topLines(one, from, 'before'), missed: nothing, unknown: nothing },
          { path, side: 'after', executed: topLines(one, path, 'after'), missed: nothing, unknown: nothing },
        ]),
  };
  return judge(
    goodEvidence({
      files,
      checks: { ...checks, types, lint: passed },
      origin: { kind: 'proven', files: files.map(({ path }) => path) },
      coverage,
      sensitivity: { kind: 'notAvailable', reason: 'There is nothing to seed.' },
    }),
  );
}

/** Lines that run once the file is loaded, by their indentation. */
function topLines(one: ChangeCase, path: string, side: 'before' | 'after'): readonly number[] {
  const lines = (textsOf(one, side).get(path) ?? '').split('\n');
  return lines.flatMap((line, index) => (/^(?!(?:export )?(?:async )?function)\S/.test(line) ? [index + 1] : []));
}
