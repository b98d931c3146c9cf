import { randomBytes } from 'node:crypto';
import { throwIfAborted } from '../../util/abort.ts';
import { assertNever } from '../../util/exhaustive.ts';
import type { Analyst } from '../analyst/analyst.ts';
import type { Answer, Conversation, Item, Model, ModelTurn, Piece } from '../server/model.ts';
import { plan } from './plan.ts';
import type { Effect, PlannedCall, Reply, Routine } from './routine.ts';
import { Toolset } from './toolset.ts';
import { isReview } from './userMessage.ts';
import { splitHistory, type Batch } from './history.ts';

/** The planner as a model: its conversations share nothing but the analyst. */
export function createPlannerModel(analyst: Analyst): Model {
  return {
    converse: () => new PlannerConversation(analyst),
    names: () => Promise.resolve({ kind: 'names', names: [{ id: 'whetstone-embedded', owner: 'whetstone' }] }),
  };
}

/** Calls that a routine waits for. */
interface Waiting {
  readonly calls: readonly PlannedCall[];
  /** One for each call that was made, in order. */
  readonly callIds: string[];
  readonly outputs: Map<string, string>;
}

/** What a recorded response is known to hold; a live one is free. */
interface Recorded {
  readonly calls: readonly (Item & { readonly kind: 'call' })[];
}

/**
 * Drives the planner. It keeps no history: a conversation that is handed over in full is replayed, and a routine that would
 * have said something else than the record begins again at the user's last words.
 */
export class PlannerConversation implements Conversation {
  readonly #analyst: Analyst;
  readonly #tools = new Toolset();
  #routine: Routine<never>;
  #effect: Effect;
  #waiting: Waiting | undefined;

  constructor(analyst: Analyst) {
    this.#analyst = analyst;
    [this.#routine, this.#effect] = this.#begin();
  }

  /** Never refuses. */
  async answer(turn: ModelTurn, signal: AbortSignal): Promise<Answer> {
    return { kind: 'pieces', pieces: this.#pieces(turn, signal) };
  }

  async *#pieces({ items, tools, isParallel }: ModelTurn, signal: AbortSignal): AsyncGenerator<Piece> {
    this.#tools.declare(tools, isParallel);
    const { recorded, fresh } = splitHistory(items);
    for (const [index, batch] of recorded.entries()) {
      if (await this.#replay(batch, signal)) continue;
      const rest = [...recorded.slice(index + 1).flatMap(({ inputs }) => inputs), ...fresh];
      this.#restart();
      yield* this.#answer([lastWords([...batch.inputs, ...rest], fresh)], isParallel, undefined, signal);
      return;
    }
    yield* this.#answer(fresh, isParallel, undefined, signal);
  }

  #begin(): [Routine<never>, Effect] {
    const routine = plan(this.#tools);
    return [routine, routine.next().value];
  }

  #restart(): void {
    [this.#routine, this.#effect] = this.#begin();
    this.#waiting = undefined;
  }

  /** Returns false when the record is not what this planner would have done. */
  async #replay({ inputs, outputs }: Batch, signal: AbortSignal): Promise<boolean> {
    const calls = outputs.filter((item) => item.kind === 'call');
    const made: Piece[] = [];
    for await (const piece of this.#answer(inputs, true, { calls }, signal))
      if (piece.kind === 'call') made.push(piece);
    return (
      made.length === calls.length &&
      made.every((piece, index) => piece.kind === 'call' && isSameCall(piece, calls[index]))
    );
  }

  async *#answer(
    inputs: readonly Item[],
    isParallel: boolean,
    recorded: Recorded | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Piece> {
    this.#take(inputs);
    for (;;) {
      throwIfAborted(signal);
      const effect = this.#effect;
      switch (effect.kind) {
        case 'listen':
          return;
        case 'say':
          if (!recorded) yield* deltasOf(effect.text);
          this.#resume({ kind: 'said' });
          break;
        case 'survey':
          this.#resume({ kind: 'survey', survey: await this.#analyst.survey(effect.inquiry, signal) });
          break;
        case 'rewrite': {
          const rewrite = await this.#analyst.rewrite(effect.inquiry, effect.stepIds, signal);
          this.#resume({ kind: 'rewrite', rewrite });
          break;
        }
        case 'subjects':
          this.#resume({ kind: 'subjects', subjects: await this.#analyst.subjects(effect.request, signal) });
          break;
        case 'call':
          if (effect.calls.length === 0) {
            this.#resume({ kind: 'outputs', outputs: [] });
            break;
          }
          yield* this.#makeCalls(effect.calls, isParallel, recorded);
          if (this.#waiting) return;
          break;
        default:
          assertNever(effect);
      }
    }
  }

  /** Hands the inputs to whatever the routine waits for; new words end a task that waits for tools. */
  #take(inputs: readonly Item[]): void {
    const words = inputs.flatMap((item) => (item.kind === 'message' && item.role === 'user' ? [item.text] : [])).at(-1);
    for (const item of inputs) if (item.kind === 'output') this.#waiting?.outputs.set(item.callId, item.output);
    if (words !== undefined && this.#effect.kind !== 'listen') this.#restart();
    if (this.#effect.kind === 'listen') {
      this.#resume({ kind: 'heard', text: words ?? '' });
      return;
    }
    this.#finishCalls();
  }

  #finishCalls(): void {
    const waiting = this.#waiting;
    if (!waiting || waiting.callIds.length < waiting.calls.length) return;
    const outputs = waiting.callIds.map((id) => waiting.outputs.get(id));
    if (outputs.includes(undefined)) return;
    this.#waiting = undefined;
    this.#resume({ kind: 'outputs', outputs: outputs.map((output) => output ?? '') });
  }

  /** Makes the calls that are still to be made: all, one when they must not be parallel, as many as the record holds in a replay. */
  *#makeCalls(calls: readonly PlannedCall[], isParallel: boolean, recorded: Recorded | undefined): Generator<Piece> {
    const waiting: Waiting = this.#waiting ?? { calls, callIds: [], outputs: new Map() };
    this.#waiting = waiting;
    const open = calls.slice(waiting.callIds.length);
    const now = recorded ? open.slice(0, recorded.calls.length) : isParallel ? open : open.slice(0, 1);
    for (const [index, { name, arguments: values }] of now.entries()) {
      const callId = recorded?.calls[index]?.callId ?? `call_${randomBytes(12).toString('hex')}`;
      waiting.callIds.push(callId);
      yield { kind: 'call', callId, name, arguments: JSON.stringify(values) };
    }
  }

  #resume(reply: Reply): void {
    this.#effect = this.#routine.next(reply).value;
  }
}

/** What to begin again with: the newest words, or, when tools answered, the goal that they belong to. */
function lastWords(all: readonly Item[], fresh: readonly Item[]): Item {
  const said = (items: readonly Item[]): readonly string[] =>
    items.flatMap((item) => (item.kind === 'message' && item.role === 'user' ? [item.text] : []));
  const text = said(fresh).at(-1) ?? said(all).findLast((words) => !isReview(words)) ?? '';
  return { kind: 'message', role: 'user', text };
}

function isSameCall(made: Piece & { readonly kind: 'call' }, recorded: Item | undefined): boolean {
  if (recorded?.kind !== 'call' || recorded.name !== made.name) return false;
  return recorded.arguments === made.arguments || canonical(recorded.arguments) === canonical(made.arguments);
}

/** Clients may keep arguments with other spacing. */
function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

const deltaLength = 48;

function* deltasOf(text: string): Generator<Piece> {
  let pending = '';
  for (const word of text.match(/\S*\s*/g) ?? []) {
    pending += word;
    if (pending.length < deltaLength) continue;
    yield { kind: 'text', delta: pending };
    pending = '';
  }
  if (pending !== '') yield { kind: 'text', delta: pending };
}
