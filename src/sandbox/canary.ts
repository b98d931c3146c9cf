import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { ProcessOutcome, ProcessRequest } from '../util/runProcess.ts';
import { parseJson } from '../util/parseJson.ts';
import { programText } from '../util/programText.ts';
import type { ForeignPlace } from './foreignPlace.ts';

const timeoutMs = 20_000;

/** Prints what worked, as JSON. */
const script = programText('./programs/canary.cjs', import.meta.url);

type RunInPlace = (request: ProcessRequest, place: ForeignPlace, signal: AbortSignal) => Promise<ProcessOutcome>;

/**
 * A program that tries to get out: to write to home, beside its own folder and where a workspace would be, to reach a port and sockets of
 * ours, to read our environment, to make the system writable, to take capabilities. Gives what worked, as the end of a sentence; undefined when
 * nothing did. What it wrote is removed. Never rejects.
 */
export async function tryCanary(run: RunInPlace): Promise<string | undefined> {
  let bait: Bait | undefined;
  try {
    bait = await Bait.lay();
    const request = {
      argv: [process.execPath, '-e', script, JSON.stringify(bait.facts)] as const,
      cwd: bait.own,
      env: { HOME: homedir(), PATH: '/usr/bin:/bin:/usr/sbin:/sbin', ELECTRON_RUN_AS_NODE: '1' },
      ...{ timeoutMs, maxOutputBytes: 64 * 1024 },
    };
    const outcome = await run(request, { writable: [bait.own] }, new AbortController().signal);
    return judge(outcome, bait.written());
  } catch (error) {
    return `it could not be tried (${error instanceof Error ? error.message : String(error)})`;
  } finally {
    await bait?.remove();
  }
}

const report = z.array(z.string());

function judge(outcome: ProcessOutcome, written: readonly string[]): string | undefined {
  if (outcome.kind === 'notStarted') return `bubblewrap does not work here: ${outcome.detail}`;
  if (outcome.kind !== 'exited' || outcome.code !== 0) return 'bubblewrap does not work here: a program in it fails';
  const told = report.safeParse(parseJson(outcome.stdout));
  if (!told.success) return 'bubblewrap does not work here: a program in it says nothing';
  const [first] = [...written, ...told.data];
  return first === undefined ? undefined : `bubblewrap does not hold here: from inside, ${first}`;
}

/** What is laid out to be reached. */
class Bait {
  readonly #folder: string;
  readonly #servers: readonly Server[];
  readonly #homeFile = join(homedir(), `.whetstone-canary-${randomUUID()}`);
  readonly own: string;
  readonly facts: Readonly<Record<string, unknown>>;

  private constructor(folder: string, servers: readonly Server[], facts: Readonly<Record<string, unknown>>) {
    this.#folder = folder;
    this.#servers = servers;
    this.own = join(folder, 'own');
    this.facts = { ...facts, home: this.#homeFile, beside: join(folder, 'beside'), workspace: this.#workspaceFile };
  }

  static async lay(): Promise<Bait> {
    const folder = await mkdtemp(join(await realpath(tmpdir()), 'whetstone-canary-'));
    const servers: Server[] = [];
    const listening = async (where: string | number): Promise<Server> => {
      const server = createServer((socket) => socket.destroy());
      servers.push(server);
      server.unref();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        if (typeof where === 'number') server.listen(where, '127.0.0.1', resolve);
        else server.listen(where, resolve);
      });
      return server;
    };
    try {
      await mkdir(join(folder, 'own'));
      await mkdir(join(folder, 'workspace'));
      await writeFile(join(folder, 'secret'), 'secret');
      const address = (await listening(0)).address();
      const path = join(folder, 'socket');
      const name = `\0whetstone-canary-${randomUUID()}`;
      await listening(path);
      await listening(name);
      return new Bait(folder, servers, {
        port: address !== null && typeof address === 'object' ? address.port : 0,
        ...{ path, name, secret: join(folder, 'secret') },
        environment: createHash('sha256').update(readFileSync('/proc/self/environ')).digest('hex'),
      });
    } catch (error) {
      servers.forEach((server) => server.close());
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get #workspaceFile(): string {
    return join(this.#folder, 'workspace', 'written');
  }

  /** What really arrived outside, whatever it looked like inside. */
  written(): readonly string[] {
    return [
      ...(existsSync(this.#homeFile) ? ['the home folder could be written'] : []),
      ...(existsSync(join(this.#folder, 'beside')) ? ['a folder for temporary files could be written'] : []),
      ...(existsSync(this.#workspaceFile) ? ['another folder could be written'] : []),
      ...(existsSync(join(this.own, 'written')) ? [] : ['not even its own folder could be written']),
    ];
  }

  async remove(): Promise<void> {
    this.#servers.forEach((server) => server.close());
    await rm(this.#homeFile, { force: true }).catch(() => {});
    await rm(this.#folder, { recursive: true, force: true }).catch(() => {});
  }
}
