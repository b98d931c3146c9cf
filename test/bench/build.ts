import { runProcess } from '../../src/util/runProcess.ts';
import { root } from '../dev/paths.ts';

/** Builds what is measured, so that figures belong to the code that is there; throws with the build's own words. */
export async function build(): Promise<void> {
  const request = { argv: [process.execPath, 'esbuild.js'] as const, cwd: root, env: process.env };
  const limits = { timeoutMs: 120_000, maxOutputBytes: 16_000 };
  const outcome = await runProcess({ ...request, ...limits }, new AbortController().signal);
  if (outcome.kind !== 'exited' || outcome.code !== 0)
    throw new Error(`The build failed: ${'stderr' in outcome ? outcome.stderr : outcome.kind}`);
}
