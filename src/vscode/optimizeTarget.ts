import * as z from 'zod/mini';

/** What a code lens hands to the Optimize command; commands may be called by anybody, so it is parsed there. */
const optimizeTarget = z.readonly(
  z.object({
    /** The document's URI as text. */
    uri: z.string(),
    startLine: z.int().check(z.minimum(1)),
    endLine: z.int().check(z.minimum(1)),
    symbol: z.string().check(z.maxLength(500)),
  }),
);

export type OptimizeTarget = z.infer<typeof optimizeTarget>;

/** Undefined when the argument is something else; never throws. */
export function parseOptimizeTarget(value: unknown): OptimizeTarget | undefined {
  const parsed = optimizeTarget.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
