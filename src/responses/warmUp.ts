import { abortable, isAbortError } from '../util/abort.ts';
import type { InputItem } from './items.ts';
import { requestText, toWireItem } from './requestFormat.ts';
import { ResponseStream } from './responseStream.ts';
import type { TurnSettings } from './turn.ts';
import type { AsideCost } from './turnRecorder.ts';
import type { TurnParts } from './turnRun.ts';

export interface WarmUpResult {
  /** The first turn continues what was prepared. */
  readonly isWarm: boolean;
  /** The endpoint answered, but not in the way that was asked for: it will not next time either. */
  readonly isRefused: boolean;
  readonly cost?: AsideCost;
}

const cold: WarmUpResult = { isWarm: false, isRefused: false };

/**
 * Has the endpoint read these items ahead of the first turn (`generate: false`). Never rejects. When the signal fires, or the
 * connection is not a WebSocket, nothing is prepared.
 */
export async function warmUp(
  { chain, dialer, format, limits, pace, route }: TurnParts,
  items: readonly InputItem[],
  settings: TurnSettings,
  signal: AbortSignal,
): Promise<WarmUpResult> {
  try {
    await abortable(route.preconnect(), signal);
  } catch (error) {
    if (isAbortError(error)) return cold;
    throw error;
  }
  const connection = dialer.current;
  if (connection === undefined || items.length === 0) return cold;
  const fixed = format.fixedPart(settings);
  const wireItems = items.map(toWireItem);
  const { text, bytes } = requestText({ ...fixed, head: `${fixed.head},"generate":false` }, wireItems, undefined);
  const stream = new ResponseStream(
    connection,
    limits,
    () => {},
    () => pace.now(),
  );
  if (!stream.start(text, signal)) return cold;
  const record = await stream.ended;
  const cost = { bytesUp: bytes + ',"generate":false'.length, record };
  const { ending } = record;
  if (ending.kind !== 'completed') return { isWarm: false, isRefused: ending.kind === 'refused', cost };
  // Output that nobody asked for would be part of what is continued, and nobody knows of it.
  if (ending.responseId === undefined || ending.output.length > 0) return { isWarm: false, isRefused: true, cost };
  chain.prepare(wireItems, { responseId: ending.responseId, connection, settingsKey: fixed.key });
  return { isWarm: true, isRefused: false, cost };
}
