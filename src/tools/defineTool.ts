import type * as z from 'zod/mini';
import type { Tool, ToolResult } from '../agent/tool.ts';
import { parseArguments, type Parsed } from './arguments.ts';

/** What makes a tool: how it is described to a model, how its arguments are read, and what it then does. */
export interface ToolDefinition<Raw, Checked> {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly isReadOnly: boolean;
  readonly schema: z.ZodMiniType<Raw>;
  /** What the schema cannot say: paths inside the workspace, ranges in order. */
  check(raw: Raw): Parsed<Checked>;
  /** One line that says what the call is about. */
  summarize(checked: Checked): string;
  /** Rejects only by cancellation. */
  execute(checked: Checked, signal: AbortSignal): Promise<ToolResult>;
}

/** Joins the parts of a tool into the contract of the loop. */
export function defineTool<Raw, Checked>(definition: ToolDefinition<Raw, Checked>): Tool {
  const { name, description, parameters, isReadOnly } = definition;
  return {
    name,
    description,
    parameters,
    isReadOnly,
    prepare(value) {
      const parsed = parseArguments(definition.schema, value);
      if (!parsed.ok) return parsed;
      const checked = definition.check(parsed.value);
      if (!checked.ok) return checked;
      return {
        ok: true,
        summary: definition.summarize(checked.value),
        execute: (signal) => definition.execute(checked.value, signal),
      };
    },
  };
}
