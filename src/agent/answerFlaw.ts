import { isOutputMessage, unanswerable, userMessage, type InputMessage, type OutputItem } from '../responses/items.ts';
import type { TurnOutcome } from '../responses/turn.ts';
import { claimOf } from './claims.ts';
import type { RunEnding } from './events.ts';
import { writtenCall } from './writtenCalls.ts';

type NoAnswer = Extract<RunEnding, { kind: 'noAnswer' }>;

/** Why an answer is none: what it is called, what is said of it, and what the model is asked once, where that may help. */
export interface AnswerFlaw {
  readonly why: NoAnswer['why'];
  /** One clause: what happened. */
  readonly what: string;
  /** One sentence: what the user can do. */
  readonly remedy: string;
  readonly question?: InputMessage;
}

/** An answer of a model that calls no function. */
export type Uncalled = Extract<TurnOutcome, { kind: 'completed' | 'incomplete' }>;

/** What is wrong with an answer that calls no function; undefined when it can be taken as the last word. */
export function flawOf(answer: Uncalled, toolNames: readonly string[]): AnswerFlaw | undefined {
  const { output } = answer;
  const refusal = refusalIn(output);
  if (refusal !== undefined) return refused(refusal);
  if (answer.kind === 'incomplete') return cut(answer.reason);
  const nameless = unanswerable(output).find(({ type }) => type === 'function_call');
  if (nameless !== undefined) return malformedCall(nameless);
  const foreign = unanswerable(output).find(({ type }) => type !== 'function_call');
  if (foreign !== undefined) return unservable(foreign.type);
  const written = writtenCall(textOf(output), toolNames);
  if (written !== undefined) return callAsText(written);
  return undefined;
}

/** What is wrong with a last word when nothing is staged; undefined when it says that there is nothing to change. */
export function unfounded(text: string): (AnswerFlaw & { readonly question: InputMessage }) | undefined {
  if (text.trim() === '')
    return {
      why: 'empty',
      what: "The model's answer is empty",
      remedy: 'Run it again, or choose another model.',
      question: userMessage(
        'Your answer was empty. Call the functions, or say in a sentence why there is nothing to change.',
      ),
    };
  const claim = claimOf(text);
  if (claim === undefined) return undefined;
  return {
    why: 'unfoundedClaim',
    what: `The model says “${shortened(claim)}”, but nothing is staged and no file was changed`,
    remedy: 'Run it again, or choose a model that calls functions.',
    question: userMessage(
      'Nothing is staged, whatever you say: text changes no file. Make the change with apply_edit, or say that you changed nothing, and why.',
    ),
  };
}

/** The ending of a run whose model gave no answer that can be used. */
export function noAnswer({ why, what, remedy }: Pick<AnswerFlaw, 'why' | 'what' | 'remedy'>): NoAnswer {
  return { kind: 'noAnswer', why, reason: `${what}. ${remedy}` };
}

/** What the model said, refusals left out. */
export function textOf(output: readonly OutputItem[]): string {
  return output
    .filter(isOutputMessage)
    .flatMap((message) => message.content.map((part) => part.text ?? ''))
    .join('\n');
}

/** What the model is told beside the results of the calls that could be made; undefined when all could. */
export function messageOnMalformed(output: readonly OutputItem[]): InputMessage | undefined {
  const nameless = unanswerable(output).find(({ type }) => type === 'function_call');
  return nameless === undefined ? undefined : malformedCall(nameless).question;
}

function refusalIn(output: readonly OutputItem[]): string | undefined {
  const parts = output.filter(isOutputMessage).flatMap(({ content }) => content);
  const texts = parts.flatMap(({ type, refusal, text }) =>
    type !== 'refusal' ? [] : [typeof refusal === 'string' ? refusal : (text ?? '')],
  );
  return texts.length === 0 ? undefined : texts.join(' ').trim();
}

function refused(text: string): AnswerFlaw {
  const said = text === '' ? '' : `: “${shortened(text)}”`;
  return {
    why: 'refused',
    what: `The model refused${said}`,
    remedy: 'Say what you want in other words, point at less, or choose another model.',
  };
}

function cut(reason: string): AnswerFlaw {
  if (reason === 'content_filter')
    return {
      why: 'filtered',
      what: "The endpoint's content filter cut the model's answer short (content_filter)",
      remedy: 'Say what you want in other words, point at less, or choose another model.',
    };
  return {
    why: 'cutShort',
    what: `The model's answer was cut short (${shortened(reason)}) before it called a function`,
    remedy: 'Point at less, lower the reasoning effort, or choose a model or endpoint that may write more at once.',
    question: userMessage(
      'Your answer was cut short before it called a function. Go on where it ended, in smaller parts: call the functions now.',
    ),
  };
}

function malformedCall(item: OutputItem): AnswerFlaw {
  const lacks = typeof item['call_id'] === 'string' && item['call_id'] !== '' ? 'a name' : 'a call_id';
  return {
    why: 'malformedCall',
    what: `The endpoint sent a function call without ${lacks}, which cannot be answered`,
    remedy: 'Update the server of the model, or choose another endpoint.',
    question: userMessage(`A function call of yours came without ${lacks} and was not made. Make it again.`),
  };
}

function unservable(type: string): AnswerFlaw {
  return {
    why: 'unservable',
    what: `The model asked for something that Whetstone does not do (${shortened(type)})`,
    remedy: 'Choose a model that calls functions, or leave that tool out of the hosted tools.',
    question: userMessage(
      `Nobody here can serve an item of the type ${shortened(type)}. Use the functions that are declared, by function calls.`,
    ),
  };
}

function callAsText(name: string): AnswerFlaw {
  return {
    why: 'callAsText',
    what: `The model wrote a call of ${name} as text instead of making it`,
    remedy:
      'Start its server with a parser for tool calls (vLLM: --enable-auto-tool-choice; llama.cpp: --jinja), or choose a model that calls functions.',
    question: userMessage(
      `You wrote a call of ${name} as text, and text calls nothing. Make it as a function call, through the interface for tools.`,
    ),
  };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 400 ? line : `${line.slice(0, 400)}…`;
}
