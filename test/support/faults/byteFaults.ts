import { setImmediate as nextTick } from 'node:timers/promises';
import type { Disturbance, Link } from './faultProxy.ts';

/** Passes bytes on until `place`, counted from 1 over all connections, and ends that connection there. */
export function cutAt(
  place: number,
  isReset: boolean,
  pass: (bytes: Buffer, link: Link) => void,
): (bytes: Buffer, link: Link) => void {
  let passed = 0;
  return (bytes, link) => {
    const isHere = passed < place && passed + bytes.length >= place;
    pass(isHere ? bytes.subarray(0, place - passed) : bytes, link);
    passed += bytes.length;
    if (!isHere) return;
    if (isReset) link.reset();
    else link.end();
  };
}

/** Everything that comes down arrives in pieces of these sizes, in bytes. */
export function sliced(size: () => number): Disturbance {
  const queues = new WeakMap<Link, Promise<void>>();
  const send = async (bytes: Buffer, link: Link): Promise<void> => {
    for (let at = 0; at < bytes.length;) {
      const next = at + size();
      link.toClient(bytes.subarray(at, next));
      at = next;
      await nextTick();
    }
  };
  return {
    onBytesDown: (bytes, link) =>
      void queues.set(
        link,
        (queues.get(link) ?? Promise.resolve()).then(() => send(bytes, link)),
      ),
  };
}
