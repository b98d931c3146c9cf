import type { Prices } from '../agent/cost.ts';
import {
  parseHostedTools,
  parsePrices,
  reasoningEfforts,
  serviceTiers,
  transports,
  verbosities,
  type ModelOptions,
} from '../agent/modelOptions.ts';
import { parseJson } from '../util/parseJson.ts';

/** How the endpoint is spoken to, and what is written of that. */
export interface WireArguments {
  readonly options: ModelOptions;
  readonly prices: Prices | undefined;
  /** Where the wire meter goes, as CSV when the name says so, else as JSON. */
  readonly meter: string | undefined;
  readonly record: string | undefined;
  readonly recordsTexts: boolean;
}

export interface ReplayArguments {
  readonly kind: 'replay';
  readonly file: string;
}

/** The options, as they were typed. */
type WireValues = {
  readonly [
    Name in
      | 'transport'
      | 'effort'
      | 'verbosity'
      | 'service-tier'
      | 'hosted-tools'
      | 'prices'
      | 'meter'
      | 'rate-limit-wait'
      | 'reconnect-wait'
      | 'record'
      | 'record-texts'
  ]?: string | undefined;
};

interface Wrong {
  readonly kind: 'wrong';
  readonly message: string;
}

/** Reads them; what is wrong is said in one sentence. */
export function wireArguments(values: WireValues): WireArguments | Wrong {
  const choices = {
    transport: choice('transport', values.transport, transports),
    reasoningEffort: choice('effort', values.effort, reasoningEfforts),
    verbosity: choice('verbosity', values.verbosity, verbosities),
    serviceTier: choice('service-tier', values['service-tier'], serviceTiers),
    texts: choice('record-texts', values['record-texts'], ['yes', 'no']),
  };
  const bad = Object.values(choices).find((one) => 'kind' in one);
  if (bad && 'kind' in bad) return bad;
  const hosted = values['hosted-tools'];
  const hostedTools = hosted === undefined ? [] : parseHostedTools(parseJson(hosted));
  if (hostedTools === undefined)
    return wrong(`--hosted-tools must be a JSON array such as '["code_interpreter"]', not "${hosted}".`);
  const prices = values.prices === undefined ? undefined : parsePrices(parseJson(values.prices));
  if (values.prices !== undefined && prices === undefined)
    return wrong(
      `--prices must be JSON such as '{"input":1.25,"output":10}', per million tokens, not "${values.prices}".`,
    );
  const empty = (['meter', 'record'] as const).find((name) => values[name] === '');
  if (empty !== undefined) return wrong(`--${empty} needs the name of a file.`);
  if (values['record-texts'] !== undefined && values.record === undefined)
    return wrong('--record-texts says something of --record, which is not given.');
  const waits = { maxWaitMs: seconds('rate-limit-wait', values), maxLossMs: seconds('reconnect-wait', values) };
  const badWait = Object.values(waits).find((one) => 'kind' in one);
  if (badWait && 'kind' in badWait) return badWait;
  const picked = <T>(one: Choice<T>): T | undefined => ('kind' in one ? undefined : one.value);
  const [maxWaitMs, maxLossMs] = [picked(waits.maxWaitMs), picked(waits.maxLossMs)];
  return {
    options: {
      transport: picked(choices.transport) ?? 'auto',
      reasoningEffort: picked(choices.reasoningEffort),
      verbosity: picked(choices.verbosity),
      serviceTier: picked(choices.serviceTier),
      hostedTools,
      ...(maxWaitMs === undefined ? {} : { maxWaitMs }),
      ...(maxLossMs === undefined ? {} : { maxLossMs }),
    },
    prices,
    meter: values.meter,
    record: values.record,
    recordsTexts: picked(choices.texts) !== 'no',
  };
}

type Choice<T> = { readonly value: T | undefined } | Wrong;

function choice<const T extends string>(name: string, given: string | undefined, all: readonly T[]): Choice<T> {
  const value = all.find((one) => one === given);
  if (given !== undefined && value === undefined) return wrong(`--${name} must be ${all.join(', ')}, not "${given}".`);
  return { value };
}

function seconds(name: 'rate-limit-wait' | 'reconnect-wait', values: WireValues): Choice<number> {
  const given = values[name];
  if (given === undefined) return { value: undefined };
  if (!/^\d{1,6}$/.test(given)) return wrong(`--${name} must be whole seconds from 0 on, not "${given}".`);
  return { value: Number(given) * 1000 };
}

/** Reads the arguments of `replay`. */
export function replayArguments([file, ...more]: readonly string[]): ReplayArguments | Wrong {
  if (file === undefined || file === '' || more.length > 0) return wrong('replay needs one FILE, a recorded session.');
  return { kind: 'replay', file };
}

function wrong(message: string): Wrong {
  return { kind: 'wrong', message };
}
