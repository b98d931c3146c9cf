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
      if (entry.kind === 'proposal') news.push(`A change of ${entry.files.length} files is proposed.`);
    }
    this.#lastId = entries.at(-1)?.id ?? 0;
    if (status.activity === 'reviewing' && this.#activity !== 'reviewing')
      news.push('The change waits for a decision.');
    this.#activity = status.activity;
    if (!isFirst && news.length > 0) this.#region.textContent = news.join(' ');
  }

  #activity: PanelState['status']['activity'] = 'idle';
}
