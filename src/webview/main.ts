import { render } from 'lit';
import { parseHostMessage, type HostMessage, type PanelMessage } from '../chat/messages.ts';
import { applyOperations } from '../chat/patch.ts';
import { Announcer } from './announcer.ts';
import { fitHeight, goalField } from './composer.ts';
import { page } from './page.ts';
import type { Panel, PanelState } from './panel.ts';
import { closeThreadList } from './threads.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const host = acquireVsCodeApi();
const app = elementOf('div');
const region = elementOf('div');
region.className = 'sr';
region.setAttribute('role', 'status');
region.setAttribute('aria-live', 'polite');
document.getElementById('app')?.append(app, region);
app.className = 'app';

const announcer = new Announcer(region);
let state: PanelState | undefined;
let isFrameAsked = false;
/** Follows the newest entry unless the reader scrolled away from it. */
let isPinned = true;

const panel: Panel = {
  send: (message: PanelMessage) => host.postMessage(message),
  isThreadListOpen: false,
  refresh,
  suggest: (goal) => {
    const field = goalField();
    if (field === undefined) return;
    field.value = goal;
    onInput();
    field.focus();
  },
};

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const message = parseHostMessage(event.data);
  if (message !== undefined) receive(message);
});
window.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || state === undefined) return;
  if (panel.isThreadListOpen) return closeThreadList(panel);
  if (state.status.activity !== 'idle') panel.send({ kind: 'stop' });
});
panel.send({ kind: 'ready' });

function receive(message: HostMessage): void {
  switch (message.kind) {
    case 'state': {
      const isOther = state?.threadId !== message.threadId;
      state = message;
      announcer.update(state, isOther);
      if (isOther) isPinned = true;
      return refresh();
    }
    case 'patch': {
      if (state === undefined) return;
      const entries = applyOperations(state.entries, message.operations);
      if (entries === undefined) return panel.send({ kind: 'ready' });
      const { status = state.status, surroundings = state.surroundings } = message;
      state = { threadId: state.threadId, entries, status, surroundings };
      announcer.update(state, false);
      return refresh();
    }
    case 'focusGoal': {
      if (message.text !== undefined) panel.suggest(message.text);
      goalField()?.focus();
    }
  }
}

function refresh(): void {
  if (isFrameAsked) return;
  isFrameAsked = true;
  // A panel that is not on screen gets no frames; it is drawn when it is shown again.
  requestAnimationFrame(draw);
}

function draw(): void {
  isFrameAsked = false;
  if (state === undefined) return;
  const isNew = goalField() === undefined;
  const focused = app.contains(document.activeElement) ? document.activeElement : null;
  const around = focused?.closest<HTMLElement>('[data-entry]')?.dataset['entry'];
  render(page(state, panel, onInput), app);
  if (focused !== null && !(app.contains(focused) && isEnabled(focused))) focusNear(around);
  if (isNew) begin();
  const list = document.getElementById('conversation');
  if (list !== null && isPinned) list.scrollTop = list.scrollHeight;
}

/** What had the focus is gone or cannot be pressed any more: Tab goes on from where it was, not from the top. */
function focusNear(entry: string | undefined): void {
  const near = entry === undefined ? null : document.querySelector<HTMLElement>(`[data-entry="${entry}"]`);
  (near ?? document.getElementById('conversation'))?.focus({ preventScroll: true });
}

function isEnabled(element: Element): boolean {
  return !(element instanceof HTMLButtonElement || element instanceof HTMLInputElement) || !element.disabled;
}

function begin(): void {
  const list = document.getElementById('conversation');
  list?.addEventListener('scroll', () => {
    isPinned = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
  });
  const field = goalField();
  const kept = host.getState();
  if (field === undefined || typeof kept !== 'object' || kept === null || !('goal' in kept)) return;
  if (typeof kept.goal !== 'string') return;
  field.value = kept.goal;
  fitHeight(field);
}

function onInput(): void {
  const field = goalField();
  if (field === undefined) return;
  fitHeight(field);
  host.setState({ goal: field.value });
}

function elementOf(name: 'div'): HTMLDivElement {
  return document.createElement(name);
}
