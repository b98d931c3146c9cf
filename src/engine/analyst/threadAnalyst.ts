import type { Worker } from 'node:worker_threads';
import { abortError } from '../../util/abort.ts';
import { Deferred } from '../../util/deferred.ts';
import type { Subjects, SubjectsRequest } from '../characterizing/subject.ts';
import type { EvidenceAnswer, EvidenceRequest } from './evidence.ts';
import type { Analyst, Inquiry, Rewrite, Survey } from './analyst.ts';
import type { Answer, Question } from './threadMessages.ts';

/** How long one question may take, in ms; the thread is ended when it takes longer. */
export const maxAnalysisMs = 30_000;
/** How much longer the first question to a thread may take: it waits for everything to be loaded. */
const firstQuestionFactor = 4;

interface Job {
  readonly question: Question;
  readonly answer: Deferred<Answer>;
}

/**
 * Asks a thread of its own, one question at a time, so that analysing never holds up the server: it answers, cancels and ends
 * while code is looked at. A thread that dies or takes too long is replaced for the next question.
 */
export class ThreadAnalyst implements Analyst {
  readonly #startThread: () => Worker;
  readonly #limitMs: number;
  readonly #waiting: Job[] = [];
  #thread: Worker | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLoaded = false;

  constructor(startThread: () => Worker, limitMs: number = maxAnalysisMs) {
    this.#startThread = startThread;
    this.#limitMs = limitMs;
  }

  /** Starts the thread and has it load what it needs; the first question then waits less. */
  warm(): void {
    this.#ask({ kind: 'warm' }, new AbortController().signal).catch(() => {});
  }

  async survey(inquiry: Inquiry, signal: AbortSignal): Promise<Survey> {
    const answer = await this.#ask({ kind: 'survey', inquiry }, signal);
    if (answer.kind === 'survey') return answer.survey;
    return { kind: 'failed', reason: reasonOf(answer) };
  }

  async rewrite(inquiry: Inquiry, stepIds: readonly string[], signal: AbortSignal): Promise<Rewrite> {
    const answer = await this.#ask({ kind: 'rewrite', inquiry, stepIds }, signal);
    if (answer.kind === 'rewrite') return answer.rewrite;
    return { kind: 'failed', reason: reasonOf(answer) };
  }

  async subjects(request: SubjectsRequest, signal: AbortSignal): Promise<Subjects> {
    const answer = await this.#ask({ kind: 'subjects', request }, signal);
    return answer.kind === 'subjects' ? answer.subjects : { kind: 'failed', reason: reasonOf(answer) };
  }

  /** What deserves work in one text, for code lenses. */
  async evidence(request: EvidenceRequest, signal: AbortSignal): Promise<EvidenceAnswer | { readonly reason: string }> {
    const answer = await this.#ask({ kind: 'evidence', request }, signal);
    return answer.kind === 'evidence' ? answer.evidence : { reason: reasonOf(answer) };
  }

  /** Resolves when the thread has ended. */
  async close(): Promise<void> {
    await this.#end('the engine is closing');
  }

  async #ask(question: Question, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const job: Job = { question, answer: new Deferred() };
    // One that has begun is left to end: its successors wait for less than a new thread would take to load.
    const onAbort = (): void => {
      const index = this.#waiting.indexOf(job);
      if (index !== -1) this.#waiting.splice(index, 1);
      job.answer.reject(abortError(signal.reason));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.push(job);
    this.#next();
    try {
      return await job.answer.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#current = job;
    this.#thread ??= this.#open();
    const limitMs = this.#isLoaded ? this.#limitMs : this.#limitMs * firstQuestionFactor;
    this.#timer = setTimeout(
      () => void this.#end(`it took longer than ${Math.round(limitMs / 1000)} seconds`),
      limitMs,
    );
    this.#thread.postMessage(job.question);
  }

  #open(): Worker {
    const thread = this.#startThread();
    thread.on('message', (answer: Answer) => {
      if (thread !== this.#thread) return;
      this.#isLoaded = true;
      this.#settle(answer);
    });
    thread.on('error', (error: Error) => {
      if (thread === this.#thread) void this.#end(error.message);
    });
    thread.on('exit', () => {
      if (thread === this.#thread) void this.#end('the analysis ended unexpectedly');
    });
    return thread;
  }

  async #end(reason: string): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#isLoaded = false;
    this.#settle({ kind: 'failed', reason });
    await thread?.terminate();
  }

  #settle(answer: Answer): void {
    clearTimeout(this.#timer);
    const job = this.#current;
    this.#current = undefined;
    job?.answer.resolve(answer);
    this.#next();
  }
}

function reasonOf(answer: Answer): string {
  return answer.kind === 'failed' ? answer.reason : 'the analysis gave another answer than was asked for';
}
