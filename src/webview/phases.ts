import { html, nothing, type TemplateResult } from 'lit';
import type { PhaseState, RunStatus, WireTotals } from '../chat/messages.ts';
import { formatBytes, plural } from './format.ts';
import { icon, spinner } from './icon.ts';

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
    ${status.wire === null || status.wire.turns === 0 ? nothing : meter(status.wire)}
  </header>`;
}

/** One line: the newest turn, and the run so far beside what it would have cost with the whole history each time. */
function meter(wire: WireTotals): TemplateResult {
  const last = wire.recent.at(-1);
  return html`<p class="meter" title=${meterTitle(wire)}>
    ${icon('plug')}
    ${
      last === undefined
        ? nothing
        : html`<span>Turn ${last.turn}</span>
            <span class="bytes">↑ ${formatBytes(last.up)}</span>
            <span class="bytes">↓ ${formatBytes(last.down)}</span>`
    }
    <span class="total">all ↑ ${formatBytes(wire.up)}</span>
  </p>`;
}

function meterTitle(wire: WireTotals): string {
  return `${plural(wire.turns, 'turn')} over one WebSocket: ${formatBytes(wire.up)} up, ${formatBytes(wire.down)} down. With the whole history in every request it would have been ${formatBytes(wire.upIfFull)} up.`;
}

/** The wire meter of a whole run, turn by turn. */
export function wireDetails(wire: WireTotals): TemplateResult {
  return html`<details class="wire">
    <summary>
      ${icon('plug')} ${plural(wire.turns, 'turn')}, ↑ ${formatBytes(wire.up)}, ↓ ${formatBytes(wire.down)}
      ${
        wire.upIfFull > wire.up
          ? html`<span class="dim">(${formatBytes(wire.upIfFull)} without the chain)</span>`
          : nothing
      }
    </summary>
    <table>
      <thead>
        <tr>
          <th scope="col">Turn</th>
          <th scope="col">Up</th>
          <th scope="col">Down</th>
          <th scope="col">Full history</th>
        </tr>
      </thead>
      <tbody>
        ${wire.recent.map(
          ({ turn, up, down, upIfFull }) =>
            html`<tr>
              <td>${turn}</td>
              <td>${formatBytes(up)}</td>
              <td>${formatBytes(down)}</td>
              <td>${formatBytes(upIfFull)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
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
