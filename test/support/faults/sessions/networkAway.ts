import { Agent } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Exchange } from '../../scriptedServer.ts';
import type { SessionRig } from './sessionRig.ts';
import { goneFrom, turns, waitedAtLeast, waitedAtMost, type SessionClass, type SessionFault } from './sessionPlan.ts';

const moments = ['between two requests', 'at a request', 'in the middle of an answer'] as const;
type Moment = (typeof moments)[number];

/** Lets `leave` happen at that moment of request `at`. */
function leaving(
  moment: Moment,
  at: number,
  leave: (rig: SessionRig) => void,
): (exchange: Exchange, count: number, play: () => void, rig: SessionRig) => void {
  return (exchange, count, play, rig) => {
    if (count !== at) return play();
    if (moment === 'between two requests') play();
    if (moment === 'in the middle of an answer') {
      exchange.created();
      exchange.text('I will');
    }
    leave(rig);
  };
}

const retry = { baseDelayMs: 250, maxDelayMs: 8_000 };

/** The endpoint ends, is refused for `awayMs`, and listens again. */
const refused: readonly SessionFault[] = moments.map((moment) => ({
  name: `refused for 10 to 100 s, from ${moment} on`,
  plan: (random) => {
    // Between two requests there is nothing to leave after the last of them.
    const at = random.between(1, moment === 'between two requests' ? turns.close : turns.told);
    const awayMs = random.between(10, 100) * 1_000;
    return {
      expected: 'done',
      ids: random.isHeads() ? 'fixed' : 'fresh',
      client: { retry },
      answer: leaving(moment, at, (rig) => {
        rig.leave();
        const since = rig.pace.total;
        let isBack = false;
        rig.pace.onSleep = (total) => {
          if (isBack || total - since < awayMs) return;
          isBack = true;
          rig.comeBack();
        };
      }),
      check: ({ pace }) => waitedAtLeast(pace, awayMs),
    };
  },
}));

const codes = ['EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'] as const;

/** Names are not found, or nothing leads there, for `awayMs`; every connection is gone. */
const nameless: readonly SessionFault[] = codes.flatMap((code) =>
  (['at first', ...moments] as const).map((moment): SessionFault => ({
    name: `${code} for 8 to 100 s, from ${moment} on`,
    plan: (random) => {
      const at = random.between(1, moment === 'between two requests' ? turns.close : turns.told);
      const awayMs = random.between(8, 100) * 1_000;
      const state = { isAway: false };
      const lookup: LookupFunction = (_host, _options, callback) => {
        if (!state.isAway) return callback(null, [{ address: '127.0.0.1', family: 4 }]);
        callback(Object.assign(new Error(`getaddrinfo ${code}`), { code }), []);
      };
      const leave = (rig: SessionRig): void => {
        state.isAway = true;
        const since = rig.pace.total;
        for (const socket of rig.server.sockets) socket.terminate();
        rig.pace.onSleep = (total) => void (state.isAway &&= total - since < awayMs);
      };
      return {
        expected: 'done',
        client: { retry, agent: new Agent({ lookup }) },
        isNamed: true,
        prepare: (rig) => (moment === 'at first' ? leave(rig) : undefined),
        answer: moment === 'at first' ? (_exchange, _count, play) => play() : leaving(moment, at, leave),
        check: ({ pace }) => waitedAtLeast(pace, awayMs),
      };
    },
  })),
);

const others: readonly SessionFault[] = [
  {
    name: 'away for good',
    plan: (random) => {
      const at = random.between(1, turns.told);
      const maxLossMs = random.between(1, 120) * 1_000;
      return {
        ...goneFrom(at, /listens|lost/),
        client: { retry: { ...retry, maxLossMs } },
        answer: leaving('at a request', at, (rig) => rig.leave()),
        // Asked again after a loss, it waits for as long once more.
        check: ({ pace }) => waitedAtMost(pace, 3 * maxLossMs),
      };
    },
  },
  {
    name: 'a machine that wakes up',
    plan: (random) => {
      const at = random.between(1, turns.told);
      const atMs = random.between(2, 50) * 1_000;
      return {
        expected: 'done',
        client: { retry: { baseDelayMs: 60_000, maxDelayMs: 60_000, maxLossMs: 70_000 } },
        answer: leaving('at a request', at, (rig) => {
          rig.leave();
          let isAwake = false;
          rig.pace.onSleep = (total) => {
            if (isAwake || total < atMs) return;
            isAwake = true;
            rig.comeBack();
            return 3_600_000;
          };
        }),
      };
    },
  },
  {
    name: 'Stop while it is away',
    plan: (random) => ({
      expected: 'stopped',
      client: { retry },
      answer: leaving('at a request', random.between(turns.test, turns.close), (rig) => {
        rig.leave();
        rig.pace.onSleep = (total) => (total > 3_000 ? rig.stop.abort() : undefined);
      }),
    }),
  },
];

/** The network, or the endpoint, is away for longer than seconds. */
export const networkAway: SessionClass = { name: 'network away', faults: [...refused, ...nameless, ...others] };
