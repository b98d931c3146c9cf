import type { EncodedText } from './proposal.ts';

/** Bytes read as text, or why they are not text. */
export type DecodeOutcome =
  | { readonly kind: 'text'; readonly content: EncodedText }
  | { readonly kind: 'binary' }
  | { readonly kind: 'undecodable' };

const bom = '\uFEFF';

/** The UTF-8 bytes of a text, byte order mark included, or those of a file that is none; the inverse of `contentOf` for well-formed text. */
export function encodeText({ text, hasBom, base64 }: EncodedText): Buffer {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return Buffer.from(hasBom ? bom + text : text, 'utf8');
}

/** Reads UTF-8 strictly: a NUL makes it binary; UTF-16 and malformed bytes are undecodable. */
export function decodeBytes(bytes: Uint8Array): DecodeOutcome {
  if (hasUtf16Mark(bytes)) return { kind: 'undecodable' };
  if (bytes.includes(0)) return { kind: 'binary' };
  const text = decodeStrictly(bytes);
  return text === undefined ? { kind: 'undecodable' } : { kind: 'text', content: splitBom(text) };
}

/** Any bytes: as text where they are UTF-8, as they are otherwise. */
export function contentOf(bytes: Uint8Array): EncodedText {
  const decoded = decodeBytes(bytes);
  if (decoded.kind === 'text') return decoded.content;
  return { text: '', hasBom: false, base64: Buffer.from(bytes).toString('base64') };
}

/** Keeps a leading byte order mark apart from the text. */
export function splitBom(text: string): EncodedText {
  return text.startsWith(bom) ? { text: text.slice(1), hasBom: true } : { text, hasBom: false };
}

/** True when the text survives being written as UTF-8 and read again: no NUL, no half of a surrogate pair. */
export function isWritable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
