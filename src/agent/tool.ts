/** The contract between the loop and the function tools. */

/** What a tool gives back: text for the model (bounded by the tool) and one line for people. */
export interface ToolResult {
  readonly isError: boolean;
  /** What the model reads; at most `maxResultBytes` in UTF-8, and saying when it was cut. */
  readonly output: string;
  /** One line for the person watching, for example `src/a.ts, 120 lines`. */
  readonly summary: string;
}

/** No result that goes to a model is larger, in UTF-8 bytes. */
export const maxResultBytes = 48 * 1024;

/** Arguments that were found valid, bound to the act. */
export type PreparedCall =
  | {
      readonly ok: true;
      /** One line that says what the call is about, for example the path. */
      readonly summary: string;
      /** Rejects only by cancellation; every other failure is a result with `isError`. */
      execute(signal: AbortSignal): Promise<ToolResult>;
    }
  | { readonly ok: false; /** What is wrong and what was expected. */ readonly message: string };

/** One function tool. It sees its ports (by closure), its arguments and a signal, nothing else. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Strict JSON Schema: every property required, `additionalProperties: false`, nullable where optional. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** True when calls may run side by side: nothing that the tool does can change another result. */
  readonly isReadOnly?: boolean;
  /** Parses untrusted arguments; a missing nullable counts as null. Never throws. */
  prepare(value: unknown): PreparedCall;
}

export function toolResult(output: string, summary: string): ToolResult {
  return { isError: false, output, summary };
}

export function toolError(message: string): ToolResult {
  return { isError: true, output: message, summary: message };
}
