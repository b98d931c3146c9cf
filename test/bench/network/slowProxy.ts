/** A TCP proxy on a thread of its own that makes loopback as far and as narrow as a line; it does not look inside. */
import { connect, createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** Times in ms, rates in bits a second. */
export interface Line {
  readonly roundTripMs: number;
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
}

export interface SlowProxyInput extends Line {
  /** A port on loopback. */
  readonly target: number;
}

const { target, roundTripMs, upBitsPerSecond, downBitsPerSecond } = workerData as SlowProxyInput;
/** Bytes under way in one direction of one connection before it stops reading. */
const window = 4 * 1024 * 1024;

/** The sending side of the line is shared by all connections, as a real one is. */
class Lane {
  readonly #bytesPerMs: number;
  #freeAt = 0;

  constructor(bitsPerSecond: number) {
    this.#bytesPerMs = bitsPerSecond / 8 / 1_000;
  }

  /** When the last of so many bytes, given now, reaches the other end. */
  arrivalOf(bytes: number, notBefore: number): number {
    const start = Math.max(performance.now(), this.#freeAt, notBefore);
    this.#freeAt = start + bytes / this.#bytesPerMs;
    return this.#freeAt + roundTripMs / 2;
  }
}

const up = new Lane(upBitsPerSecond);
const down = new Lane(downBitsPerSecond);

/** Acts at their times and in their order, also when their times have passed already. */
class Schedule {
  readonly #waiting: { readonly time: number; readonly act: () => void }[] = [];

  add(time: number, act: () => void): void {
    this.#waiting.push({ time, act });
    if (this.#waiting.length === 1) this.#pump();
  }

  #pump(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const left = next.time - performance.now();
      // Timers of whole milliseconds alone would make every line a little longer.
      if (left > 2) return void setTimeout(() => this.#pump(), left - 2);
      if (left > 0) return void setImmediate(() => this.#pump());
      next.act();
      this.#waiting.shift();
    }
  }
}

/** Sends on what comes in, late. `notBefore` is when the connection would have been open. */
function carry(from: Socket, to: Socket, lane: Lane, notBefore: number): void {
  const schedule = new Schedule();
  let underWay = 0;
  from.on('data', (bytes: Buffer) => {
    underWay += bytes.length;
    if (underWay > window) from.pause();
    schedule.add(lane.arrivalOf(bytes.length, notBefore), () => {
      underWay -= bytes.length;
      if (underWay <= window) from.resume();
      if (to.writable) to.write(bytes);
    });
  });
  from.on('end', () => schedule.add(lane.arrivalOf(0, notBefore), () => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => schedule.add(lane.arrivalOf(0, notBefore), () => to.end()));
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
  // Loopback opens a connection at once; over a line that takes a round trip.
  const openAt = performance.now() + roundTripMs;
  const endpoint = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  carry(client, endpoint, up, openAt);
  carry(endpoint, client, down, openAt);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') parentPort?.postMessage(address.port);
});
