import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { leftOutSteps, type LeftOut } from '../chat/choice.ts';
import type { ChatEntry, ProposedStep } from '../chat/messages.ts';
import { icon, spinner } from './icon.ts';
import { lineCounts } from './lineCounts.ts';
import type { Panel } from './panel.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;

/** The named steps of a proposal; with fewer than two there is nothing to choose or to tell apart. */
export function stepList(card: Card, panel: Panel): TemplateResult | typeof nothing {
  const { steps = [] } = card;
  if (steps.length < 2) return nothing;
  const leftOut = leftOutSteps(steps);
  return html`<h3 class="part-title" id="steps-${card.id}">Steps</h3>
    <ol class="steps" aria-labelledby="steps-${card.id}">
      ${steps.map((step) => stepRow(step, card, leftOut.get(step.id), panel))}
    </ol>`;
}

function stepRow(step: ProposedStep, card: Card, out: LeftOut | undefined, panel: Panel): TemplateResult {
  const { id, name, state } = step;
  const isOpen = card.state === 'review';
  const isOut = isOpen ? out !== undefined : state !== 'taken';
  const why = out?.kind === 'buildsOn' ? `Left out, too: it builds on “${out.name}”.` : '';
  const whyId = `why-${card.id}-${id}`;
  return html`<li class="file step-row ${isOut ? 'left-out' : ''}">
    ${
      isOpen
        ? html`<input
            type="checkbox"
            .checked=${live(out === undefined)}
            ?disabled=${out?.kind === 'buildsOn'}
            aria-label="Take the step ${name}"
            aria-describedby=${why === '' ? nothing : whyId}
            title=${why === '' ? nothing : why}
            @change=${(event: Event) => toggle(card, id, event, panel)}
          />`
        : nothing
    }
    ${
      isOpen
        ? html`<button
            class="link"
            title="Show what “${name}” does"
            @click=${() => panel.send({ kind: 'openStep', hash: card.hash, step: id })}
          >
            <span class="step-name">${name}</span>
          </button>`
        : html`<span class="file-label"><span class="step-name">${name}</span></span>`
    }
    ${state === 'taken' || isOpen ? lineCounts(step) : html`<span class="dim small">${stateText(state)}</span>`}
    ${isOut ? nothing : chip(step, card)}
    ${
      card.state === 'applied' && card.entry !== undefined && state === 'taken'
        ? undoButton(step, card.entry, panel)
        : nothing
    }
    ${why === '' ? nothing : html`<span class="dim small step-why" id=${whyId}>${why}</span>`}
    ${
      !isOut && step.verdict?.kind === 'broken'
        ? html`<span class="small step-why bad-text" aria-hidden="true">${step.verdict.reasons[0]}</span>`
        : nothing
    }
  </li>`;
}

function toggle({ hash }: Card, step: string, { target }: Event, panel: Panel): void {
  panel.send({ kind: 'takeStep', hash, step, isTaken: target instanceof HTMLInputElement && target.checked });
}

function undoButton({ id, name }: ProposedStep, entry: string, panel: Panel): TemplateResult {
  return html`<button
    class="round"
    aria-label="Undo the step ${name}"
    title="Undo “${name}” and keep the rest; the tests run first"
    @click=${() => panel.send({ kind: 'undoStep', entry, step: id })}
  >
    ${icon('discard')}
  </button>`;
}

function stateText(state: Exclude<ProposedStep['state'], 'taken'>): string {
  switch (state) {
    case 'leftOut':
      return 'left out';
    case 'undone':
      return 'undone';
  }
}

/** What is known of a step, as a glance, a tooltip and a spoken word. */
function chip({ verdict }: ProposedStep, card: Card): TemplateResult | typeof nothing {
  // Nothing is verified before it is asked for, steps included.
  const isUnderWay = card.state === 'staged' || (card.state === 'review' && card.verdict?.offer !== 'verification');
  if (verdict === null)
    return isUnderWay
      ? html`<span class="badge" title="Being verified">${spinner()}<span class="sr">being verified</span></span>`
      : nothing;
  const { tone, name, word } = looks(verdict.kind);
  const title = [`${word}, with the steps before it.`, ...verdict.reasons].join('\n');
  const spoken = verdict.kind === 'preserved' ? word : `${word}: ${verdict.reasons[0] ?? ''}`;
  return html`<span class="badge ${tone}" title=${title}>${icon(name)}<span class="sr">${spoken}</span></span>`;
}

interface Looks {
  readonly tone: string;
  readonly name: string;
  readonly word: string;
}

function looks(kind: NonNullable<ProposedStep['verdict']>['kind']): Looks {
  switch (kind) {
    case 'preserved':
      return { tone: 'good', name: 'verified-filled', word: 'Preserved' };
    case 'broken':
      return { tone: 'bad', name: 'error', word: 'Broken' };
    case 'unproven':
      return { tone: 'caution', name: 'question', word: 'Unproven' };
    case 'notVerified':
      return { tone: '', name: 'circle-large-outline', word: 'Not verified by itself' };
  }
}
