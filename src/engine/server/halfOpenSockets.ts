import type { Duplex } from 'node:stream';

/** Sockets that have not said yet what they want: few at a time, and not for long. */
export class HalfOpenSockets {
  readonly #limit: number;
  readonly #limitMs: number;
  readonly #timers = new Map<Duplex, NodeJS.Timeout>();

  constructor(limit: number, limitMs: number) {
    this.#limit = limit;
    this.#limitMs = limitMs;
  }

  get size(): number {
    return this.#timers.size;
  }

  add(socket: Duplex): void {
    // The newest is the likeliest to be about to speak.
    const [oldest] = this.#timers.keys();
    if (oldest && this.#timers.size >= this.#limit) {
      this.remove(oldest);
      oldest.destroy();
    }
    this.#timers.set(
      socket,
      setTimeout(() => socket.destroy(), this.#limitMs),
    );
    socket.once('close', () => this.remove(socket));
  }

  remove(socket: Duplex): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }

  dispose(): void {
    for (const socket of [...this.#timers.keys()]) this.remove(socket);
  }
}
