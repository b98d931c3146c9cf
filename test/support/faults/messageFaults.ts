import { atMessage, fault, fromMessage, insteadOfRest, type Fault } from './fault.ts';
import type { Disturbance, Link } from './faultProxy.ts';
import { frame, frameHeader, opcodes, type ServerFrame } from './frames.ts';
import { isTerminal, malformedEvents, unknownEvents } from './messages.ts';
import type { Random } from './random.ts';

/** Faults of what the endpoint says. */
export const messageFaults: readonly Fault[] = [
  fault('duplicated event', (_random, at) =>
    atMessage(at, ({ raw }, link) => {
      link.toClient(raw);
      link.toClient(raw);
    }),
  ),
  fault('everything twice', () =>
    fromMessage(0, ({ raw }, link) => {
      link.toClient(raw);
      link.toClient(raw);
    }),
  ),
  fault('two events swapped', (_random, at) => swapped(at)),
  fault('a response in random order', (random, at) => shuffled(at, random)),
  fault('lost event', (_random, at) => atMessage(at, () => undefined)),
  fault('an old event again', (random, at) => repeated(at, random.between(1, 12))),
  fault('unknown events', (random) =>
    fromMessage(0, ({ raw }, link) => {
      link.toClient(random.pick(unknownEvents));
      link.toClient(raw);
    }),
  ),
  fault('messages that are no JSON', (random) =>
    fromMessage(0, ({ raw }, link) => {
      link.toClient(frame(random.isHeads() ? 'ping' : ''));
      link.toClient(raw);
    }),
  ),
  fault('an end under another name', () =>
    fromMessage(0, ({ raw, payload }, link) => {
      const text = payload.toString('utf8');
      if (!isTerminal(payload)) return link.toClient(raw);
      link.toClient(frame(text.replace(/"id":"resp_(\d+)"/, '"id":"other_$1"')));
    }),
  ),
  fault('malformed event', (random, at) => {
    const malformed = random.pick(malformedEvents);
    return atMessage(at, ({ raw }, link) => {
      link.toClient(malformed);
      link.toClient(raw);
    });
  }),
  ...(
    [
      ['binary frame', (message) => frame(message.payload, { opcode: opcodes.binary })],
      ['frame with reserved bits', (message) => frame(message.payload, { reserved: 4 })],
      ['frame of an unknown kind', (message) => frame(message.payload, { opcode: 5 })],
      ['continuation of nothing', (message) => frame(message.payload, { opcode: opcodes.continuation })],
      ['masked frame', ({ raw }) => Buffer.concat([raw.subarray(0, 1), Buffer.of(0x80 | 4), Buffer.alloc(8)])],
      ['control frame that is too long', () => frame('x'.repeat(126), { opcode: opcodes.ping })],
      ['invalid UTF-8', (message) => frame(Buffer.concat([message.payload, Buffer.of(0xc3, 0x28)]))],
    ] as const satisfies readonly (readonly [string, (message: ServerFrame) => Buffer])[]
  ).map(([name, bytes]) =>
    fault(name, (_random, at) => atMessage(at, (message, link) => link.toClient(bytes(message)))),
  ),
  fault('broken frame header', (random, at) =>
    atMessage(at, ({ raw }, link) => {
      const broken = Buffer.from(raw);
      broken[random.between(0, 3)] = random.between(0, 255);
      link.toClient(broken);
    }),
  ),
  fault('split inside characters', (random) =>
    fromMessage(0, ({ payload }, link) => {
      for (const piece of fragments(payload, random)) link.toClient(piece);
    }),
  ),
  fault('frame of 100 MB', (_random, at) =>
    insteadOfRest(at, (_message, link) => {
      link.toClient(frameHeader(hugeBytes));
      pour(link, () => filler);
    }),
  ),
  fault('100 MB in fragments', (_random, at) =>
    insteadOfRest(at, (_message, link) => {
      link.toClient(frame(filler, { isFinal: false }));
      pour(link, () => frame(filler, { opcode: opcodes.continuation, isFinal: false }));
    }),
  ),
  fault('100 MB in many messages', (_random, at) =>
    insteadOfRest(at, (_message, link) => {
      const delta = frame(`{"type":"response.output_text.delta","delta":"${'x'.repeat(60_000)}"}`);
      pour(link, () => delta);
    }),
  ),
];

/** Parts of one frame of 100 MB, and of as much in other forms. */
const hugeBytes = 100 * 1024 * 1024;
const filler = Buffer.alloc(64 * 1024, 'x');

/** Writes until the client has had enough, or 100 MB are through; waits whenever it does not read. */
function pour(link: Link, next: () => Buffer): void {
  let poured = 0;
  const more = (): void => {
    while (poured < hugeBytes && link.client.writable) {
      const bytes = next();
      poured += bytes.length;
      if (!link.client.write(bytes)) return void link.client.once('drain', more);
    }
  };
  more();
}

function swapped(at: number): Disturbance {
  let held: ServerFrame | undefined;
  let seen = 0;
  return {
    onMessage(message, link) {
      if (seen++ === at) {
        held = message;
        return;
      }
      link.toClient(message.raw);
      if (held !== undefined) link.toClient(held.raw);
      held = undefined;
    },
  };
}

/** The messages of one response, its end included, in another order: of the first that begins after message `at`. */
function shuffled(at: number, random: Random): Disturbance {
  const held: ServerFrame[] = [];
  let seen = 0;
  let stage: 'before' | 'next' | 'now' | 'after' = 'before';
  return {
    onMessage(message, link) {
      if (stage === 'next') stage = 'now';
      if (seen++ >= at && stage === 'before' && isTerminal(message.payload)) stage = 'next';
      if (stage !== 'now') return link.toClient(message.raw);
      held.splice(random.between(0, held.length), 0, message);
      if (!isTerminal(message.payload)) return;
      stage = 'after';
      for (const one of held.splice(0)) link.toClient(one.raw);
    },
  };
}

/** Message `at` comes once more, before the one that is `distance` later: in another response, or before its beginning. */
function repeated(at: number, distance: number): Disturbance {
  let old: ServerFrame | undefined;
  let seen = 0;
  return {
    onMessage(message, link) {
      if (seen === at) old = message;
      if (seen++ === at + distance && old !== undefined) link.toClient(old.raw);
      link.toClient(message.raw);
    },
  };
}

/** The message as fragments that end anywhere, inside characters too. */
function fragments(payload: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < payload.length;) {
    const next = Math.min(payload.length, at + random.between(1, 7));
    const opcode = at === 0 ? opcodes.text : opcodes.continuation;
    pieces.push(frame(payload.subarray(at, next), { opcode, isFinal: next === payload.length }));
    at = next;
  }
  return pieces;
}
