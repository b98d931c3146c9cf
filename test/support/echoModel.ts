import type { Model, Piece } from '../../src/engine/server/model.ts';
import { abortable } from '../../src/util/abort.ts';
import { Deferred } from '../../src/util/deferred.ts';

/** Says what it hears; `call N` makes N calls, `hang` waits for ever, `hold NAME` until it is released, `boom` throws. */
export class EchoModel implements Model {
  readonly hanging = new Deferred<void>();
  readonly cancelled = new Deferred<void>();
  /** Names of answers that have begun, in order; those that are held have not ended. */
  readonly begun: string[] = [];
  readonly #held = new Map<string, Deferred<void>>();

  /** Lets the answer to `hold NAME` go on, now or when it comes. */
  release(name: string): void {
    this.#hold(name).resolve();
  }

  converse(): ReturnType<Model['converse']> {
    const heard: string[] = [];
    return {
      answer: async ({ items, tools }, signal) => {
        heard.push(...items.map((item) => ('text' in item ? item.text : 'output' in item ? `<${item.output}>` : '?')));
        return { kind: 'pieces', pieces: this.#pieces([...heard], tools.length, signal) };
      },
    };
  }

  async names(): ReturnType<Model['names']> {
    return { kind: 'names', names: [{ id: 'echo', owner: 'tests' }] };
  }

  async *#pieces(heard: readonly string[], tools: number, signal: AbortSignal): AsyncGenerator<Piece> {
    const last = heard.at(-1) ?? '';
    yield { kind: 'text', delta: 'heard ' };
    yield { kind: 'text', delta: `${heard.join('|')} with ${tools} tools` };
    if (last === 'boom') throw new Error('the model broke');
    if (last === 'hang') {
      this.hanging.resolve();
      signal.addEventListener('abort', () => this.cancelled.resolve(), { once: true });
      await abortable(new Promise(() => {}), signal);
    }
    const held = /^hold (.+)$/.exec(last)?.[1];
    if (held !== undefined) {
      this.begun.push(held);
      await abortable(this.#hold(held).promise, signal);
    }
    const calls = Number(/^call (\d+)$/.exec(last)?.[1] ?? 0);
    for (let index = 0; index < calls; index++)
      yield { kind: 'call', callId: `call_${index}`, name: 'look', arguments: `{"at":${index}}` };
  }

  #hold(name: string): Deferred<void> {
    const held = this.#held.get(name) ?? new Deferred<void>();
    this.#held.set(name, held);
    return held;
  }
}
