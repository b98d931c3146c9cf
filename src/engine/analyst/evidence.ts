import * as z from 'zod/mini';

/**
 * What the editor asks the engine's server: `POST /v1/evidence` with the same bearer token, Host and Origin checks as the
 * WebSocket, and this as its JSON body. Stateless: the answer depends on nothing but the body, and nothing is executed.
 */
export const evidenceRequest = z.object({
  /** Workspace-relative; only its extension matters. */
  path: z.string().check(z.minLength(1), z.maxLength(4096)),
  text: z.string().check(z.maxLength(2 * 1024 * 1024)),
});

export type EvidenceRequest = z.infer<typeof evidenceRequest>;

/** One reason why a function deserves work. */
const evidenceFinding = z.object({
  /** Name of the rule or refactoring, for example `Replace Array Search by Set`. */
  rule: z.string(),
  /** One sentence for people. */
  message: z.string(),
  /** One-based. */
  line: z.int(),
});

/** One function or method that has findings which the engine can act on. */
const functionEvidence = z.object({
  /** As in a focus target, for example `function total` or `method Cart.add`. */
  symbol: z.string(),
  /** One-based and inclusive: the whole function. */
  startLine: z.int(),
  endLine: z.int(),
  /** Cyclomatic complexity. */
  complexity: z.int(),
  /** Never empty. */
  findings: z.readonly(z.array(evidenceFinding)),
});

export type FunctionEvidence = Readonly<z.infer<typeof functionEvidence>>;

/** The answer, status 200; a text that does not parse has no functions. Other statuses carry `{error:{code,message}}`. */
export const evidenceAnswer = z.object({
  /** Only functions with findings, by line; a nested function stands on its own. */
  functions: z.readonly(z.array(functionEvidence)),
});

export type EvidenceAnswer = Readonly<z.infer<typeof evidenceAnswer>>;
