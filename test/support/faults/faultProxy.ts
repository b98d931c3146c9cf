import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { FrameReader, opcodes, type ServerFrame } from './frames.ts';

/** What disturbs the connections of one run. What it does not define passes untouched. */
export interface Disturbance {
  /** Sees every connection before the server does; true when it takes the connection over, and the server never sees it. */
  onConnect?(link: Link): boolean;
  /** Sees what the client sends. */
  onBytesUp?(bytes: Buffer, link: Link): void;
  /** Sees what the server sends. */
  onBytesDown?(bytes: Buffer, link: Link): void;
  /** Sees every text message of the server; its handshake and control frames pass. Not called beside `onBytesDown`. */
  onMessage?(message: ServerFrame, link: Link): void;
}

/** Chooses what disturbs a connection; connections count from 1. */
export type Disturb = (connection: number) => Disturbance;

/** A TCP proxy on loopback that lets a disturbance at the bytes and frames between a client and a WebSocket server. */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly links: Link[] = [];

  private constructor(target: number, disturb: Disturb) {
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (socket) => {
      const number = this.links.length + 1;
      this.links.push(new Link(socket, this.#target, disturb(number), number));
    });
  }

  /** `target` is a port on loopback. */
  static async start(target: number, disturb: Disturb): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, disturb);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  /** Connections that the client has not given up. */
  get held(): readonly Link[] {
    return this.links.filter((link) => !link.isLeft);
  }

  /** Cuts what is left; resolves when the port is free. */
  async stop(): Promise<void> {
    for (const link of this.links) link.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection of a client, and what can be done to it. */
export class Link {
  /** Counts connections from 1. */
  readonly number: number;
  readonly client: Socket;
  readonly server: Socket | undefined;
  #isFrozen = false;
  #isLeft = false;

  constructor(client: Socket, target: number, disturbance: Disturbance, number: number) {
    this.number = number;
    this.client = client;
    // Who is cut off in the middle reports an error; what matters is that it ended.
    client.on('error', () => undefined);
    client.on('close', () => {
      this.#isLeft = true;
      this.server?.destroy();
    });
    if (disturbance.onConnect?.(this) === true) return;
    this.server = connect({ port: target, host: '127.0.0.1', noDelay: true });
    this.#forward(this.server, disturbance);
  }

  /** True when the client has closed its end, or it was closed for it. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** Bytes that left for the client; the system's own buffers hold a few of them. */
  get bytesTaken(): number {
    return this.client.bytesWritten - this.client.writableLength;
  }

  toClient(bytes: Buffer): void {
    if (!this.#isFrozen && this.client.writable) this.client.write(bytes);
  }

  toServer(bytes: Buffer): void {
    if (!this.#isFrozen && this.server?.writable === true) this.server.write(bytes);
  }

  /** Ends both sides; what was written still arrives. */
  end(): void {
    this.client.end();
    this.server?.destroy();
  }

  /** Drops both sides without waiting for what was written. */
  cut(): void {
    this.client.destroy();
    this.server?.destroy();
  }

  /** Sends a TCP reset to the client. */
  reset(): void {
    this.client.resetAndDestroy();
    this.server?.destroy();
  }

  /** Half open: nothing passes any more, and nobody is told. */
  freeze(): void {
    this.#isFrozen = true;
  }

  #forward(server: Socket, disturbance: Disturbance): void {
    server.on('error', () => undefined);
    server.on('close', () => {
      if (!this.#isFrozen) this.client.end();
    });
    this.client.on('data', (bytes: Buffer) => {
      if (disturbance.onBytesUp === undefined) this.toServer(bytes);
      else disturbance.onBytesUp(bytes, this);
    });
    if (disturbance.onMessage === undefined || disturbance.onBytesDown !== undefined) {
      server.on('data', (bytes: Buffer) => {
        if (disturbance.onBytesDown === undefined) this.toClient(bytes);
        else disturbance.onBytesDown(bytes, this);
      });
      return;
    }
    const reader = new FrameReader();
    server.on('data', (bytes: Buffer) => {
      const { head, frames } = reader.read(bytes);
      if (head !== undefined) this.toClient(head);
      for (const one of frames) {
        if (one.opcode === opcodes.text) disturbance.onMessage?.(one, this);
        else this.toClient(one.raw);
      }
    });
  }
}
