import { realpathSync } from 'node:fs';
import { runProcess, type ProcessOutcome, type ProcessRequest } from '../util/runProcess.ts';
import * as z from 'zod/mini';
import { parseJson } from '../util/parseJson.ts';
import { keepDeviceModes } from './deviceModes.ts';
import type { ForeignPlace } from './foreignPlace.ts';
import { layout, type Surroundings } from './layout.ts';
import { mountArguments, type Mount } from './mounts.ts';
import { askNamespaceToEnd, untilNamespaceIsEmpty } from './namespaceProcesses.ts';
import { systemCallFilter } from './seccomp.ts';

/**
 * Own processes, memory, network, names and users; no capability, also none that a namespace within could give; no terminal; dead with us.
 * `/proc` and the devices cannot be written: as root their files would be root's.
 */
const walls: readonly string[] = [
  ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--cap-drop', 'ALL', '--disable-userns', '--die-with-parent', '--new-session', '--clearenv'],
];
const own: readonly string[] = ['--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--tmpfs', '/dev/shm'];
const closed: readonly string[] = ['--remount-ro', '/proc', '--remount-ro', '/dev', '--remount-ro', '/'];

/** The descriptors beside the standard streams: arguments, the filter of system calls, what bubblewrap tells. */
const argumentsAt = '3';
const toldAt = '4';
const filterAt = '5';

/** Runs a program behind bubblewrap; as `runProcess` otherwise. Reports signals as the shell does: 128 and their number. Never rejects. */
export async function runInBubblewrap(
  program: string,
  request: ProcessRequest,
  place: ForeignPlace,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<ProcessOutcome> {
  const filter = systemCallFilter(process.arch);
  const mounts = await layout(place, surroundings);
  const told = new Told();
  const restoreDevices = keepDeviceModes();
  const outcome = await runProcess(
    {
      ...request,
      argv: [program, '--args', argumentsAt, '--', ...request.argv],
      cwd: '/',
      // What the program gets goes another way: bubblewrap itself must not load what a project names.
      env: {},
      isApart: true,
      pipes: [
        {
          kind: 'given',
          bytes: Buffer.from(
            wordsOf(request, mounts, filter)
              .map((word) => `${word}\0`)
              .join(''),
          ),
        },
        { kind: 'told', onText: (text) => told.hear(text) },
        ...(filter === undefined ? [] : [{ kind: 'given' as const, bytes: filter }]),
      ],
      askToEnd: () => {
        if (told.first !== undefined) askNamespaceToEnd(told.first);
      },
    },
    signal,
  );
  if (told.first !== undefined) await untilNamespaceIsEmpty(told.first);
  restoreDevices();
  const hasFailed = outcome.kind === 'exited' && outcome.signal === null && !told.hasStarted;
  return hasFailed ? notStarted(outcome.stderr) : outcome;
}

function wordsOf(
  { cwd, env }: ProcessRequest,
  mounts: readonly Mount[],
  filter: Uint8Array | undefined,
): readonly string[] {
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || name === '' || /[=\0]/.test(name) || value.includes('\0') ? [] : ['--setenv', name, value],
  );
  return [
    ...walls,
    ...variables,
    ...['--json-status-fd', toldAt],
    ...(filter === undefined ? [] : ['--seccomp', filterAt]),
    ...own,
    ...mountArguments(mounts),
    ...closed,
    ...['--chdir', realCwd(cwd)],
  ];
}

/** Links on the way to a folder may not be there inside. */
function realCwd(cwd: string): string {
  try {
    return realpathSync(cwd);
  } catch {
    return cwd;
  }
}

const message = z.object({ 'child-pid': z.optional(z.int()), 'exit-code': z.optional(z.int()) });

/** What bubblewrap says of the program: who is its first process, and that it did run. */
class Told {
  first: number | undefined;
  hasStarted = false;
  #rest = '';

  hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const parsed = message.safeParse(parseJson(line));
      if (!parsed.success) continue;
      this.first ??= parsed.data['child-pid'];
      this.hasStarted ||= parsed.data['exit-code'] !== undefined;
    }
  }
}

/** Its last line says what it could not do. */
function notStarted(stderr: string): ProcessOutcome {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  const detail = line.replace(/^bwrap: /, '');
  const isMissing = /^execvp .*: No such file or directory$/.test(detail);
  return { kind: 'notStarted', code: isMissing ? 'ENOENT' : 'SANDBOX', detail: `the sandbox says "${detail}"` };
}
