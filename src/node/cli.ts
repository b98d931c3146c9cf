import { exitCodes } from './exitCodes.ts';
import { parseCliArguments, usage, type CliArguments } from './cliArguments.ts';
import { Interruption } from './interruption.ts';
import { hideCredentials } from './ownEnvironment.ts';
import { packageVersion } from './packageVersion.ts';
import { hideShapes } from '../redaction/secretShapes.ts';
import { processTerminal } from './terminal.ts';

/** The command line. Everything heavy is loaded only once the arguments ask for it. */
async function main(parsed: CliArguments): Promise<number> {
  switch (parsed.kind) {
    case 'help':
      process.stdout.write(usage);
      return exitCodes.done;
    case 'version':
      process.stdout.write(`${packageVersion()}\n`);
      return exitCodes.done;
    case 'wrong':
      process.stderr.write(`whetstone: ${parsed.message}\nSee whetstone --help.\n`);
      return exitCodes.usage;
    case 'refactor':
    case 'verify':
    case 'undo':
    case 'serve':
    case 'replay':
      return work(parsed);
  }
}

async function work(
  parsed: CliArguments & { kind: 'refactor' | 'verify' | 'undo' | 'serve' | 'replay' },
): Promise<number> {
  const farewell =
    parsed.kind === 'serve' ? '' : '\nStopping; everything that was begun is put back. Once more to end at once.\n';
  const interruption = new Interruption(exitCodes.interrupted, () => process.stderr.write(farewell));
  // Whoever read our output is gone, for example `head`: there is nobody left to work for.
  process.stdout.on('error', () => interruption.cancel());
  process.stderr.on('error', () => {});
  const {
    WHETSTONE_API_KEY: apiKey,
    WHETSTONE_UPSTREAM_KEY: upstreamKey,
    WHETSTONE_SERVE_TOKEN: token,
    ...env
  } = process.env;
  // No process that is started from here on sees a key: not in what it inherits, nor in what the system shows of us.
  if (!hideCredentials()) process.stderr.write(keysInSight);
  for (const name of ['API_KEY', 'UPSTREAM_KEY', 'SERVE_TOKEN']) delete process.env[`WHETSTONE_${name}`];
  const host = { terminal: processTerminal(env, () => interruption.interrupt()), env, apiKey };
  try {
    if (parsed.kind === 'serve') {
      const { serve } = await import('./serveCommand.ts');
      return await serve(parsed, { upstreamKey, token }, host, interruption.signal);
    }
    if (parsed.kind === 'verify')
      return await (await import('./verifyCommand.ts')).verify(parsed, host, interruption.signal);
    if (parsed.kind === 'undo') return await (await import('./undoCommand.ts')).undo(parsed, host, interruption.signal);
    if (parsed.kind === 'replay') return await (await import('./replayCommand.ts')).replay(parsed, host.terminal);
    return await (await import('./refactorCommand.ts')).refactor(parsed, host, interruption.signal);
  } finally {
    interruption.dispose();
  }
}

const keysInSight =
  'whetstone: the system does not let this process clear its own environment: what the tests start could read the keys in it.\n';

function run(): void {
  // Should nothing be left to wait for before there is a result, that must not read as success.
  process.exitCode = exitCodes.internal;
  process.on('uncaughtException', fail);
  main(parseCliArguments(process.argv.slice(2))).then((code) => finish(code), fail);
}

function fail(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`whetstone failed unexpectedly: ${hideShapes(detail)}\n`);
  finish(exitCodes.internal);
}

/** Ends the process when all output is out, whatever may still be open. */
function finish(code: number): void {
  process.exitCode = code;
  const exit = (): void => process.exit(code);
  process.stdout.write('', () => process.stderr.write('', exit));
}

run();
