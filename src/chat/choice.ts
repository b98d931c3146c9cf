import { replaceLast, type Conversation } from './conversation.ts';
import type { ChatEntry, ProposedStep } from './messages.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;

/** What is taken of a proposal. */
export interface Choice {
  readonly paths: readonly string[];
  /** Ids of the steps that are left out. */
  readonly without: readonly string[];
}

/** Why a step is left out: it was chosen, or it builds on the named one. */
export type LeftOut = { readonly kind: 'chosen' } | { readonly kind: 'buildsOn'; readonly name: string };

/** All steps that are left out when some are: what builds on them goes with them. */
export function leftOutSteps(steps: readonly ProposedStep[]): ReadonlyMap<string, LeftOut> {
  const out = new Map<string, LeftOut>();
  const chosen = steps.filter(({ state }) => state === 'leftOut');
  for (const { id } of chosen) out.set(id, { kind: 'chosen' });
  for (const { name, heldBy } of chosen) for (const id of heldBy) out.set(id, { kind: 'buildsOn', name });
  return out;
}

/** What is taken as the card of a proposal under review stands. */
export function choiceOn({ files, steps = [] }: Card): Choice {
  const paths = files.filter(({ isTaken }) => isTaken).map(({ path }) => path);
  return { paths, without: [...leftOutSteps(steps).keys()] };
}

/** The same for the proposal with that hash; undefined when it is not under review here. */
export function choiceOf({ entries }: Conversation, hash: string): Choice | undefined {
  const card = entries.findLast((entry) => isUnderReview(entry, hash));
  return card?.kind === 'proposal' ? choiceOn(card) : undefined;
}

/** Takes a file of a proposal under review, or leaves it out. */
export function takeFile(state: Conversation, hash: string, path: string, isTaken: boolean): Conversation {
  return onCard(state, hash, (card) => ({
    ...card,
    files: card.files.map((file) => (file.path === path ? { ...file, isTaken } : file)),
  }));
}

/** The same for a step. */
export function takeStep(state: Conversation, hash: string, id: string, isTaken: boolean): Conversation {
  const next = isTaken ? 'taken' : 'leftOut';
  return onCard(state, hash, ({ steps = [], ...card }) => ({
    ...card,
    steps: steps.map((step) => (step.id === id ? { ...step, state: next } : step)),
  }));
}

function onCard(state: Conversation, hash: string, change: (card: Card) => Card): Conversation {
  return replaceLast(state, (entry) => (isUnderReview(entry, hash) ? change(entry) : undefined));
}

function isUnderReview(entry: ChatEntry, hash: string): entry is Card {
  return entry.kind === 'proposal' && entry.state === 'review' && entry.hash === hash;
}
