import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icon.ts';
import type { Panel, PanelState } from './panel.ts';

/** The goal, what it points at, where the model is, and the one button. */
export function composer({ status, surroundings }: PanelState, panel: Panel, onInput: () => void): TemplateResult {
  const isRunning = status.activity !== 'idle';
  const { blocker, endpoint } = surroundings;
  return html`<form class="composer" @submit=${(event: Event) => submit(event, panel, isRunning)}>
    ${contextChip(surroundings, panel)}
    <textarea
      id="goal"
      rows="1"
      aria-label="Goal"
      placeholder=${status.activity === 'idle' ? 'What should be better?' : 'The next goal'}
      ?disabled=${blocker !== null}
      @input=${onInput}
      @keydown=${(event: KeyboardEvent) => onKey(event, panel, isRunning)}
    ></textarea>
    <div class="composer-foot">
      <button
        type="button"
        class="endpoint"
        title=${endpoint.isHosted ? 'What you send and what is read goes to this endpoint. Open settings.' : 'Everything stays on this machine. Open settings.'}
        @click=${() => panel.send({ kind: 'act', action: 'openSettings' })}
      >
        ${icon(endpoint.isHosted ? 'cloud' : 'vm')}<span>${endpoint.label}</span>
      </button>
      ${
        isRunning
          ? html`<button
              type="button"
              class="round"
              aria-label="Stop"
              title="Stop (Escape)"
              ?disabled=${status.activity === 'stopping'}
              @click=${() => panel.send({ kind: 'stop' })}
            >
              ${icon('debug-stop')}
            </button>`
          : html`<button
              type="submit"
              class="round"
              aria-label="Send"
              title="Send (Enter)"
              ?disabled=${blocker !== null}
            >
              ${icon('send')}
            </button>`
      }
    </div>
  </form>`;
}

/** The goal's field, once it is drawn. */
export function goalField(): HTMLTextAreaElement | undefined {
  const element = document.getElementById('goal');
  return element instanceof HTMLTextAreaElement ? element : undefined;
}

/** As high as its text, within the limits of the style sheet. */
export function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

function contextChip({ context }: PanelState['surroundings'], panel: Panel): TemplateResult | typeof nothing {
  if (context === null) return nothing;
  const { label, isUsed } = context;
  return html`<button
    type="button"
    class="chip toggle ${isUsed ? '' : 'off'}"
    aria-pressed=${isUsed}
    title=${isUsed ? 'The goal points here. Click to leave it out.' : 'Left out. Click to point the goal here.'}
    @click=${() => panel.send({ kind: 'useContext', isUsed: !isUsed })}
  >
    ${icon(isUsed ? 'file' : 'circle-slash')}<span>${label}</span>
  </button>`;
}

function onKey(event: KeyboardEvent, panel: Panel, isRunning: boolean): void {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  submit(event, panel, isRunning);
}

function submit(event: Event, panel: Panel, isRunning: boolean): void {
  event.preventDefault();
  const field = goalField();
  const goal = field?.value.trim() ?? '';
  if (field === undefined || goal === '' || isRunning) return;
  panel.send({ kind: 'submit', goal });
  panel.suggest('');
}
