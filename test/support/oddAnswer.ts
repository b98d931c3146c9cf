/** One way in which a Chat Completions server answers, and what it means. */
export interface OddAnswer {
  readonly name: string;
  readonly deltas?: readonly object[];
  /** Whole chunks in place of deltas. */
  readonly chunks?: readonly unknown[];
  /** Null: none is said. */
  readonly finish?: string | null;
  readonly calls?: readonly (readonly [name: string, args: unknown])[];
  readonly text?: string;
  readonly thought?: string;
  /** The reason of an answer that is incomplete. */
  readonly cut?: string;
  /** What the failure says. */
  readonly failure?: string;
}

/** A call, or the beginning of one. */
export const call = (index: number | undefined, id: string | undefined, name: string, args: unknown): object => ({
  tool_calls: [
    { ...(index !== undefined && { index }), ...(id !== undefined && { id }), function: { name, arguments: args } },
  ],
});
/** More of the arguments of a call. */
export const more = (index: number | undefined, args: string, id?: string): object => ({
  tool_calls: [
    { ...(index !== undefined && { index }), ...(id !== undefined && { id }), function: { arguments: args } },
  ],
});
/** Texts, one a delta. */
export const said = (...texts: readonly string[]): readonly object[] => texts.map((content) => ({ content }));
/** A text, one letter a delta. */
export const letters = (text: string): readonly object[] => said(...text);
/** A chunk of one delta, or of what stands in its place. */
export const choice = (delta: unknown, rest: object = {}): object => ({ choices: [{ index: 0, delta, ...rest }] });

/** What the first call wants. */
export const A = { path: 'a.ts' };
/** What the second call wants. */
export const B = { path: 'b.ts' };
/** `A` as text. */
export const a = JSON.stringify(A);
/** `B` as text. */
export const b = JSON.stringify(B);
/** The two calls. */
export const both = [
  ['read', A],
  ['read', B],
] as const;
/** The first call. */
export const one = [['read', A]] as const;
/** A call as models write it into their text. */
export const written = (args: object, name = 'read'): string =>
  `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
