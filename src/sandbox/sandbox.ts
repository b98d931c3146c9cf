import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { runProcess, type ProcessOutcome, type ProcessRequest } from '../util/runProcess.ts';
import { isExecutable } from '../util/isExecutable.ts';
import type { SandboxState } from '../workspace/evidence.ts';
import { runInBubblewrap } from './bubblewrap.ts';
import { tryCanary } from './canary.ts';
import type { ForeignPlace } from './foreignPlace.ts';
import type { Surroundings } from './layout.ts';
import type { Mount } from './mounts.ts';
import { systemMounts } from './systemMounts.ts';
import { toolchains } from './toolchains.ts';

/** Where every program runs that is, or starts, code of the project. */
export interface Sandbox {
  readonly state: SandboxState;
  /** As `runProcess`, with nothing in reach but the place, the system's programs and the tools of the user. Never rejects. */
  run(request: ProcessRequest, place: ForeignPlace, signal: AbortSignal): Promise<ProcessOutcome>;
}

/** Only the system's own: one that PATH names first may be anybody's. */
const programs = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];

let opening: Promise<Sandbox> | undefined;

/** The sandbox of this system, found and tried once in the life of this process; without one, programs run as they are and `state` says why. */
export function systemSandbox(): Promise<Sandbox> {
  opening ??= openSandbox(process.platform, programs);
  return opening;
}

/** Finds a sandbox and lets a canary try to get out of it. Never rejects. */
export async function openSandbox(platform: NodeJS.Platform, candidates: readonly string[]): Promise<Sandbox> {
  if (platform !== 'linux') return noSandbox(`there is none yet for this system (${platform})`);
  const program = candidates.find(isExecutable);
  if (program === undefined) return noSandbox('bubblewrap (bwrap) is not installed');
  const sandbox = new Bubblewrap(program);
  const problem = await tryCanary((...given) => sandbox.run(...given));
  return problem === undefined ? sandbox : noSandbox(problem);
}

/** Runs everything as it is. */
export function noSandbox(reason: string): Sandbox {
  return { state: { kind: 'none', reason }, run: (request, _place, signal) => runProcess(request, signal) };
}

class Bubblewrap implements Sandbox {
  readonly state = { kind: 'bubblewrap' } as const;
  readonly #program: string;
  readonly #surroundings = new Map<string, Promise<Surroundings>>();
  #system: Promise<readonly Mount[]> | undefined;

  constructor(program: string) {
    this.#program = program;
  }

  async run(request: ProcessRequest, place: ForeignPlace, signal: AbortSignal): Promise<ProcessOutcome> {
    return runInBubblewrap(this.#program, request, place, await this.#around(request, place), signal);
  }

  /** Finding tools takes some time and gives the same each time. */
  #around({ argv, env }: ProcessRequest, place: ForeignPlace): Promise<Surroundings> {
    const given = isAbsolute(argv[0]) ? [argv[0]] : [];
    const apart = [...place.writable, ...(place.hidden ?? []), ...(place.aliases ?? []).map(({ at }) => at)];
    const home = env['HOME'] !== undefined && isAbsolute(env['HOME']) ? env['HOME'] : homedir();
    const key = JSON.stringify([
      home,
      given,
      apart,
      Object.entries(env).filter(([name]) => /PATH|HOME|ROOT|DIR|PREFIX|ENV|FOLDER|INSTALL/.test(name)),
    ]);
    const known = this.#surroundings.get(key) ?? this.#find(env, home, given, apart);
    this.#surroundings.set(key, known);
    return known;
  }

  async #find(
    env: NodeJS.ProcessEnv,
    home: string,
    given: readonly string[],
    apart: readonly string[],
  ): Promise<Surroundings> {
    this.#system ??= systemMounts();
    return { system: await this.#system, tools: await toolchains(env, home, given, apart), home };
  }
}
