import { join } from 'node:path';
import type { RunningEngine } from '../engine/launcher.ts';
import { launchEngine } from '../engine/launcher.ts';

export type EngineStart =
  { readonly kind: 'ready'; readonly engine: RunningEngine } | { readonly kind: 'failed'; readonly reason: string };

/** Starts the embedded engine. Rejects only by cancellation; dispose of the engine to end its process. */
export async function startEngine(signal: AbortSignal): Promise<EngineStart> {
  const outcome = await launchEngine({ modulePath: engineModulePath(import.meta.filename) }, signal);
  return outcome.kind === 'ready' ? { kind: 'ready', engine: outcome } : outcome;
}

/** The engine's own file: beside the bundle that `from` is, or among the sources when `from` is one. */
export function engineModulePath(from: string): string {
  return from.endsWith('.cjs') ? join(from, '../engine.cjs') : join(from, '../../engine/main.ts');
}
