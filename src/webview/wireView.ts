import { html, nothing, type TemplateResult } from 'lit';
import type { WireTotals, WireTurn } from '../chat/messages.ts';
import { formatBytes, formatDuration, plural } from './format.ts';
import { icon } from './icon.ts';

/** One line while a run is under way: the newest turn and the run so far. It opens to the whole meter. */
export function liveMeter(wire: WireTotals): TemplateResult {
  const last = wire.recent.at(-1);
  return html`<details class="wire live">
    <summary class="meter" title=${titleOf(wire)}>
      ${icon('plug')}
      ${
        last === undefined
          ? nothing
          : html`<span>Turn ${last.turn}</span>
              <span class="bytes">↑ ${formatBytes(last.up)}</span>
              <span class="bytes">↓ ${formatBytes(last.down)}</span>`
      }
      <span class="total">all ↑ ${formatBytes(wire.up)}${costText(wire.cost, ', ')}</span>
    </summary>
    ${meterBody(wire)}
  </details>`;
}

/** The wire meter of a whole run, turn by turn. */
export function wireDetails(wire: WireTotals): TemplateResult {
  return html`<details class="wire">
    <summary title=${titleOf(wire)}>
      ${icon('plug')} ${plural(wire.turns, 'turn')}, ↑ ${formatBytes(wire.up)}, ↓
      ${formatBytes(wire.down)}${costText(wire.cost, ', ')}
      ${
        wire.upIfFull > wire.up
          ? html`<span class="dim">(${formatBytes(wire.upIfFull)} without the chain)</span>`
          : nothing
      }
    </summary>
    ${meterBody(wire)}
  </details>`;
}

function titleOf(wire: WireTotals): string {
  return `${plural(wire.turns, 'turn')}: ${formatBytes(wire.up)} up, ${formatBytes(wire.down)} down. With the whole history in every request it would have been ${formatBytes(wire.upIfFull)} up.`;
}

function meterBody(wire: WireTotals): TemplateResult {
  const hasTokens = wire.tokens !== null;
  const hasCost = wire.recent.some(({ cost }) => cost !== null);
  const titles = ['Turn', 'Up', 'Down', 'Full', 'Items', 'Model', 'Tools', 'Wire'];
  if (hasTokens) titles.push('In', 'Cached', 'Out');
  if (hasCost) titles.push('Cost');
  return html`<dl class="facts">
      ${facts(wire).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <div class="wire-table" tabindex="0" role="group" aria-label="Wire meter by turn">
      <table>
        <thead>
          <tr>
            ${titles.map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${wire.recent.map(
            (turn) =>
              html`<tr>
                ${cells(turn, hasTokens, hasCost).map((cell) => html`<td>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function facts(wire: WireTotals): readonly (readonly [string, string])[] {
  const { tokens, cost } = wire;
  const rows: (readonly [string, string])[] = [
    ['Connections', `${wire.handshakes} opened, ${wire.reconnects} after a loss`],
    ['Sent again', plural(wire.resent, 'item')],
    ['Full history', `${formatBytes(wire.upIfFull)} up, with everything in every request`],
    ['Waited for', `model ${seconds(wire.modelMs)}, tools ${seconds(wire.toolMs)}, wire ${seconds(wire.wireMs)}`],
  ];
  if (wire.skipped > 0)
    rows.push([
      'Skipped',
      `${plural(wire.skipped, 'message')} that ${wire.skipped === 1 ? 'is' : 'are'} no JSON, or empty`,
    ]);
  if (tokens !== null) rows.push(['Tokens', `${tokens.input} in (${tokens.cached} cached), ${tokens.output} out`]);
  if (cost !== null) rows.push(['Cost', `${costText(cost, '')}${cost.currency === null ? ' (as reported)' : ''}`]);
  return rows;
}

function cells(turn: WireTurn, hasTokens: boolean, hasCost: boolean): readonly string[] {
  const { tokens } = turn;
  return [
    `${turn.turn}${turn.transport === 'http' ? ' http' : ''}${turn.isFull ? ' full' : ''}`,
    formatBytes(turn.up),
    formatBytes(turn.down),
    formatBytes(turn.upIfFull),
    turn.resent === 0 ? String(turn.items) : `${turn.items} (${turn.resent} again)`,
    seconds(turn.modelMs),
    seconds(turn.toolMs),
    seconds(turn.wireMs),
    ...(hasTokens ? [tokens?.input, tokens?.cached, tokens?.output].map((count) => String(count ?? '')) : []),
    ...(hasCost ? [costText(turn.cost, '')] : []),
  ];
}

function seconds(ms: number): string {
  return formatDuration(ms) || `${Math.round(ms)} ms`;
}

function costText(cost: WireTotals['cost'], before: string): string {
  if (cost === null) return '';
  return `${before}${cost.amount.toFixed(cost.amount < 0.1 ? 4 : 2)}${cost.currency === null ? '' : ` ${cost.currency}`}`;
}
