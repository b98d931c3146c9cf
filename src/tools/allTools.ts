import type { Tool } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import type { Approvals } from '../workspace/approvals.ts';
import type { Documents } from '../workspace/documents.ts';
import type { LanguageFeatures } from '../workspace/language.ts';
import type { TextSearch } from '../workspace/search.ts';
import type { Verifier } from '../workspace/verification.ts';
import { createApplyEdit } from './applyEdit.ts';
import { createGetDiagnostics } from './getDiagnostics.ts';
import { createListFiles } from './listFiles.ts';
import { createOutline } from './outline.ts';
import { createReadFile } from './readFile.ts';
import type { ReadLedger } from './readLedger.ts';
import { createRunTests } from './runTests.ts';
import { createSearchText } from './searchText.ts';

/** Everything that the tools reach. */
export interface ToolPorts {
  readonly documents: Documents;
  readonly search: TextSearch;
  readonly language: LanguageFeatures;
  readonly approvals: Pick<Approvals, 'allowsTestEdits'>;
  readonly draft: Draft;
  readonly ledger: ReadLedger;
  readonly verifier: Verifier;
}

/** The function tools of a session, in the order in which they are sent. */
export function allTools(ports: ToolPorts): readonly Tool[] {
  const { documents, search, language, draft } = ports;
  return [
    createListFiles(documents, draft),
    createReadFile(ports),
    createSearchText(search, draft),
    createOutline(ports),
    createGetDiagnostics(language, draft),
    createApplyEdit(ports),
    createRunTests(ports.verifier, draft),
  ];
}
