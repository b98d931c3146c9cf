import { readFile, stat } from 'node:fs/promises';
import { parseRecording } from '../agent/recording/lines.ts';
import { Replay } from '../agent/replay/replay.ts';
import { startReplayServer } from '../engine/server/replayServer.ts';
import { WebSocketResponsesClient } from '../responses/client.ts';
import type { ReplayArguments } from './wireArguments.ts';
import { exitCodes } from './exitCodes.ts';
import type { Terminal } from './terminal.ts';

const maxBytes = 256 * 1024 * 1024;
const maxShown = 50;

/**
 * `whetstone replay`: the recorded endpoint on loopback against the real client and loop. Exit status 0 when the client sends what
 * was recorded, 1 when it does not, 64 when the file cannot be replayed.
 */
export async function replay({ file }: ReplayArguments, { output, messages }: Terminal): Promise<number> {
  const text = await readText(file);
  const recording = text === undefined ? undefined : parseRecording(text);
  if (recording === undefined || recording.kind === 'invalid') {
    const reason = recording?.reason ?? 'It cannot be read.';
    messages.write(`whetstone: ${file} is no recording. ${reason}\n`);
    return exitCodes.usage;
  }
  const { header, lines } = recording;
  const run = new Replay(lines);
  const problem = header.dropped > 0 ? 'Its beginning is missing.' : run.problem;
  if (problem !== undefined) {
    messages.write(`whetstone: ${file} cannot be replayed. ${problem}\n`);
    return exitCodes.usage;
  }
  const differences = await differencesOf(run);
  for (const difference of differences.slice(0, maxShown)) output.write(`${difference}\n`);
  if (differences.length > maxShown) output.write(`and ${differences.length - maxShown} more\n`);
  output.write(`${run.sent} requests, ${differences.length} differences.\n`);
  return differences.length === 0 ? exitCodes.done : exitCodes.broken;
}

/** Plays a recording over a real WebSocket. */
export async function differencesOf(run: Replay): Promise<readonly string[]> {
  const server = await startReplayServer((text) => run.answer(text));
  const client = new WebSocketResponsesClient({
    endpoint: server.baseUrl,
    bearer: () => Promise.resolve(undefined),
    include: run.include,
    transport: 'webSocket',
    retry: { baseDelayMs: 1, maxDelayMs: 10 },
  });
  try {
    await run.run(client);
    return run.differences;
  } finally {
    await client.close();
    await server.close();
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).size > maxBytes ? undefined : await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}
