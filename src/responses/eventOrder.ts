/**
 * Follows the `sequence_number`s of one response. They say whether an event is missing, late or of another response; of endpoints
 * that send none, or always the same, nothing can be said.
 */
export class EventOrder {
  #last: { readonly sequence: number; readonly text: string } | undefined;
  #counts: 'unknown' | 'yes' | 'no' = 'unknown';
  #isDisturbed = false;

  /** Call with every message that may be of the response, in the order of arrival. */
  follow(sequence: number | undefined, text: string): void {
    if (sequence === undefined) return;
    const last = this.#last;
    if (last?.sequence === sequence && last.text === text) return;
    this.#last = { sequence, text };
    if (last === undefined) return;
    if (sequence === last.sequence && this.#counts !== 'yes') this.#counts = 'no';
    else if (sequence !== last.sequence + 1) this.#isDisturbed = true;
    else if (this.#counts === 'unknown') this.#counts = 'yes';
  }

  /** To be called when an event was dropped because it came where it cannot be. */
  disturb(): void {
    this.#isDisturbed = true;
  }

  /** True when the events seen cannot be relied on to be all of the response, and only of it. */
  get isDisturbed(): boolean {
    return this.#isDisturbed && this.#counts !== 'no';
  }
}
