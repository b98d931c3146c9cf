import { html, nothing, type TemplateResult } from 'lit';
import type { ChatEntry, Surroundings } from '../chat/messages.ts';
import { icon } from './icon.ts';
import type { Panel } from './panel.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;
type Policy = Surroundings['applyPolicy'];

/** What is to be done with a proposal, as far as its reader left it in. */
export interface Choice {
  readonly paths: readonly string[];
  /** How many of all are taken, for example `2 of 3`; undefined when all are. */
  readonly part: string | undefined;
}

/** Whether Accept can be pressed, and what its reader must know before. */
type Acceptance =
  | { readonly kind: 'open' }
  /** It asks once more. */
  | { readonly kind: 'asks' }
  | { readonly kind: 'closed'; readonly why: string; readonly isPolicy: boolean };

/** The decision: what can be pressed, and why what cannot be pressed cannot. */
export function proposalActions(card: Card, choice: Choice, policy: Policy, panel: Panel): TemplateResult {
  const { hash, state } = card;
  const { paths, part } = choice;
  const acceptance = acceptanceOf(card, choice, policy);
  const whyId = `why-${card.id}`;
  const isClosed = acceptance.kind === 'closed';
  const label = `Accept${part === undefined ? '' : ` ${part}`}${acceptance.kind === 'asks' ? '…' : ''}`;
  const verifies = canVerify(card, choice, policy);
  return html`${isClosed ? reasonLine(whyId, acceptance, panel) : nothing}
    <div class="buttons">
      ${
        verifies
          ? html`<button class="primary" @click=${() => panel.send({ kind: 'verify', hash, paths })}>
              Verify${part === undefined ? '' : ` ${part}`}
            </button>`
          : nothing
      }
      <button
        class=${verifies ? 'secondary' : 'primary'}
        ?disabled=${isClosed}
        aria-describedby=${isClosed ? whyId : nothing}
        @click=${() => panel.send({ kind: 'accept', hash, paths })}
      >
        ${label}
      </button>
      <button class="secondary" ?disabled=${state === 'staged'} @click=${() => panel.send({ kind: 'reject', hash })}>
        Reject
      </button>
      <button class="secondary" @click=${() => panel.send({ kind: 'openDiff', hash, path: null })}>Open Diff</button>
    </div>`;
}

function acceptanceOf({ state, verdict }: Card, { paths }: Choice, policy: Policy): Acceptance {
  if (state === 'staged')
    return { kind: 'closed', why: 'You can decide as soon as the change is verified.', isPolicy: false };
  if (paths.length === 0) return { kind: 'closed', why: 'Nothing is selected.', isPolicy: false };
  if (verdict?.kind === 'preserved') return { kind: 'open' };
  if (policy === 'preservedOnly')
    return { kind: 'closed', why: 'Your setting lets only PRESERVED changes be applied.', isPolicy: true };
  return verdict?.kind === 'broken' || verdict?.offer === 'verification' ? { kind: 'asks' } : { kind: 'open' };
}

/** What was not verified; or a part of what cannot be accepted as a whole, which may be better than that. */
function canVerify({ state, verdict }: Card, { paths, part }: Choice, policy: Policy): boolean {
  if (state !== 'review' || paths.length === 0) return false;
  if (verdict?.offer === 'verification') return true;
  return policy === 'preservedOnly' && part !== undefined && verdict?.kind !== 'preserved';
}

function reasonLine(
  id: string,
  { why, isPolicy }: Extract<Acceptance, { kind: 'closed' }>,
  panel: Panel,
): TemplateResult {
  return html`<p class="line why" id=${id}>
    ${icon(isPolicy ? 'lock' : 'info')}<span
      >${why}
      ${
        isPolicy
          ? html`<button class="inline" @click=${() => panel.send({ kind: 'act', action: 'changePolicy' })}>
              Change setting
            </button>`
          : nothing
      }</span
    >
  </p>`;
}
