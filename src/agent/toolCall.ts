import type { FunctionCall, FunctionCallOutput, FunctionToolDefinition } from '../responses/items.ts';
import { isAbortError } from '../util/abort.ts';
import { CallLedger, describeStanding } from './callLedger.ts';
import type { AgentEvent } from './events.ts';
import { maxResultBytes, toolError, type PreparedCall, type Tool, type ToolResult } from './tool.ts';

/** The largest arguments text that is parsed, in UTF-16 units. */
const maxArgumentsLength = 4 * 1024 * 1024;

const cutCall =
  'This call was cut off before its arguments were complete, so it was not made. Make it again, in smaller parts.';

const cancelledResult: ToolResult = toolError('The run was stopped before this call was made.');

/** The function tools of a session, by name; remembers what was called, to warn of calls that lead nowhere. */
export class ToolTable {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #lastOutputs = new Map<string, string>();
  /** As sent with every request; built once, so that its bytes never change. */
  readonly definitions: readonly FunctionToolDefinition[];
  /** Of the calls that did something. */
  readonly ledger: CallLedger;

  constructor(tools: readonly Tool[], ledger = new CallLedger()) {
    this.ledger = ledger;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.definitions = tools.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      parameters,
      strict: true,
    }));
  }

  get names(): readonly string[] {
    return this.definitions.map(({ name }) => name);
  }

  isReadOnly(name: string): boolean {
    return this.#tools.get(name)?.isReadOnly === true;
  }

  /** Validates arguments of the model; never throws. */
  prepare(call: FunctionCall): PreparedCall {
    if (call['status'] === 'incomplete') return { ok: false, message: cutCall };
    const tool = this.#tools.get(call.name);
    if (tool === undefined) {
      const known = [...this.#tools.keys()].join(', ');
      return { ok: false, message: `There is no tool named "${call.name.slice(0, 80)}". Tools: ${known}.` };
    }
    if (call.arguments.length > maxArgumentsLength)
      return {
        ok: false,
        message: `The arguments of ${call.name} are too long (over ${maxArgumentsLength} characters).`,
      };
    try {
      return tool.prepare(parseArguments(call.arguments));
    } catch (error) {
      return { ok: false, message: `The arguments of ${call.name} are not valid JSON: ${messageOf(error)}` };
    }
  }

  /** Adds a warning when the same call gave the same result before. */
  withRepetitionWarning(call: FunctionCall, output: string): string {
    const key = `${call.name}\0${call.arguments}`;
    const isRepeated = this.#lastOutputs.get(key) === output;
    this.#lastOutputs.set(key, output);
    if (!isRepeated) return output;
    return `${output}\n[warning: this call was made before with the same arguments and the same result; do something else]`;
  }
}

/** Some models put the JSON into a fence, or into a JSON text once more. Throws where there is no JSON. */
function parseArguments(text: string): unknown {
  const inside = /^\s*```\w*\s*\n([^]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
  const value: unknown = inside.trim() === '' ? {} : JSON.parse(inside);
  return typeof value === 'string' ? parseArguments(value) : value;
}

/**
 * Answers one call: validate, execute, finish. A call that does something is made once for its call_id, ever.
 * Never rejects; after cancellation the result says that it was not made.
 */
async function answerCall(
  call: FunctionCall,
  table: ToolTable,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<FunctionCallOutput> {
  const prepared = table.prepare(call);
  const { call_id: callId, name } = call;
  onEvent({ kind: 'callStarted', callId, name, summary: prepared.ok ? prepared.summary : 'arguments not accepted' });
  const startedAt = performance.now();
  const isRecorded = prepared.ok && !table.isReadOnly(name) && !signal.aborted;
  const before = isRecorded ? await answerFromBefore(call, table.ledger) : undefined;
  const result = before ?? (prepared.ok ? await execute(prepared, signal) : toolError(prepared.message));
  const durationMs = performance.now() - startedAt;
  onEvent({ kind: 'callFinished', callId, name, isError: result.isError, summary: result.summary, durationMs });
  const text = bounded(result.isError ? `Error: ${result.output}` : result.output);
  const output = before ? text : table.withRepetitionWarning(call, text);
  if (isRecorded && !before) await table.ledger.finish(callId, output);
  return { type: 'function_call_output', call_id: callId, output };
}

/** Undefined for a call that is to be made now: it is noted as begun. */
async function answerFromBefore(call: FunctionCall, ledger: CallLedger): Promise<ToolResult | undefined> {
  try {
    const standing = await ledger.begin(call);
    if (standing.kind === 'begun') return undefined;
    return { ...describeStanding(standing), summary: standing.kind === 'answered' ? 'made before' : 'not made again' };
  } catch (error) {
    return toolError(`The call was not made, because it could not be noted first: ${messageOf(error)}`);
  }
}

/**
 * Answers all calls of one response, in the model's order; neighbours that only read run side by side.
 * Every call gets exactly one output, cancelled or not; one that stands there twice is one call.
 */
export async function answerCalls(
  calls: readonly FunctionCall[],
  table: ToolTable,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<FunctionCallOutput[]> {
  const outputs: FunctionCallOutput[] = [];
  const batch: Promise<FunctionCallOutput>[] = [];
  const seen = new Set<string>();
  for (const call of calls) {
    if (seen.has(call.call_id)) continue;
    seen.add(call.call_id);
    const isReadOnly = table.isReadOnly(call.name);
    if (!isReadOnly) outputs.push(...(await Promise.all(batch.splice(0))));
    batch.push(answerCall(call, table, onEvent, signal));
    if (!isReadOnly) outputs.push(...(await Promise.all(batch.splice(0))));
  }
  outputs.push(...(await Promise.all(batch)));
  return outputs;
}

async function execute(prepared: PreparedCall & { ok: true }, signal: AbortSignal): Promise<ToolResult> {
  if (signal.aborted) return cancelledResult;
  try {
    return await prepared.execute(signal);
  } catch (error) {
    // A tool rejects only by cancellation; anything else is a defect of ours, and still one result.
    if (isAbortError(error) || signal.aborted) return toolError('The run was stopped during this call.');
    return toolError(`The tool failed unexpectedly: ${messageOf(error)}`);
  }
}

/** The last line of defence: tools bound their own results in better places. */
function bounded(output: string): string {
  const bytes = Buffer.byteLength(output);
  if (bytes <= maxResultBytes) return output;
  const kept = Buffer.from(output)
    .subarray(0, maxResultBytes - 80)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${kept}\n[cut: ${bytes - Buffer.byteLength(kept)} of ${bytes} bytes left out]`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
