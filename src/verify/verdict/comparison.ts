import type { Proposal } from '../../edits/proposal.ts';
import type { Check, Checks } from '../../workspace/evidence.ts';
import type { Evidence, TestComparison, TestEvidence } from '../../workspace/verification.ts';
import { judge } from './judge.ts';

/** What a verification found beside the tests; what is left out is not known. */
export type OtherEvidence = Partial<Omit<Evidence, 'proposal' | 'tests'>>;

/** Joins all evidence of a proposal with the verdict that follows from it. */
export function comparisonOf(proposal: Proposal, tests: TestEvidence, other: OtherEvidence = {}): TestComparison {
  const evidence: Evidence = { ...unknownEvidence, ...other, proposal: proposal.hash, tests };
  const { before, after, broken, fixed, stillFailing } = tests;
  return { before, after, broken, fixed, stillFailing, verdict: judge(evidence), evidence };
}

const notLooked: Check = { kind: 'unknown', reason: 'It was not looked at.' };

export const unknownChecks: Checks = {
  syntax: notLooked,
  types: notLooked,
  lint: notLooked,
  api: notLooked,
  bodies: notLooked,
  scope: notLooked,
  integrity: notLooked,
};

const unknownEvidence: Omit<Evidence, 'proposal' | 'tests'> = {
  files: [],
  origin: { kind: 'unproven', files: [], reason: 'It was not looked at.' },
  coverage: { kind: 'unknown', reason: 'It was not measured.' },
  sensitivity: { kind: 'pending' },
  checks: unknownChecks,
  complexity: [],
  times: [],
};
