import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { Budget } from '../../../src/agent/limits.ts';
import { runLoop, type LoopEnding } from '../../../src/agent/loop.ts';
import { toolResult, type Tool } from '../../../src/agent/tool.ts';
import { ToolTable } from '../../../src/agent/toolCall.ts';
import { userMessage, type InputItem } from '../../../src/responses/items.ts';
import type { TurnOutcome } from '../../../src/responses/turn.ts';
import { defineTool } from '../../../src/tools/defineTool.ts';
import { within } from '../../../src/util/abort.ts';
import { jsonString, strictObject } from '../../../src/tools/arguments.ts';
import { ScriptedServer } from '../scriptedServer.ts';
import type { Fault } from './fault.ts';
import { effects, faultModel } from './faultModel.ts';
import { FaultProxy } from './faultProxy.ts';
import { Random } from './random.ts';
import { frontCertificate, TlsFront } from './tlsFront.ts';
import { RecordingClient, type RecordedTurn } from './recordingClient.ts';

/** How a run under a fault went. `broken` names every promise that it broke; none in a good run. */
export interface FaultReport {
  readonly fault: string;
  readonly seed: number;
  readonly at: number;
  readonly turns: readonly RecordedTurn[];
  /** Loops until everything was done: 1 when the agent needed nobody to ask it again. */
  readonly loops: number;
  readonly broken: readonly string[];
  /** It came to no end, or took longer than any may. */
  readonly isHung: boolean;
  /** Something was done twice. */
  readonly isDoubled: boolean;
}

/** No turn may take longer, in ms; the time-outs below add up to much less, and the rest is for a busy machine. */
export const turnLimitMs = 10_000;
/** Short, so that a run is; each of them is reached by some fault. */
const clientOptions = {
  handshakeTimeoutMs: 400,
  closeTimeoutMs: 200,
  pingIntervalMs: 80,
  pongTimeoutMs: 240,
  noEventTimeoutMs: 600,
  maxPayload: 1024 * 1024,
  maxResponseBytes: 4 * 1024 * 1024,
  retry: {
    baseDelayMs: 1,
    maxDelayMs: 8,
    maxRetryAfterMs: 50,
    maxLossMs: 400,
    maxReconnects: 3,
    maxOverloadRetries: 2,
  },
} as const;
/** What a client may take of a flood, in bytes: the limit of a response, and what the two sockets hold. */
const maxTaken = clientOptions.maxResponseBytes + 16 * 1024 * 1024;
const maxLoops = 6;
/** What has not come to an end after this time, in ms, hangs. */
const runLimitMs = 120_000;
const hung: Conversed = { loops: maxLoops, broken: ['it came to no end'], hasEnded: false };

/** Runs a whole conversation through a fault: real server, proxy, client, loop and tool. Never rejects for what goes wrong inside. */
export async function runFault(fault: Fault, seed: number, at: number): Promise<FaultReport> {
  const random = new Random(seed);
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-fault-'));
  // Endpoints that know the WebSocket need not know HTTP.
  const offersHttp = random.isHeads() || fault.transport === 'http' || fault.needsHttp === true;
  const server = await ScriptedServer.start({ script: faultModel(random), ...(offersHttp ? { http: true } : {}) });
  const front = fault.isSecure === true ? await TlsFront.start(server.port) : undefined;
  const proxy = await FaultProxy.start(front?.port ?? server.port, fault.plan(random, at));
  const endpoint = `${front === undefined ? 'http' : 'https'}://127.0.0.1:${proxy.port}/v1`;
  const client = new RecordingClient({
    ...(fault.isPatient === true ? {} : clientOptions),
    endpoint,
    bearer: async () => 'key',
    transport: fault.transport ?? 'auto',
    ...(front === undefined ? {} : { tls: { ca: (await frontCertificate()).authority } }),
  });
  const log = join(folder, 'effects.log');
  try {
    const { loops, broken, hasEnded } = (await within(converse(client, performing(log)), runLimitMs)) ?? hung;
    await client.close();
    const performed = effectsIn(await readFile(log, 'utf8').catch(() => ''));
    const found = [
      ...broken,
      ...brokenEffects(performed),
      ...client.turns.flatMap(brokenTurn),
      ...brokenRequests(server, client),
      ...(proxy.links.some(({ bytesTaken }) => bytesTaken > maxTaken) ? ['took too much of a flood'] : []),
    ];
    const isHung = !hasEnded || client.turns.some(({ ms }) => ms > turnLimitMs);
    const isDoubled = new Set(performed).size < performed.length;
    return { fault: fault.name, seed, at, turns: client.turns, loops, broken: found, isHung, isDoubled };
  } finally {
    await proxy.stop();
    await front?.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** The tool: one line in a file for every execution, the most real of effects. */
function performing(log: string): Tool {
  return defineTool({
    name: 'perform',
    description: 'Performs an effect.',
    parameters: strictObject({ effect: jsonString, id: jsonString }),
    isReadOnly: false,
    schema: z.object({ effect: z.string(), id: z.string() }),
    check: (value) => ({ ok: true, value }),
    summarize: ({ effect }) => effect,
    async execute({ effect, id }) {
      await appendFile(log, `${effect} ${id}\n`);
      return toolResult(`${effect} is done`, effect);
    },
  });
}

interface Conversed {
  readonly loops: number;
  readonly broken: readonly string[];
  readonly hasEnded: boolean;
}

/** Lets the agent work; when it ends with a named error, asks it again on the same conversation, as a person would. */
async function converse(client: RecordingClient, tool: Tool): Promise<Conversed> {
  const tools = new ToolTable([tool]);
  let items: readonly InputItem[] = [userMessage('Do everything.')];
  for (let loops = 1; loops <= maxLoops; loops++) {
    const budget = new Budget({ maxTurns: 40, maxMs: 60_000, maxTokens: 1e9 });
    const ports = { client, model: 'fault-model', tools, budget };
    const { signal } = new AbortController();
    const ending: LoopEnding = await runLoop(ports, items, () => {}, signal);
    if (ending.ending.kind === 'answered') return { loops, broken: [], hasEnded: true };
    if (ending.ending.reason.trim() === '')
      return { loops, broken: [`${ending.ending.kind} without a reason`], hasEnded: true };
    if (ending.ending.kind !== 'failed' && ending.ending.kind !== 'unreachable')
      return { loops, broken: [`ended as ${ending.ending.kind}: ${ending.ending.reason}`], hasEnded: true };
    items = ending.unsent;
  }
  return { loops: maxLoops, broken: [`not done after ${maxLoops} tries`], hasEnded: false };
}

function brokenTurn({ outcome, ms }: RecordedTurn): string[] {
  if (ms > turnLimitMs) return [`a turn took ${Math.round(ms)} ms`];
  return outcome.kind === 'aborted' ? ['a turn was aborted by nobody'] : [];
}

/** The effects that were performed, in order. */
function effectsIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line !== '');
  return lines.map((line) => line.split(' ')[0] ?? '');
}

/** Every effect once, in order, and no call twice. */
function brokenEffects(performed: readonly string[]): string[] {
  const wanted = effects.flat();
  if (performed.join() === wanted.join()) return [];
  return [`performed ${performed.join(', ')} instead of ${wanted.join(', ')}`];
}

/** What the server saw must be what the client admits. */
function brokenRequests(server: ScriptedServer, client: RecordingClient): string[] {
  const full = server.requests.filter(({ body }) => body['previous_response_id'] === undefined).length;
  return [
    ...(full - 1 > client.resends ? [`${full} full requests but ${client.resends} counted resends`] : []),
    ...server.offences.map((offence) => `the client sent a request that breaks the protocol: ${offence}`),
  ];
}

/** Kinds of endings for the table: those of a person's view. */
export function outcomeName(outcome: TurnOutcome): string {
  switch (outcome.kind) {
    case 'failed':
    case 'refused':
      return outcome.error.code;
    case 'connectionLost':
      return `connection lost ${outcome.phase === 'midway' ? 'midway' : 'before anything'}`;
    case 'unreachable':
      return `unreachable: ${outcome.cause}`;
    case 'timedOut':
      return 'timed out';
    default:
      return outcome.kind;
  }
}
