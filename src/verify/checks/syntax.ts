import type { Check, Finding } from '../../workspace/evidence.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import type { ParseError } from '../../languages/texts/language.ts';

/** Whether what parsed before parses now. */
export function checkSyntax(texts: readonly ChangedText[], parsers: Parsers): Check {
  const findings: Finding[] = [];
  let looked = 0;
  for (const { path, from, before, after } of texts) {
    if (after === undefined) continue;
    const now = errorsOf(path, after, parsers);
    if (now === undefined) continue;
    looked += 1;
    if (now.length === 0) continue;
    const wasBroken = before !== undefined && (errorsOf(from, before, parsers)?.length ?? 0) > 0;
    if (!wasBroken) findings.push(...now.slice(0, 3).map(({ message, line }) => ({ message, path, line })));
  }
  if (findings.length > 0) return { kind: 'failed', findings };
  if (looked === 0) return { kind: 'unknown', reason: 'No parser is at hand for the changed files.' };
  return { kind: 'passed' };
}

/** Undefined when nothing here reads the language. */
function errorsOf(path: string, text: string, parsers: Parsers): readonly ParseError[] | undefined {
  const language = languageOf(path);
  if (language !== undefined) return language.parseErrors?.(path, text, parsers);
  if (!/\.json$/i.test(path)) return undefined;
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [{ message: error instanceof Error ? error.message : String(error), line: 1 }];
  }
}
