import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { makeLoopbackCertificate, type LoopbackCertificate } from '../certificates.ts';

let certificate: Promise<LoopbackCertificate> | undefined;

/** The certificate of all fronts of this process. */
export function frontCertificate(): Promise<LoopbackCertificate> {
  return (certificate ??= makeLoopbackCertificate());
}

/** Takes TLS off, in front of a server on loopback that knows none. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number, { certificate: cert, privateKey: key }: LoopbackCertificate) {
    this.#server = createServer({ cert, key, noDelay: true }, (secure) => {
      const plain = connect({ port: target, host: '127.0.0.1', noDelay: true });
      for (const socket of [secure, plain]) {
        this.#sockets.add(socket);
        // What is broken on purpose breaks here as well.
        socket.on('error', () => undefined);
        socket.on('close', () => {
          secure.destroy();
          plain.destroy();
        });
      }
      secure.pipe(plain).pipe(secure);
    });
    this.#server.on('tlsClientError', () => undefined);
  }

  static async start(target: number): Promise<TlsFront> {
    const front = new TlsFront(target, await frontCertificate());
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return address.port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
