import { html, nothing, type TemplateResult } from 'lit';
import type { PhaseState, RunStatus } from '../chat/messages.ts';
import { icon, spinner } from './icon.ts';
import { liveMeter } from './wireView.ts';

const phases = [
  { id: 'analyze', label: 'Analyze' },
  { id: 'propose', label: 'Propose' },
  { id: 'apply', label: 'Apply' },
  { id: 'verify', label: 'Verify' },
] as const;

/** The four phases and, below them, what the connection carried. */
export function phaseStrip(status: RunStatus): TemplateResult | typeof nothing {
  const hasRun = status.wire !== null || Object.values(status.phases).some((state) => state !== 'idle');
  if (!hasRun) return nothing;
  return html`<header class="strip">
    <ol class="phases" aria-label="Phases of this run">
      ${phases.map(({ id, label }) => {
        const state = status.phases[id];
        return html`<li class="phase ${state}" aria-current=${state === 'active' ? 'step' : 'false'}>
          ${phaseIcon(state)}<span>${label}</span><span class="sr">, ${spoken(state)}</span>
        </li>`;
      })}
    </ol>
    ${status.wire === null || status.wire.turns === 0 ? nothing : liveMeter(status.wire)}
  </header>`;
}

function phaseIcon(state: PhaseState): TemplateResult {
  switch (state) {
    case 'idle':
      return icon('circle-large-outline');
    case 'active':
      return spinner();
    case 'done':
      return icon('pass-filled');
    case 'failed':
      return icon('error');
  }
}

function spoken(state: PhaseState): string {
  switch (state) {
    case 'idle':
      return 'not started';
    case 'active':
      return 'under way';
    case 'done':
      return 'done';
    case 'failed':
      return 'failed';
  }
}
