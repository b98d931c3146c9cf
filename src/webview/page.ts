import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { composer } from './composer.ts';
import { entryView } from './entries.ts';
import { icon } from './icon.ts';
import type { Panel, PanelState } from './panel.ts';
import { phaseStrip } from './phases.ts';
import { threadBar } from './threads.ts';

/** The whole panel. */
export function page(state: PanelState, panel: Panel, onInput: () => void): TemplateResult {
  const { entries, status, surroundings } = state;
  return html`${threadBar(state, panel)} ${phaseStrip(status)}
    <main id="conversation" tabindex="0" aria-label="Conversation">
      ${
        entries.length === 0
          ? emptyState(state, panel)
          : repeat(
              entries,
              ({ id }) => `${state.threadId} ${id}`,
              (entry) => entryView(entry, surroundings, panel),
            )
      }
    </main>
    ${surroundings.blocker === null ? nothing : blocker(surroundings.blocker, panel)} ${composer(state, panel, onInput)}`;
}

function emptyState({ surroundings }: PanelState, panel: Panel): TemplateResult {
  return html`<div class="empty">
    <h2>Refactor with proof</h2>
    <p>
      Say what should be better. Whetstone proposes a change, runs your tests on it in a private copy, and writes
      nothing until you accept.
    </p>
    <ul class="examples" aria-label="Examples">
      ${surroundings.examples.map(
        (goal) =>
          html`<li>
            <button class="example" ?disabled=${surroundings.blocker !== null} @click=${() => panel.suggest(goal)}>
              ${goal}
            </button>
          </li>`,
      )}
    </ul>
    ${
      surroundings.endpoint.isHosted
        ? nothing
        : html`<p class="dim small">
            No key is needed: the embedded engine works on this machine.
            <button class="inline" @click=${() => panel.send({ kind: 'act', action: 'setKey' })}>Set an API key</button>
            to use a hosted model.
          </p>`
    }
  </div>`;
}

function blocker({ text, action }: NonNullable<PanelState['surroundings']['blocker']>, panel: Panel): TemplateResult {
  return html`<div class="blocker" role="status">
    <p class="line">${icon(action === 'manageTrust' ? 'shield' : 'info')}<span>${text}</span></p>
    ${
      action === 'none'
        ? nothing
        : html`<button class="secondary" @click=${() => panel.send({ kind: 'act', action })}>
            ${action === 'openFolder' ? 'Open Folder' : 'Manage Workspace Trust'}
          </button>`
    }
  </div>`;
}
