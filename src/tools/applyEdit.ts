import { toolError, toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import { contentHash, isEmpty, type Proposal } from '../edits/proposal.ts';
import { stageOperations, type ToleratedMatch } from '../edits/stage.ts';
import { stepNameOf } from '../edits/stepName.ts';
import type { Approvals } from '../workspace/approvals.ts';
import type { Documents } from '../workspace/documents.ts';
import { cutToBytes } from './bounds.ts';
import { defineTool } from './defineTool.ts';
import { checkEdit, editArgumentsSchema, editParameters, type RequestedEdit } from './editArguments.ts';
import { collectBases, type EditBasesPorts } from './editBases.ts';
import type { ReadLedger } from './readLedger.ts';

export interface ApplyEditPorts {
  readonly documents: Documents;
  readonly draft: Draft;
  readonly ledger: ReadLedger;
  readonly approvals: Pick<Approvals, 'allowsTestEdits'>;
  /** Without it, the names alone say what belongs to the tests. */
  readonly verifier?: EditBasesPorts['verifier'];
}

/** The most files that one proposal changes. */
const maxProposalFiles = 500;
/** What is told of problems, in bytes of UTF-8. */
const maxProblemBytes = 8 * 1024;
const maxNamedFiles = 50;

/** `apply_edit`: stages changes of several files in the draft, all or nothing; nothing reaches the disk. */
export function createApplyEdit(ports: ApplyEditPorts): Tool {
  return defineTool({
    name: 'apply_edit',
    description:
      'Stage a small refactoring, named in step, all or nothing; read first. edit: unique old becomes new, in order.',
    parameters: editParameters,
    isReadOnly: false,
    schema: editArgumentsSchema,
    check: checkEdit,
    summarize,
    execute: (edit, signal) => applyEdit(ports, edit, signal),
  });
}

async function applyEdit(ports: ApplyEditPorts, edit: RequestedEdit, signal: AbortSignal): Promise<ToolResult> {
  const { draft, ledger } = ports;
  const allowsTestEdits = ports.approvals.allowsTestEdits();
  const { operations, bases, problems, drifted } = await collectBases(
    edit.changes,
    { ...ports, allowsTestEdits },
    signal,
  );
  if (drifted.size > 0) draft.drop(drifted);
  if (problems.length > 0) return refused(problems);
  const before = draft.proposal;
  const outcome = stageOperations(before, operations, bases);
  if (outcome.kind === 'refused') return refused(outcome.problems.map(({ message }) => message));
  const { proposal, tolerated } = outcome;
  if (proposal.changes.length > maxProposalFiles)
    return refused([
      `A proposal may change at most ${maxProposalFiles} files; this would be ${proposal.changes.length}.`,
    ]);
  draft.stage(proposal, edit.step ?? stepNameOf(summarize(edit)) ?? 'Changes');
  // The model wrote these texts itself: it need not read them to change them again.
  for (const change of proposal.changes)
    if (change.kind !== 'delete') ledger.record(change.path, contentHash(change.after));
  const note = proposal.hash === before.hash ? '\n[this call changed nothing]' : '';
  return toolResult(describeStaged(proposal) + describeTolerated(tolerated) + note, summarize(edit));
}

function refused(problems: readonly string[]): ToolResult {
  const text = problems.length === 1 ? `Nothing was staged. ${problems[0]}` : listed(problems);
  return { ...toolError(cutToBytes(text, maxProblemBytes)), summary: problems[0]?.split('\n')[0] ?? 'refused' };
}

function listed(problems: readonly string[]): string {
  return `Nothing was staged; ${problems.length} problems:\n${problems.map((problem) => `- ${problem}`).join('\n')}`;
}

function describeStaged(proposal: Proposal): string {
  if (isEmpty(proposal)) return `Staged as proposal ${proposal.hash}: nothing, all is as in the workspace again`;
  const names = proposal.changes.slice(0, maxNamedFiles).map((change) => {
    const from = change.kind === 'move' ? ` from ${change.from}` : '';
    return `${change.path} (${change.kind}${from})`;
  });
  const more = proposal.changes.length - names.length;
  return `Staged as proposal ${proposal.hash}: ${names.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function describeTolerated(tolerated: readonly ToleratedMatch[]): string {
  const words = { lineEnds: 'line ends', trailingSpace: 'trailing space', indentation: 'indentation' } as const;
  const lines = new Set(tolerated.map(({ path, tolerance }) => `\n[matched but for ${words[tolerance]}: ${path}]`));
  return [...lines].slice(0, maxNamedFiles).join('');
}

function summarize({ changes }: RequestedEdit): string {
  const [first] = changes;
  if (!first) return 'no changes';
  const head = `${first.operation.kind} ${first.operation.path}`;
  return changes.length === 1 ? head : `${head} and ${changes.length - 1} more`;
}
