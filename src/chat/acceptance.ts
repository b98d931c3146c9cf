import { permissionToApply, type ApplyPolicy } from '../agent/applyPolicy.ts';
import { choiceOn } from './choice.ts';
import type { ChatEntry } from './messages.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;

/** Whether Accept can be pressed on a card, and what its reader must know before. */
export type Acceptance =
  | { readonly kind: 'open' }
  /** It asks once more. */
  | { readonly kind: 'asks' }
  | { readonly kind: 'closed'; readonly why: string; readonly isPolicy: boolean };

/** By the same rules as the decision itself. */
export function acceptanceOf(card: Card, policy: ApplyPolicy): Acceptance {
  const { state, verdict, files, steps = [] } = card;
  const { paths, without } = choiceOn(card);
  if (state === 'staged' || verdict === null)
    return { kind: 'closed', why: 'You can decide as soon as the change is verified.', isPolicy: false };
  if (paths.length === 0 || (without.length > 0 && without.length === steps.length))
    return { kind: 'closed', why: 'Nothing is selected.', isPolicy: false };
  const isPart = paths.length < files.length || without.length > 0;
  switch (permissionToApply(policy, verdict, isPart).kind) {
    case 'granted':
      return { kind: 'open' };
    case 'confirm':
      return { kind: 'asks' };
    case 'refused':
      return { kind: 'closed', why: 'Your setting lets only PRESERVED changes be applied.', isPolicy: true };
  }
}
