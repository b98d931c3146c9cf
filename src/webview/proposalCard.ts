import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ChatEntry, Counts, ProposedFile, Surroundings } from '../chat/messages.ts';
import { plural, splitPath } from './format.ts';
import { icon, spinner } from './icon.ts';
import { lineCounts } from './lineCounts.ts';
import type { Panel } from './panel.ts';
import { proposalActions } from './proposalActions.ts';
import { stepList } from './stepList.ts';

type Card = Extract<ChatEntry, { kind: 'proposal' }>;

/** A proposed change: its files, what the tests said, and the decision. */
export function proposalCard(card: Card, policy: Surroundings['applyPolicy'], panel: Panel): TemplateResult {
  const isOpen = card.state === 'staged' || card.state === 'review';
  return html`<section class="card ${card.state}" aria-label="Proposed change" tabindex="-1" data-entry=${card.id}>
    <div class="card-head">
      ${icon('diff-multiple')}
      <span class="card-title">${plural(card.files.length, 'file')}</span>
      ${totals(card.files)} <span class="grow"></span> ${badge(card)}
    </div>
    ${stepList(card, panel)}
    <ul class="files">
      ${card.files.map((file) => fileRow(file, card, panel))}
    </ul>
    ${card.warnings.map((text) => html`<p class="line warning">${icon('warning')}<span>${text}</span></p>`)}
    ${testsLine(card)} ${reasons(card)} ${evidence(card)} ${isOpen ? proposalActions(card, policy, panel) : nothing}
  </section>`;
}

function fileRow(file: ProposedFile, card: Card, panel: Panel): TemplateResult {
  const { name, folder } = splitPath(file.path);
  const toggle = ({ target }: Event): void => {
    const isTaken = target instanceof HTMLInputElement && target.checked;
    panel.send({ kind: 'takeFile', hash: card.hash, path: file.path, isTaken });
  };
  const canOpen = card.state === 'staged' || card.state === 'review';
  const label = html`<span class="file-name ${file.change}">${name}</span>
    <span class="dim file-folder">${file.from === null ? folder : `from ${file.from}`}</span>`;
  return html`<li class="file ${file.isTaken ? '' : 'left-out'}">
    ${
      card.state === 'review' && card.files.length > 1
        ? html`<input
            type="checkbox"
            .checked=${live(file.isTaken)}
            @change=${toggle}
            aria-label="Take ${file.path}"
          />`
        : icon(changeIcon(file), file.change)
    }
    ${
      canOpen
        ? html`<button
            class="link"
            title="Open the diff of ${file.path}"
            @click=${() => panel.send({ kind: 'openDiff', hash: card.hash, path: file.path })}
          >
            ${label}
          </button>`
        : html`<span class="file-label">${label}</span>`
    }
    ${file.isTaken ? lineCounts(file) : html`<span class="dim small">left out</span>`}
  </li>`;
}

function totals(all: readonly ProposedFile[]): TemplateResult | typeof nothing {
  if (all.length < 2) return nothing;
  const files = all.filter(({ isTaken }) => isTaken);
  const sum = (of: (file: ProposedFile) => number): number => files.reduce((total, file) => total + of(file), 0);
  return lineCounts({ added: sum((file) => file.added), removed: sum((file) => file.removed) });
}

function changeIcon({ change }: ProposedFile): string {
  switch (change) {
    case 'edit':
      return 'diff-modified';
    case 'create':
      return 'diff-added';
    case 'delete':
      return 'diff-removed';
    case 'move':
      return 'diff-renamed';
  }
}

function badge({ state, verdict }: Card): TemplateResult {
  switch (state) {
    case 'staged':
      return html`<span class="badge">${spinner()}Verifying</span>`;
    case 'review':
      break;
    case 'accepted':
      return html`<span class="badge">${spinner()}Applying</span>`;
    case 'rejected':
      return html`<span class="badge">Rejected</span>`;
    case 'applied':
      return html`<span class="badge good">${icon('check')}Applied</span>`;
    case 'rolledBack':
      return html`<span class="badge">${icon('discard')}Undone</span>`;
    case 'closed':
      return html`<span class="badge">Not applied</span>`;
  }
  switch (verdict?.kind) {
    case 'preserved':
      return html`<span class="badge good"
        >${icon('verified-filled')}Preserved${verdict.asked === undefined ? '' : ', except as asked'}</span
      >`;
    case 'broken':
      return html`<span class="badge bad">${icon('error')}Broken</span>`;
    default:
      return verdict?.offer === 'verification'
        ? html`<span class="badge">${icon('circle-large-outline')}Not verified yet</span>`
        : html`<span class="badge caution">${icon('question')}Unproven</span>`;
  }
}

function testsLine({ tests }: Card): TemplateResult | typeof nothing {
  if (tests === null || (tests.before === null && tests.after === null)) return nothing;
  return html`<p class="line tests-line">
    ${icon('beaker')}<span>Tests ${countsText(tests.before)} → ${countsText(tests.after)}</span>
  </p>`;
}

function countsText(counts: Counts | null): TemplateResult {
  if (counts === null) return html`<span class="dim">no results</span>`;
  return html`<span class=${counts.failed > 0 ? 'bad-text' : 'good-text'}>${counts.passed} passed</span>${
      counts.failed > 0 ? html`, <span class="bad-text">${counts.failed} failed</span>` : nothing
    }${counts.skipped > 0 ? html`, ${counts.skipped} skipped` : nothing}`;
}

function reasons({ verdict }: Card): TemplateResult | typeof nothing {
  if (verdict === null) return nothing;
  const [first, ...rest] = verdict.reasons;
  return html`<div class="reasons">
    <p>${first}</p>
    ${
      rest.length > 0
        ? html`<details>
            <summary>${plural(rest.length, 'more reason')}</summary>
            <ul>
              ${rest.map((reason) => html`<li>${reason}</li>`)}
            </ul>
          </details>`
        : nothing
    }
  </div>`;
}

function evidence({ evidence: rows }: Card): TemplateResult | typeof nothing {
  if (rows === undefined || rows.length === 0) return nothing;
  return html`<details class="reasons">
    <summary>Evidence</summary>
    <ul>
      ${rows.map(({ name, text }) => html`<li><span class="dim">${name}:</span> ${text}</li>`)}
    </ul>
  </details>`;
}
