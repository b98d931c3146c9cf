import type { DeclaredTool } from '../server/model.ts';
import type { PlannedCall } from './routine.ts';

/** The tools that the request at hand declares; what it does not declare is never called. */
export class Toolset {
  #tools: ReadonlyMap<string, DeclaredTool> = new Map();
  #isParallel = true;

  /** Replaces the declarations: each request carries its own. */
  declare(tools: readonly DeclaredTool[], isParallel = true): void {
    this.#isParallel = isParallel;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  /** True when several refactorings can be staged by their names without a turn for each. */
  get takesSteps(): boolean {
    return this.#isParallel && this.has('apply_edit', 'changes', 'step');
  }

  /** Names of the tools of an asker that offers none of those which a refactoring needs; none where it offers one. */
  get foreign(): readonly string[] {
    return this.has('read_file', 'path') || this.has('apply_edit', 'changes') ? [] : [...this.#tools.keys()];
  }

  /** True when a tool of this name takes all of these properties. */
  has(name: string, ...properties: readonly string[]): boolean {
    const tool = this.#tools.get(name);
    if (!tool) return false;
    const declared = propertiesOf(tool);
    return properties.every((property) => declared.includes(property));
  }

  /** The call with only the declared properties; declared ones without a value are sent as null. */
  call(name: string, values: Readonly<Record<string, unknown>>): PlannedCall {
    const tool = this.#tools.get(name);
    const declared = tool ? propertiesOf(tool) : Object.keys(values);
    return { name, arguments: Object.fromEntries(declared.map((property) => [property, values[property] ?? null])) };
  }
}

function propertiesOf(tool: DeclaredTool): readonly string[] {
  const { properties } = tool.parameters;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}
