import { html, nothing, type TemplateResult } from 'lit';
import { acceptanceOf, type Acceptance } from '../chat/acceptance.ts';
import { choiceOn, type Choice } from '../chat/choice.ts';
import type { ChatEntry, Surroundings } from '../chat/messages.ts';
import { icon } from './icon.ts';
import type { Panel } from './panel.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;
type Policy = Surroundings['applyPolicy'];

/** The decision: what can be pressed, and why what cannot be pressed cannot. */
export function proposalActions(card: Card, policy: Policy, panel: Panel): TemplateResult {
  const choice = choiceOn(card);
  const { hash, state } = card;
  const part = partOf(card, choice);
  const acceptance = acceptanceOf(card, policy);
  const whyId = `why-${card.id}`;
  const isClosed = acceptance.kind === 'closed';
  const label = `Accept${part === undefined ? '' : ` ${part}`}${acceptance.kind === 'asks' ? '…' : ''}`;
  const verifies = canVerify(card, choice, part !== undefined, policy);
  return html`${isClosed ? reasonLine(whyId, acceptance, panel) : nothing}
    <div class="buttons">
      ${
        verifies
          ? html`<button class="primary" @click=${() => panel.send({ kind: 'verify', hash })}>
              Verify${part === undefined ? '' : ` ${part}`}
            </button>`
          : nothing
      }
      <button
        class=${verifies ? 'secondary' : 'primary'}
        ?disabled=${isClosed}
        aria-describedby=${isClosed ? whyId : nothing}
        @click=${() => panel.send({ kind: 'accept', hash })}
      >
        ${label}
      </button>
      ${
        state === 'review' && card.verdict?.offer === 'characterizationTests'
          ? html`<button
              class="secondary"
              title="Sets the change aside, has tests written that hold what the code does now, and shows both together"
              @click=${() => panel.send({ kind: 'writeTests', hash })}
            >
              Write Tests First
            </button>`
          : nothing
      }
      <button class="secondary" ?disabled=${state === 'staged'} @click=${() => panel.send({ kind: 'reject', hash })}>
        Reject
      </button>
      <button class="secondary" @click=${() => panel.send({ kind: 'openDiff', hash, path: null })}>Open Diff</button>
    </div>`;
}

/** How much of it is taken, for example `2 of 3 files`; undefined when all of it is. */
function partOf({ files, steps = [] }: Card, { paths, without }: Choice): string | undefined {
  const isPartOfFiles = paths.length < files.length;
  if (without.length > 0 && isPartOfFiles) return 'Part';
  if (without.length > 0) return `${steps.length - without.length} of ${steps.length} Steps`;
  return isPartOfFiles ? `${paths.length} of ${files.length} Files` : undefined;
}

/** What was not verified; or a part of what cannot be accepted as a whole, which may be better than that. */
function canVerify({ state, verdict }: Card, { paths }: Choice, isPart: boolean, policy: Policy): boolean {
  if (state !== 'review' || paths.length === 0) return false;
  if (verdict?.offer === 'verification') return true;
  return policy === 'preservedOnly' && isPart && verdict?.kind !== 'preserved';
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
