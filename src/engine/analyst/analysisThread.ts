import { parentPort } from 'node:worker_threads';
import { assertNever } from '../../util/exhaustive.ts';
import type { EvidenceAnswer, EvidenceRequest } from './evidence.ts';
import type { Finding } from '../analysis/refactoring.ts';
import { DirectAnalyst } from './analyst.ts';
import type { Answer, Question } from './threadMessages.ts';

interface Loaded {
  readonly analyst: DirectAnalyst;
  readonly functionEvidence: (request: EvidenceRequest, findings: readonly Finding[]) => EvidenceAnswer;
}

/** Answers questions in the thread that it is called in, until that is ended. What is heavy is loaded by the first question. */
export function runAnalysisThread(): void {
  const port = parentPort;
  if (!port) throw new Error('This is not a worker thread.');
  let loading: Promise<Loaded> | undefined;
  port.on('message', (question: Question) => {
    loading ??= load();
    loading
      .then((loaded) => answer(loaded, question))
      .catch((error: unknown): Answer => {
        return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
      })
      .then((reply) => port.postMessage(reply))
      .catch((error: unknown) => {
        throw error;
      });
  });
}

async function load(): Promise<Loaded> {
  const { analyze } = await import('./analyze.ts');
  const { functionEvidence } = await import('./functionEvidence.ts');
  const { createFindSubjects } = await import('../characterizing/findSubjects.ts');
  return { analyst: new DirectAnalyst(analyze, createFindSubjects()), functionEvidence };
}

/** Small, but every part of the analyses is used once by it, and so loaded and compiled. */
const warmUp =
  'export const total = (items) => { let sum = 0; for (let i = 0; i < items.length; i++) sum += items[i]; return sum; };\n';

function answer({ analyst, functionEvidence }: Loaded, question: Question): Answer {
  switch (question.kind) {
    case 'warm':
      analyst.surveyNow({ path: 'warm.js', text: warmUp, ranges: [], intents: ['optimize'], excluded: [] });
      return { kind: 'warm' };
    case 'survey':
      return { kind: 'survey', survey: analyst.surveyNow(question.inquiry) };
    case 'rewrite':
      return { kind: 'rewrite', rewrite: analyst.rewriteNow(question.inquiry, question.stepIds) };
    case 'subjects':
      return { kind: 'subjects', subjects: analyst.subjectsNow(question.request) };
    case 'evidence': {
      const { request } = question;
      const looked = analyst.surveyNow({ ...request, ranges: [], intents: ['optimize'], excluded: [] });
      if (looked.kind === 'failed') return looked;
      return { kind: 'evidence', evidence: functionEvidence(request, looked.findings) };
    }
    default:
      return assertNever(question);
  }
}
