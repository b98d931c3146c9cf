/** The engine's process: a server on loopback, and the analyses in a thread of their own. Started by `launchEngine`. */
import { parseArgs } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import { runAnalysisThread } from './analyst/analysisThread.ts';
import { ThreadAnalyst } from './analyst/threadAnalyst.ts';
import { createPlannerModel } from './planner/plannerConversation.ts';
import { defaultServerLimits, EngineServer } from './server/engineServer.ts';
import { createEvidenceRoute } from './server/evidenceRoute.ts';

/** The parent writes the token in one line and then holds the pipe open: when it closes, the parent is gone. */
const maxTokenLength = 512;

if (isMainThread) runEngine();
else runAnalysisThread();

function runEngine(): void {
  let received = '';
  let isStarted = false;
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    if (isStarted) return;
    received += text;
    const end = received.indexOf('\n');
    if (end === -1 && received.length <= maxTokenLength) return;
    isStarted = true;
    const token = received.slice(0, Math.max(end, 0)).trim();
    if (token === '') endWith('No token was given on standard input.');
    else void serve(token);
  });
  process.stdin.on('close', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  // Nobody reads the line that says we are ready: nobody will come.
  process.stdout.on('error', () => process.exit(0));
}

async function serve(token: string): Promise<void> {
  const analyst = new ThreadAnalyst(
    () => new Worker(import.meta.filename, { stdin: false, resourceLimits: { maxOldGenerationSizeMb: 2_048 } }),
  );
  try {
    const { ageMs, acceptsWebSockets } = readArguments();
    const server = new EngineServer({
      token,
      model: createPlannerModel(analyst),
      route: createEvidenceRoute((request, signal) => analyst.evidence(request, signal)),
      limits: { ...defaultServerLimits, ageMs },
      acceptsWebSockets,
    });
    const port = await server.listen();
    // The first connection comes before the thread is begun.
    process.stdout.write(`${JSON.stringify({ port })}\n`, () => setTimeout(() => analyst.warm(), 25));
  } catch (error) {
    endWith(error instanceof Error ? error.message : String(error));
  }
}

/** Throws on what no launcher sends. */
function readArguments(): { readonly ageMs: number; readonly acceptsWebSockets: boolean } {
  const { values } = parseArgs({
    options: { 'connection-age-ms': { type: 'string' }, 'no-web-sockets': { type: 'boolean' } },
  });
  const ageMs = Number(values['connection-age-ms'] ?? defaultServerLimits.ageMs);
  if (!(ageMs >= 1 && ageMs < 2 ** 31)) throw new Error('The age of a connection must be a number of milliseconds.');
  return { ageMs, acceptsWebSockets: values['no-web-sockets'] !== true };
}

function endWith(reason: string): void {
  process.stderr.write(`${reason}\n`, () => process.exit(1));
}
