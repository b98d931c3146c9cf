import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ForeignPlace } from './foreignPlace.ts';
import { isWithin, realPath, type Mount } from './mounts.ts';
import { socketsBelow } from './sockets.ts';
import { mayBeSeen, type ToolPath } from './toolchains.ts';

/** What is the same for all programs of one environment. */
export interface Surroundings {
  readonly system: readonly Mount[];
  readonly tools: readonly ToolPath[];
  /** As the variable HOME says, absolute. */
  readonly home: string;
}

/** Everything that a program in a place sees of the disk, in the order in which it is laid. Never rejects. */
export async function layout(place: ForeignPlace, { system, tools, home }: Surroundings): Promise<readonly Mount[]> {
  const real = (await realPath(home)) ?? home;
  const mounts: Mount[] = [...system];
  if (home !== '/') mounts.push({ kind: 'empty', at: home, mode: '0700' });
  if (real !== home && home !== '/') mounts.push({ kind: 'empty', at: real, mode: '0700' });
  mounts.push(...tools.map(({ from, at }): Mount => ({ kind: 'read', from, at })));
  for (const path of place.readable ?? []) mounts.push(...(await readable(path, home)));
  for (const { folder, at } of place.aliases ?? [])
    if (!mounts.some((mount) => 'from' in mount && isWithin(mount.at, at)) && !isWithin(home, at))
      mounts.push({ kind: 'write', from: folder, at });
  for (const at of place.writable) mounts.push({ kind: 'write', from: at, at });
  for (const at of place.guarded ?? []) mounts.push({ kind: 'read', from: at, at });
  for (const at of place.hidden ?? []) mounts.push(await hiding(at));
  return [...mounts, ...(await withoutSockets(mounts))];
}

/** What a link leads to may be anything: only what is no home and no state is shown. */
async function readable(path: string, home: string): Promise<readonly Mount[]> {
  const from = await realPath(path);
  if (from === undefined || !mayBeSeen(from, home) || !mayBeSeen(path, home)) return [];
  const found = await stat(from).catch(() => undefined);
  if (found === undefined || !(found.isDirectory() || found.isFile())) return [];
  return [{ kind: 'read', from, at: path }];
}

async function hiding(at: string): Promise<Mount> {
  const found = await stat(at).catch(() => undefined);
  return found?.isDirectory() === true ? { kind: 'empty', at, mode: '0755' } : { kind: 'nothing', at };
}

async function withoutSockets(mounts: readonly Mount[]): Promise<readonly Mount[]> {
  const shown = mounts.flatMap((mount) => ('from' in mount ? [mount] : []));
  const sockets = await socketsBelow(shown.map(({ from }) => from));
  return sockets.flatMap((socket) =>
    shown
      .filter(({ from }) => isWithin(socket, from))
      .map(({ from, at }): Mount => ({ kind: 'nothing', at: join(at, relative(from, socket)) }))
      .filter(({ at }) => !isCovered(at, mounts)),
  );
}

/** Something empty lies over it already, so that it has no place. */
function isCovered(path: string, mounts: readonly Mount[]): boolean {
  const last = mounts.filter(({ at }) => isWithin(path, at)).at(-1);
  return last !== undefined && !('from' in last);
}
