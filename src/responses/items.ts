/** Items of a Responses conversation, as they stand on the wire. */

/** One text part of a message. */
export interface TextPart {
  readonly type: 'input_text' | 'output_text';
  readonly text: string;
  readonly [extra: string]: unknown;
}

/** A message that we send; `developer` carries the standing instructions, once, in the first input of a chain. */
export interface InputMessage {
  readonly type: 'message';
  readonly role: 'user' | 'developer';
  readonly content: readonly TextPart[];
}

/** The one answer to a function call. `output` is text; ours is always JSON or plain prose. */
export interface FunctionCallOutput {
  readonly type: 'function_call_output';
  readonly call_id: string;
  readonly output: string;
}

/** What we may send. */
export type InputItem = InputMessage | FunctionCallOutput;

/** A call that the model made. `arguments` is the model's text: parse it, trust nothing. */
export interface FunctionCall {
  readonly type: 'function_call';
  readonly id?: string;
  readonly call_id: string;
  readonly name: string;
  readonly arguments: string;
  readonly [extra: string]: unknown;
}

/** A message of the model. */
export interface OutputMessage {
  readonly type: 'message';
  readonly role: 'assistant';
  readonly content: readonly { readonly type: string; readonly text?: string; readonly [extra: string]: unknown }[];
  readonly [extra: string]: unknown;
}

/** Anything else a server may put out (reasoning, hosted tools, later inventions): kept verbatim for a full resend. */
export interface OpaqueItem {
  readonly type: string;
  readonly [extra: string]: unknown;
}

/** What a model may put out; narrow with `isFunctionCall` and `isOutputMessage`. */
export type OutputItem = FunctionCall | OutputMessage | OpaqueItem;

export function isFunctionCall(item: OutputItem): item is FunctionCall {
  return (
    item.type === 'function_call' &&
    isFilled(item['call_id']) &&
    isFilled(item['name']) &&
    typeof item['arguments'] === 'string'
  );
}

/** Calls that only other clients can answer. */
const callsOfOthers: ReadonlySet<string> = new Set([
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'mcp_approval_request',
]);

/**
 * What of an output waits for an answer that nobody here can give: a later request that carried it would be refused for want of that.
 * Calls that the endpoint has answered itself are none.
 */
export function unanswerable(output: readonly OutputItem[]): readonly OutputItem[] {
  const answered = new Set(output.flatMap((item) => (item.type.endsWith('_output') ? [item['call_id']] : [])));
  return output.filter((item) =>
    item.type === 'function_call'
      ? !isFunctionCall(item)
      : callsOfOthers.has(item.type) && !('output' in item) && !answered.has(item['call_id']),
  );
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isOutputMessage(item: OutputItem): item is OutputMessage {
  return item.type === 'message' && Array.isArray(item['content']);
}

/** One function tool as it is sent; `parameters` is a strict JSON Schema. Byte-stable: built once per session. */
export interface FunctionToolDefinition {
  readonly type: 'function';
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly strict: true;
}

/** A tool that the endpoint runs itself, for example `{ type: 'code_interpreter', … }`; sent as it is. */
export interface HostedTool {
  readonly type: string;
  readonly [extra: string]: unknown;
}

export function userMessage(text: string): InputMessage {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

export function developerMessage(text: string): InputMessage {
  return { type: 'message', role: 'developer', content: [{ type: 'input_text', text }] };
}
