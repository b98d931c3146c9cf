import fc from 'fast-check';
import { emptyProposal, type EncodedText, type Proposal } from '../../src/edits/proposal.ts';
import { proposalBetween, wholeMoves, type FileState } from '../../src/edits/states.ts';
import type { Step } from '../../src/edits/steps.ts';

/** What stands at some paths; the others have nothing. */
export type Texts = Readonly<Record<string, string | EncodedText>>;

/** One proposal for each state after the first, all counted from the first. */
export function chainOf(states: readonly Texts[]): readonly Proposal[] {
  const paths = new Set(states.flatMap((state) => Object.keys(state)));
  const [first, ...others] = states.map((state) => new Map([...paths].map((path) => [path, stateAt(state, path)])));
  return others.map((state) => proposalBetween(first ?? new Map(), state, wholeMoves(first ?? new Map(), state)));
}

/** The steps from state to state: `step 1` with id `1` leads from the first to the second. States that repeat make none. */
export function stepsOf(states: readonly Texts[]): readonly Step[] {
  const steps: Step[] = [];
  for (const after of chainOf(states)) {
    const before = steps.at(-1)?.after ?? emptyProposal;
    const id = String(steps.length + 1);
    if (after.hash !== before.hash) steps.push({ id, name: `step ${id}`, before, after });
  }
  return steps;
}

function stateAt(state: Texts, path: string): FileState {
  const text = state[path];
  if (text === undefined) return 'missing';
  return typeof text === 'string' ? { text, hasBom: false } : text;
}

const line = fc.constantFrom('a\n', 'b\n', 'c\r\n', '\n', 'd\n', 'e\n', 'f\n');
const text = fc
  .tuple(fc.array(line, { maxLength: 10 }), fc.constantFrom('', 'end'))
  .map(([some, last]) => some.join('') + last);
const content: fc.Arbitrary<EncodedText> = fc.record({ text, hasBom: fc.boolean() }, { noNullPrototype: true });
const paths = ['a.js', 'b.js', 'sub/c.js'] as const;

type Wish =
  | {
      readonly kind: 'lines';
      readonly path: string;
      readonly at: number;
      readonly count: number;
      readonly with: string;
    }
  | { readonly kind: 'write'; readonly path: string; readonly content: EncodedText }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'move'; readonly path: string; readonly to: string };

const path = fc.constantFrom(...paths);
const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('lines' as const),
      path,
      at: fc.nat(10),
      count: fc.nat(2),
      with: fc.array(line, { maxLength: 2 }).map((some) => some.join('')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('write' as const), path, content }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), path, to: path }) },
);

/** States of a small workspace, each from the one before by something that a refactoring does, and their steps. */
export const plan: fc.Arbitrary<{ readonly states: readonly Texts[]; readonly steps: readonly Step[] }> = fc
  .record({
    first: fc.dictionary(path, content, { minKeys: 1 }),
    wishes: fc.array(wish, { minLength: 1, maxLength: 6 }),
  })
  .map(({ first, wishes }) => {
    const states: Texts[] = [first];
    for (const one of wishes) states.push(fulfil(states.at(-1) ?? {}, one));
    return { states, steps: stepsOf(states) };
  });

function fulfil(state: Texts, one: Wish): Texts {
  const { [one.path]: was, ...others } = state;
  const old = typeof was === 'string' ? { text: was, hasBom: false } : was;
  switch (one.kind) {
    case 'write':
      return { ...state, [one.path]: one.content };
    case 'remove':
      return others;
    case 'move':
      return old === undefined || one.to in state ? state : { ...others, [one.to]: old };
    case 'lines': {
      if (old === undefined) return state;
      const all = old.text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      const next = [...all.slice(0, one.at), one.with, ...all.slice(one.at + one.count)].join('');
      return { ...state, [one.path]: { ...old, text: next } };
    }
  }
}
