/** WebSocket frames as bytes (RFC 6455), for what no library would send. */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One frame of the server as it came. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** The frame with its header. */
  readonly raw: Buffer;
}

export interface FrameShape {
  readonly opcode?: number;
  readonly isFinal?: boolean;
  /** Bits that no extension of ours uses. */
  readonly reserved?: number;
}

/** An unmasked frame. */
export function frame(payload: Buffer | string, shape: FrameShape = {}): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([frameHeader(bytes.length, shape), bytes]);
}

/** The header of an unmasked frame of this many bytes. */
export function frameHeader(
  size: number,
  { opcode = opcodes.text, isFinal = true, reserved = 0 }: FrameShape = {},
): Buffer {
  const first = Buffer.of((isFinal ? 0x80 : 0) | (reserved << 4) | opcode);
  if (size < 126) return Buffer.concat([first, Buffer.of(size)]);
  const length = Buffer.alloc(size < 65_536 ? 3 : 9);
  length[0] = size < 65_536 ? 126 : 127;
  if (size < 65_536) length.writeUInt16BE(size, 1);
  else length.writeBigUInt64BE(BigInt(size), 1);
  return Buffer.concat([first, length]);
}

/** A close frame with this code, which need not be one that may be sent; without a code its body is empty. */
export function closeFrame(code?: number, reason = ''): Buffer {
  if (code === undefined) return frame('', { opcode: opcodes.close });
  return frame(Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)]), { opcode: opcodes.close });
}

/** Cuts the bytes that a server sends into its HTTP answer and its frames; bytes of an unfinished one are kept. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #mode: 'head' | 'frames' | 'plain' = 'head';

  /** What is complete now. `head` is what is not frames: the HTTP answer, and everything when it is no upgrade. */
  read(chunk: Buffer): { readonly head?: Buffer; readonly frames: readonly ServerFrame[] } {
    if (this.#mode === 'plain') return { head: chunk, frames: [] };
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const head = this.#mode === 'head' ? this.#readHead() : undefined;
    const frames: ServerFrame[] = [];
    for (let next = this.#readFrame(); next !== undefined; next = this.#readFrame()) frames.push(next);
    return head === undefined ? { frames } : { head, frames };
  }

  #readHead(): Buffer | undefined {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    this.#mode = /^HTTP\/1\.1 101 /.test(this.#rest.toString('latin1', 0, 16)) ? 'frames' : 'plain';
    return this.#take(this.#mode === 'plain' ? this.#rest.length : end + 4);
  }

  #readFrame(): ServerFrame | undefined {
    const rest = this.#rest;
    if (this.#mode !== 'frames' || rest.length < 2) return undefined;
    const short = (rest[1] ?? 0) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) return undefined;
    const size = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
    if (rest.length < start + size) return undefined;
    const raw = this.#take(start + size);
    return { opcode: (raw[0] ?? 0) & 0x0f, payload: raw.subarray(start), raw };
  }

  #take(size: number): Buffer {
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return taken;
  }
}
