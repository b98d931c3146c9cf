import type { TurnMeter } from '../../src/responses/turn.ts';

/** The meter of a small turn that sent one new item over an open connection. */
export const exampleMeter: TurnMeter = {
  turn: 1,
  bytesUp: 100,
  bytesDown: 10,
  itemsUp: 1,
  bytesUpIfFull: 100,
  bytesUpOverhead: 9,
  isFull: false,
  modelMs: 1,
  waitModelMs: 1,
  wireMs: 0,
  transport: 'webSocket',
  handshakes: 1,
  reconnects: 0,
  resends: 0,
  httpResends: 0,
  itemsResent: 0,
};
