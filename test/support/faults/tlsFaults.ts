import { cutAt, sliced } from './byteFaults.ts';
import type { Fault } from './fault.ts';
import type { Disturbance } from './faultProxy.ts';
import type { Random } from './random.ts';

/** Bytes that a handshake and the conversation after it move at least, so that random places are inside them. */
const leastBytesDown = 7_000;
const leastBytesUp = 3_500;
const handshakeBytes = 1_200;

/** Faults below TLS, where nothing that was changed can pass for what was sent. */
export const tlsFaults: readonly Fault[] = [
  { ...overTls('nothing', () => ({})), isPatient: true },
  overTls('cut at a random byte coming down', (random) => ({
    onBytesDown: cutAt(random.between(1, leastBytesDown), random.isHeads(), (bytes, link) => link.toClient(bytes)),
  })),
  overTls('cut at a random byte going up', (random) => ({
    onBytesUp: cutAt(random.between(1, leastBytesUp), random.isHeads(), (bytes, link) => link.toServer(bytes)),
  })),
  overTls('cut in the handshake', (random) => ({
    onBytesDown: cutAt(random.between(1, handshakeBytes), random.isHeads(), (bytes, link) => link.toClient(bytes)),
  })),
  overTls('a changed byte coming down', (random) => {
    const change = changing(random.between(1, leastBytesDown), random.between(1, 255));
    return { onBytesDown: (bytes, link) => link.toClient(change(bytes)) };
  }),
  overTls('a changed byte going up', (random) => {
    const change = changing(random.between(1, leastBytesUp), random.between(1, 255));
    return { onBytesUp: (bytes, link) => link.toServer(change(bytes)) };
  }),
  { ...overTls('one byte at a time', (random) => sliced(() => random.between(1, 5))), isPatient: true },
];

function overTls(name: string, plan: (random: Random) => Disturbance): Fault {
  return {
    name: `TLS: ${name}`,
    isSecure: true,
    plan(random) {
      const disturbance = plan(random);
      return () => disturbance;
    },
  };
}

/** Changes byte `place`, counted from 1, in some of its bits. */
function changing(place: number, bits: number): (bytes: Buffer) => Buffer {
  let passed = 0;
  return (bytes) => {
    const index = place - passed - 1;
    passed += bytes.length;
    if (index < 0 || index >= bytes.length) return bytes;
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ bits;
    return changed;
  };
}
