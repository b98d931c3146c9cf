import { Draft } from '../../src/edits/draft.ts';
import { stageOperations, type StageOperation } from '../../src/edits/stage.ts';
import { contentHash, emptyProposal, type EncodedText, type Proposal } from '../../src/edits/proposal.ts';
import type { DeclaredTool } from '../../src/engine/server/model.ts';
import * as z from 'zod/mini';

/** Names of the tests that fail on these texts. */
export type FailingTests = (texts: ReadonlyMap<string, string>) => readonly string[];

export interface WorkspaceOptions {
  readonly failing?: FailingTests;
  readonly testNames?: readonly string[];
  /** Lines that one read_file gives at most. */
  readonly pageLines?: number;
  /** Takes the place of a tool's own answer. */
  readonly intercept?: (name: string, args: Record<string, unknown>, workspace: PlannerWorkspace) => string | undefined;
}

const editCall = z.object({
  step: z.nullish(z.string()),
  changes: z.array(
    z.object({
      action: z.literal('edit'),
      path: z.string(),
      to: z.null(),
      hash: z.nullable(z.string()),
      edits: z.array(z.object({ old: z.string(), new: z.string() })),
      content: z.null(),
    }),
  ),
});

/** Files in memory behind the tools that a planner sees: reading, staging and a verdict by a function of the texts. */
export class PlannerWorkspace {
  readonly disk: Map<string, string>;
  readonly calls: { readonly name: string; readonly args: Record<string, unknown> }[] = [];
  readonly draft = new Draft();
  readonly #options: WorkspaceOptions;

  constructor(files: Readonly<Record<string, string>>, options: WorkspaceOptions = {}) {
    this.disk = new Map(Object.entries(files));
    this.#options = options;
  }

  get proposal(): Proposal {
    return this.draft.proposal;
  }

  /** The files as they are with the proposal. */
  get texts(): ReadonlyMap<string, string> {
    const texts = new Map(this.disk);
    for (const change of this.proposal.changes) if (change.kind === 'edit') texts.set(change.path, change.after.text);
    return texts;
  }

  get trials(): number {
    return this.calls.filter(({ name }) => name === 'run_tests').length;
  }

  /** Writes the proposal to the files, as an accept does. */
  accept(): void {
    for (const [path, text] of this.texts) this.disk.set(path, text);
    this.draft.set(emptyProposal);
  }

  run(name: string, argumentsText: string): string {
    const args = z.record(z.string(), z.unknown()).parse(JSON.parse(argumentsText));
    this.calls.push({ name, args });
    const own = this.#options.intercept?.(name, args, this);
    if (own !== undefined) return own;
    switch (name) {
      case 'list_files':
        return this.#list(args['path']);
      case 'read_file':
        return this.#read(String(args['path']), typeof args['start'] === 'number' ? args['start'] : 1);
      case 'apply_edit':
        return this.#applyEdit(args);
      case 'run_tests':
        return this.#runTests();
      default:
        return `Error: There is no tool ${name}.`;
    }
  }

  #list(folder: unknown): string {
    const paths = [...this.disk.keys()].filter((path) => typeof folder !== 'string' || path.startsWith(`${folder}/`));
    return paths.length === 0 ? '[no files]' : paths.sort().join('\n');
  }

  #read(path: string, start: number): string {
    const text = this.texts.get(path);
    if (text === undefined) return `Error: ${path} does not exist.`;
    const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const end = Math.min(lines.length, start - 1 + (this.#options.pageLines ?? 1_000));
    const mark = end < lines.length ? ' cut' : '';
    const hash = contentHash({ text, hasBom: false });
    const first = lines.length === 0 ? 0 : start;
    return `[${path} hash=${hash} lines=${first}-${end} of=${lines.length}${mark}]\n${lines.slice(start - 1, end).join('')}`;
  }

  #applyEdit(args: Record<string, unknown>): string {
    const { step, changes } = editCall.parse(args);
    const operations: StageOperation[] = [];
    for (const { path, hash, edits } of changes) {
      const text = this.texts.get(path);
      if (text === undefined) return `Error: ${path} does not exist.`;
      if (hash !== null && hash !== contentHash({ text, hasBom: false }))
        return `Error: ${path} is not what was read; read it again.`;
      operations.push({ kind: 'edit', path, edits });
    }
    const bases = new Map<string, EncodedText>([...this.disk].map(([path, text]) => [path, { text, hasBom: false }]));
    const outcome = stageOperations(this.proposal, operations, bases);
    if (outcome.kind === 'refused') return `Error: ${outcome.problems.map(({ message }) => message).join(' ')}`;
    if (outcome.tolerated.length > 0)
      throw new Error(`The planner's edit was not exact: ${JSON.stringify(outcome.tolerated)}`);
    this.draft.stage(outcome.proposal, step ?? 'unnamed');
    const names = outcome.proposal.changes.map(({ path, kind }) => `${path} (${kind})`).join(', ');
    return `Staged as proposal ${outcome.proposal.hash}: ${names}`;
  }

  #runTests(): string {
    const names = this.#options.testNames;
    const failing = this.#options.failing;
    if (!names || !failing)
      return report({ verdict: 'unproven', reasons: ['No tests were found.'], before: null, after: null });
    const before = failing(this.disk);
    const after = failing(this.texts);
    const broken = after.filter((name) => !before.includes(name));
    const count = (failed: readonly string[]): object => ({
      passed: names.length - failed.length,
      failed: failed.length,
      skipped: 0,
    });
    return report({
      verdict: broken.length > 0 ? 'broken' : 'preserved',
      reasons: [
        broken.length > 0 ? `${broken.length} tests fail that passed before.` : 'Every test that passed still passes.',
      ],
      before: count(before),
      after: count(after),
      broken: broken.map((id) => ({ id, message: `expected ${id}` })),
    });
  }
}

function report(fields: object): string {
  return JSON.stringify({ proposal: null, broken: [], notes: [], ...fields });
}

function tool(name: string, ...properties: readonly string[]): DeclaredTool {
  return { name, parameters: { type: 'object', properties: Object.fromEntries(properties.map((one) => [one, {}])) } };
}

/** The declarations that a planner gets with each request. */
export const plannerTools: readonly DeclaredTool[] = [
  tool('list_files', 'path'),
  tool('read_file', 'path', 'start', 'end'),
  tool('apply_edit', 'changes'),
  tool('run_tests'),
];

/** The same of a client that names the steps of a plan. */
export const steppingTools: readonly DeclaredTool[] = plannerTools.map((one) =>
  one.name === 'apply_edit' ? tool('apply_edit', 'step', 'changes') : one,
);
