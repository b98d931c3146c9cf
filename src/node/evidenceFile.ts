import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { evidenceJson, evidenceMarkdown, type EvidenceReport } from '../agent/evidenceReport.ts';

/** What is wrong with a name for the report, or undefined. */
export function evidenceNameProblem(name: string): string | undefined {
  return /\.(md|json)$/i.test(name) ? undefined : `--evidence must name a .md or .json file, not "${name}".`;
}

/** Writes the report in the form that the name asks for; gives the problem when it cannot. */
export async function writeEvidence(name: string, report: EvidenceReport, cwd: string): Promise<string | undefined> {
  const text = /\.json$/i.test(name) ? evidenceJson(report) : evidenceMarkdown(report);
  try {
    await writeFile(resolve(cwd, name), text);
    return undefined;
  } catch (error) {
    return `The evidence could not be written to ${name} (${error instanceof Error ? error.message : String(error)}).`;
  }
}
