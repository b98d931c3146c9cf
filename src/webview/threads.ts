import { html, nothing, type TemplateResult } from 'lit';
import type { Surroundings } from '../chat/messages.ts';
import { icon, spinner } from './icon.ts';
import type { Panel, PanelState } from './panel.ts';

type Thread = Surroundings['threads'][number];

const listId = 'threads';
const buttonId = 'threads-button';

/** The name of the conversation that is shown, the list of the others, and a button for a new one. */
export function threadBar({ surroundings, entries }: PanelState, panel: Panel): TemplateResult | typeof nothing {
  const { threads } = surroundings;
  const current = threads.find(({ isCurrent }) => isCurrent);
  if (current === undefined || (threads.length === 1 && entries.length === 0)) return nothing;
  const waiting = threads.filter(({ isCurrent, activity }) => !isCurrent && activity === 'reviewing').length;
  const toggle = (): void => (panel.isThreadListOpen ? closeThreadList(panel) : openThreadList(panel));
  return html`<nav class="threads" aria-label="Conversations">
    <div class="threads-head">
      <button
        type="button"
        id=${buttonId}
        class="thread-current"
        aria-expanded=${panel.isThreadListOpen}
        aria-controls=${listId}
        title="Show the conversations of this window"
        @click=${toggle}
      >
        ${icon(panel.isThreadListOpen ? 'chevron-down' : 'chevron-right')}
        <span class="thread-title">${current.title}</span>
        ${threads.length > 1 ? html`<span class="dim">${threads.length}</span>` : nothing}
        ${waiting > 0 ? html`${icon('bell-dot')}<span class="sr">another one waits for a decision</span>` : nothing}
      </button>
      <button
        type="button"
        class="round"
        aria-label="New conversation"
        title="New conversation"
        @click=${() => {
          closeThreadList(panel);
          panel.send({ kind: 'newThread' });
        }}
      >
        ${icon('add')}
      </button>
    </div>
    ${panel.isThreadListOpen ? threadList(threads, panel) : nothing}
  </nav>`;
}

/** Closes the list and gives the focus back to the button that opens it. */
export function closeThreadList(panel: Panel): void {
  if (!panel.isThreadListOpen) return;
  panel.isThreadListOpen = false;
  panel.refresh();
  document.getElementById(buttonId)?.focus();
}

function openThreadList(panel: Panel): void {
  panel.isThreadListOpen = true;
  panel.refresh();
}

function threadList(threads: readonly Thread[], panel: Panel): TemplateResult {
  return html`<ul id=${listId} class="thread-list" @keydown=${moveFocus}>
    ${threads.map((thread) => threadRow(thread, panel))}
  </ul>`;
}

function threadRow({ id, title, folder, activity, isCurrent }: Thread, panel: Panel): TemplateResult {
  const select = (): void => {
    closeThreadList(panel);
    panel.send({ kind: 'selectThread', id });
  };
  return html`<li class="thread ${isCurrent ? 'current' : ''}">
    <button type="button" class="thread-name" aria-current=${isCurrent ? 'true' : 'false'} @click=${select}>
      ${activityIcon(activity)}
      <span class="thread-title">${title}</span>
      ${folder === '' ? nothing : html`<span class="dim small">${folder}</span>`}
      <span class="sr">${spoken(activity)}</span>
    </button>
    <button
      type="button"
      class="round"
      aria-label=${`Close ${title}`}
      title=${activity === 'idle' ? 'Close this conversation' : 'Stop and close this conversation'}
      @click=${() => panel.send({ kind: 'closeThread', id })}
    >
      ${icon('close')}
    </button>
  </li>`;
}

/** Arrow keys go through the names; Tab reaches the buttons beside them. */
function moveFocus(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const list = event.currentTarget;
  if (step === 0 || !(list instanceof HTMLElement)) return;
  event.preventDefault();
  const rows = [...list.querySelectorAll('li')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  next?.querySelector<HTMLElement>('.thread-name')?.focus();
}

function activityIcon(activity: Thread['activity']): TemplateResult {
  switch (activity) {
    case 'idle':
      return icon('comment');
    case 'reviewing':
      return icon('diff-multiple');
    case 'running':
    case 'stopping':
      return spinner();
  }
}

function spoken(activity: Thread['activity']): string {
  switch (activity) {
    case 'idle':
      return '';
    case 'reviewing':
      return ', waits for a decision';
    case 'running':
      return ', under way';
    case 'stopping':
      return ', is being stopped';
  }
}
