import type { TransportChoice } from '../../../src/responses/fallback.ts';
import type { Disturb, Disturbance, Link } from './faultProxy.ts';
import type { ServerFrame } from './frames.ts';
import { isTerminal } from './messages.ts';
import type { Random } from './random.ts';

/** One way in which a connection goes wrong. */
export interface Fault {
  readonly name: string;
  /** What the client may go over; the choice is its own where this is absent. */
  readonly transport?: TransportChoice;
  /** True: TLS between the client and what disturbs it. */
  readonly isSecure?: boolean;
  /** True where nothing is lost, at most slow: then no short time-out may be the reason for anything either. */
  readonly isPatient?: boolean;
  /** True where nobody could get through without HTTP. */
  readonly needsHttp?: boolean;
  /** How many of it a run must survive; `at` is the message of the run, counted from 0, at which it happens. */
  plan(random: Random, at: number): Disturb;
}

type Act = (message: ServerFrame, link: Link) => void;

/** The same on every connection. */
export function fault(name: string, plan: (random: Random, at: number) => Disturbance): Fault {
  return {
    name,
    plan(random, at) {
      const disturbance = plan(random, at);
      return () => disturbance;
    },
  };
}

/** Acts once, on message `at` of the run in place of passing it on. */
export function atMessage(at: number, act: Act): Disturbance {
  let seen = 0;
  return {
    onMessage(message, link) {
      if (seen++ === at) act(message, link);
      else link.toClient(message.raw);
    },
  };
}

/** Acts once, on message `at` of the run, and keeps from the client what the server goes on to say of that response. */
export function insteadOfRest(at: number, act: Act): Disturbance {
  let seen = 0;
  let swallowing: Link | undefined;
  const held: Buffer[] = [];
  return {
    // A server that has ended a response by an error is free for the next request; ours is once it has said everything.
    onBytesUp(bytes, link) {
      if (link === swallowing) held.push(bytes);
      else link.toServer(bytes);
    },
    onMessage(message, link) {
      const isNow = seen++ === at;
      if (isNow) act(message, link);
      else if (link !== swallowing) link.toClient(message.raw);
      if (!isNow && link !== swallowing) return;
      swallowing = isTerminal(message.payload) ? undefined : link;
      if (swallowing === undefined) for (const bytes of held.splice(0)) link.toServer(bytes);
    },
  };
}

/** Acts on every message from `at` on. */
export function fromMessage(at: number, act: Act): Disturbance {
  let seen = 0;
  return {
    onMessage(message, link) {
      if (seen++ >= at) act(message, link);
      else link.toClient(message.raw);
    },
  };
}

/** The first connection suffers one fault, the second another; later ones work. */
export function inSequence(first: Disturb, second: Disturb): Disturb {
  return (connection) => (connection === 1 ? first(1) : connection === 2 ? second(2) : {});
}
