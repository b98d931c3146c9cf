import { plural } from './format.ts';
import type { PanelState } from './panel.ts';

/** Says to a screen reader what a glance would tell: phases, a change that waits, the end. Never the stream itself. */
export class Announcer {
  readonly #region: HTMLElement;
  #lastId = 0;
  #phase = '';

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  /** Call after every change of what is shown; `isFirst` says that all of it was there before. */
  update({ entries, status }: PanelState, isFirst: boolean): void {
    const news: string[] = [];
    const [phase = ''] = Object.entries(status.phases).find(([, state]) => state === 'active') ?? [];
    if (phase !== this.#phase && phase !== '') news.push(`Phase: ${phase}.`);
    this.#phase = phase;
    for (const entry of entries) {
      if (entry.id <= this.#lastId) continue;
      if (entry.kind === 'ending' || entry.kind === 'notice') news.push(entry.text);
      if (entry.kind === 'proposal' && entry.state === 'staged')
        news.push(`A change of ${plural(entry.files.length, 'file')} is proposed.`);
    }
    this.#lastId = entries.at(-1)?.id ?? 0;
    if (status.activity === 'reviewing' && this.#activity !== 'reviewing') news.push(waitingText(entries));
    this.#activity = status.activity;
    if (!isFirst && news.length > 0) this.#region.textContent = news.join(' ');
  }

  #activity: PanelState['status']['activity'] = 'idle';
}

function waitingText(entries: PanelState['entries']): string {
  const card = entries.findLast((entry) => entry.kind === 'proposal' && entry.state === 'review');
  if (card?.kind !== 'proposal' || card.verdict === null) return 'The change waits for a decision.';
  const { verdict, files, steps = [] } = card;
  const size = `${plural(files.length, 'file')}${steps.length > 1 ? `, ${plural(steps.length, 'step')}` : ''}`;
  const word =
    verdict.offer === 'verification'
      ? ''
      : `${verdict.kind.toUpperCase()}${verdict.asked === undefined ? '' : ', except as asked'}. `;
  return `A change waits for a decision (${size}): ${word}${verdict.reasons[0] ?? ''}`;
}
