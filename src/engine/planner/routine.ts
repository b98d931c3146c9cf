import type { Subjects, SubjectsRequest } from '../characterizing/subject.ts';
import type { Inquiry, Rewrite, Survey } from '../analyst/analyst.ts';

/** A call that the planner wants made; the arguments are plain JSON. */
export interface PlannedCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a routine asks of whoever drives it. */
export type Effect =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'call'; readonly calls: readonly PlannedCall[] }
  | { readonly kind: 'survey'; readonly inquiry: Inquiry }
  | { readonly kind: 'rewrite'; readonly inquiry: Inquiry; readonly stepIds: readonly string[] }
  | { readonly kind: 'subjects'; readonly request: SubjectsRequest }
  /** Ends the response and waits for the user. */
  | { readonly kind: 'listen' };

/** What the driver gives back, by the kind of the effect. */
export type Reply =
  | { readonly kind: 'said' }
  | { readonly kind: 'outputs'; readonly outputs: readonly string[] }
  | { readonly kind: 'survey'; readonly survey: Survey }
  | { readonly kind: 'rewrite'; readonly rewrite: Rewrite }
  | { readonly kind: 'subjects'; readonly subjects: Subjects }
  | { readonly kind: 'heard'; readonly text: string };

/** A coroutine that decides on nothing but the replies it got: equal replies, equal effects. */
export type Routine<T> = Generator<Effect, T, Reply>;

/** Adds to the message that is being written. */
export function* say(text: string): Routine<void> {
  if (text !== '') yield { kind: 'say', text };
}

/** Makes all calls in one response; one output for each, in the same order. */
export function* call(calls: readonly PlannedCall[]): Routine<readonly string[]> {
  const reply = yield { kind: 'call', calls };
  if (reply.kind !== 'outputs') throw unexpected(reply);
  return reply.outputs;
}

/** Asks what there is to find and to change. */
export function* survey(inquiry: Inquiry): Routine<Survey> {
  const reply = yield { kind: 'survey', inquiry };
  if (reply.kind !== 'survey') throw unexpected(reply);
  return reply.survey;
}

/** Asks for the text after the given steps. */
export function* rewrite(inquiry: Inquiry, stepIds: readonly string[]): Routine<Rewrite> {
  const reply = yield { kind: 'rewrite', inquiry, stepIds };
  if (reply.kind !== 'rewrite') throw unexpected(reply);
  return reply.rewrite;
}

/** Asks which functions tests can be written for. */
export function* subjects(request: SubjectsRequest): Routine<Subjects> {
  const reply = yield { kind: 'subjects', request };
  if (reply.kind !== 'subjects') throw unexpected(reply);
  return reply.subjects;
}

/** Waits for the user's next words. */
export function* listen(): Routine<string> {
  const reply = yield { kind: 'listen' };
  if (reply.kind !== 'heard') throw unexpected(reply);
  return reply.text;
}

function unexpected(reply: Reply): Error {
  return new Error(`The driver replied with ${reply.kind} to another effect.`);
}
