import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { JsonObject } from './model.ts';

/** Says that the rest is ours, and how it is written. */
const mark = 'whetstone-packed-1.';
/** Bytes of what may come out. */
const maxUnpacked = 64 * 1024 * 1024;

const itemsSchema = z.array(z.looseObject({}));

/**
 * Items in a text of a few percent of their size. Nothing is left out and nothing is secret: it holds what the asker sent, and
 * whoever has the text can read it.
 */
export function pack(items: readonly JsonObject[]): string {
  return mark + deflateRawSync(JSON.stringify(items)).toString('base64url');
}

export function isPacked(text: string): boolean {
  return text.startsWith(mark);
}

/** Undefined when the text is damaged or holds more than anybody means. */
export function unpack(text: string): readonly JsonObject[] | undefined {
  try {
    const bytes = Buffer.from(text.slice(mark.length), 'base64url');
    const json = inflateRawSync(bytes, { maxOutputLength: maxUnpacked }).toString('utf8');
    return z.safeParse(itemsSchema, JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
