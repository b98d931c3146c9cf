import * as z from 'zod/mini';
import type { FunctionToolDefinition, HostedTool } from '../../responses/items.ts';
import type { ResponsesClient, TurnSettings } from '../../responses/turn.ts';
import { abortError } from '../../util/abort.ts';
import { Budget } from '../limits.ts';
import { runLoop } from '../loop.ts';
import { defaultLimits } from '../run.ts';
import type { Tool } from '../tool.ts';
import { ToolTable } from '../toolCall.ts';
import { compareRequests } from './compare.ts';
import type { RecordedResult, RecordingLine } from '../recording/lines.ts';

/** What the server of a replay does when the client sent a message. */
export interface ReplayStep {
  readonly messages: readonly string[];
  readonly isCut: boolean;
}

interface RecordedRequest {
  readonly message: unknown;
  readonly answers: readonly unknown[];
}

const terminalTypes = new Set(['response.completed', 'response.failed', 'response.incomplete', 'error']);
const typed = z.looseObject({ type: z.string() });
const fixedFields = z.looseObject({
  type: z.literal('response.create'),
  model: z.string(),
  tools: z.array(z.looseObject({ type: z.string() })),
  include: z.optional(z.array(z.string())),
});

/** The two sides of a replay: the recorded server, and the real loop with the recorded results. */
export class Replay {
  readonly #lines: readonly RecordingLine[];
  readonly #requests: readonly RecordedRequest[];
  readonly #results = new Map<string, RecordedResult[]>();
  readonly differences: string[] = [];
  #sent = 0;
  #interrupt: () => void = () => {};

  constructor(lines: readonly RecordingLine[]) {
    this.#lines = lines;
    this.#requests = requestsOf(lines);
    for (const line of lines)
      if (line.kind === 'result') {
        const key = keyOf(line.name, line.arguments);
        this.#results.set(key, [...(this.#results.get(key) ?? []), line]);
      }
  }

  /** Why it cannot be replayed, or undefined. */
  get problem(): string | undefined {
    if (this.#requests.length === 0) return 'It holds no request.';
    return fixedFields.safeParse(this.#requests[0]?.message).success
      ? undefined
      : 'It was not recorded over a WebSocket, and only that can be replayed.';
  }

  /** Requests that were sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** What the recorded client asked the endpoint to add. */
  get include(): readonly string[] {
    return fixedFields.safeParse(this.#requests[0]?.message).data?.include ?? [];
  }

  /** The server's side: compares what came with what was recorded, and answers as recorded. */
  answer(text: string): ReplayStep {
    const recorded = this.#requests[this.#sent++];
    if (recorded === undefined) {
      this.differences.push(`Request ${this.#sent} was sent, and none was recorded there.`);
      this.#interrupt();
      return { messages: [], isCut: true };
    }
    this.differences.push(...compareRequests(this.#sent, JSON.parse(text), recorded.message));
    const isWhole = recorded.answers.some((one) => terminalTypes.has(typed.safeParse(one).data?.type ?? ''));
    // Without an ending it was lost on the way, or stopped by the user, whichever the next request shows.
    if (!isWhole && this.#sent === this.#requests.length) queueMicrotask(() => this.#interrupt());
    return { messages: recorded.answers.map((one) => JSON.stringify(one)), isCut: !isWhole };
  }

  /** The client's side: runs every recorded loop. Resolves when all is compared. */
  async run(client: ResponsesClient): Promise<void> {
    const first = this.#settingsAt(0);
    if (first === undefined) return;
    const tools = new ToolTable(first.tools.map((tool) => this.#toolOf(tool)));
    for (const line of this.#lines) {
      if (line.kind !== 'input') continue;
      const settings = this.#settingsAt(this.#sent);
      if (settings === undefined) break;
      const stop = new AbortController();
      this.#interrupt = () => stop.abort();
      const budget = new Budget(defaultLimits);
      const { model, options } = settings;
      await runLoop({ client, model, options, tools, budget }, line.items, () => {}, stop.signal);
    }
    for (let number = this.#sent + 1; number <= this.#requests.length; number++)
      this.differences.push(`Request ${number} was recorded and never sent.`);
  }

  #settingsAt(index: number) {
    const parsed = fixedFields.safeParse(this.#requests[index]?.message);
    if (!parsed.success) return undefined;
    const { model, tools: all, type: _type, input: _input, ...rest } = parsed.data;
    const { previous_response_id: _previous, store: _store, include: _include, ...asked } = rest;
    const { parallel_tool_calls: _parallel, ...options } = asked;
    const tools = all.filter(({ type }) => type === 'function') as unknown as readonly FunctionToolDefinition[];
    const hostedTools: readonly HostedTool[] = all.filter(({ type }) => type !== 'function');
    const settings: Omit<TurnSettings, 'model' | 'tools'> = {
      ...options,
      ...(hostedTools.length === 0 ? {} : { hostedTools }),
    };
    return { model, tools, options: settings };
  }

  #toolOf({ name, description, parameters }: FunctionToolDefinition): Tool {
    return {
      name,
      description,
      parameters,
      prepare: (value) => {
        const result = this.#results.get(keyOf(name, value))?.shift();
        if (result !== undefined && !result.isAccepted) return { ok: false, message: result.output };
        return { ok: true, summary: '', execute: () => this.#execute(name, result) };
      },
    };
  }

  /** A call without a recorded result was never answered: there the user stopped. */
  #execute(name: string, result: RecordedResult | undefined) {
    if (result !== undefined) return Promise.resolve({ isError: result.isError, output: result.output, summary: '' });
    if (this.#sent < this.#requests.length) this.differences.push(`A call of ${name} was made that was not recorded.`);
    this.#interrupt();
    return Promise.reject(abortError());
  }
}

function requestsOf(lines: readonly RecordingLine[]): readonly RecordedRequest[] {
  const requests: { message: unknown; answers: unknown[] }[] = [];
  for (const line of lines) {
    if (line.kind !== 'frame') continue;
    if (line.direction === 'up') requests.push({ message: line.message, answers: [] });
    else requests.at(-1)?.answers.push(line.message);
  }
  return requests;
}

function keyOf(name: string, value: unknown): string {
  return `${name} ${JSON.stringify(value)}`;
}
