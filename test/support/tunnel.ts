import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy on loopback that does nothing but tunnel (`CONNECT`); records where to, and every byte that it was given. */
export class Tunnel {
  readonly targets: string[] = [];
  /** True: everybody is asked for a login, and nobody has one. */
  needsLogin = false;
  /** When set, what everybody is answered with in place of a tunnel. */
  refusal: { readonly status: number; readonly body: string } | 'close' | undefined;
  readonly #seen: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((_request, response) => response.writeHead(405).end());
    this.#server.on('connect', (request, near, head) => {
      const { host = '' } = request.headers;
      this.targets.push(host);
      this.#seen.push(Buffer.from(JSON.stringify(request.headers)));
      if (this.needsLogin) {
        near.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      if (this.refusal === 'close') {
        near.destroy();
        return;
      }
      if (this.refusal !== undefined) {
        const { status, body } = this.refusal;
        near.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        return;
      }
      const [name = '', port] = (request.url ?? '').split(':');
      const far = connect(Number(port), name, () => {
        near.write('HTTP/1.1 200 Connected\r\n\r\n');
        far.write(head);
        near.pipe(far).pipe(near);
      });
      near.on('data', (bytes: Buffer) => this.#seen.push(bytes));
      for (const socket of [near, far]) socket.on('error', () => far.destroy());
    });
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
  }

  static async start(): Promise<Tunnel> {
    const tunnel = new Tunnel();
    await new Promise<void>((resolve) => tunnel.#server.listen(0, '127.0.0.1', resolve));
    return tunnel;
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** True when these words went through in clear. */
  hasSeen(words: string): boolean {
    return Buffer.concat(this.#seen).includes(words);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
