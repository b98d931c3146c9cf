import { Random } from '../random.ts';
import { bridge } from './bridge.ts';
import { gateways } from './gateways.ts';
import { lostProposals } from './lostProposals.ts';
import { networkAway } from './networkAway.ts';
import { rateLimits } from './rateLimits.ts';
import { replay } from './replay.ts';
import { runSessionFault, type SessionReport } from './sessionFaultRun.ts';
import type { SessionClass, SessionFault } from './sessionPlan.ts';
import { unusableAnswers } from './unusableAnswers.ts';

/** What endpoints, gateways and networks do to a session, by kind. */
export const sessionClasses: readonly SessionClass[] = [
  lostProposals,
  rateLimits,
  networkAway,
  unusableAnswers,
  gateways,
  replay,
  bridge,
];

export interface PlannedSession {
  readonly kind: string;
  readonly fault: SessionFault;
  readonly seed: number;
}

/** `perClass` runs of each class, its faults in turn; each fault once by default. */
export function planSessions(seed: number, perClass?: number, classes = sessionClasses): PlannedSession[] {
  const random = new Random(seed);
  return classes.flatMap(({ name, faults }) =>
    Array.from({ length: perClass ?? faults.length }, (_none, index): PlannedSession => {
      const fault = faults[index % faults.length];
      if (fault === undefined) throw new Error(`The class ${name} is empty.`);
      return { kind: name, fault, seed: random.between(0, 2 ** 31) };
    }),
  );
}

export interface ClassReport extends SessionReport {
  readonly kind: string;
}

/** Makes the runs, `width` at a time; reports come in the order of the plan. */
export async function makeSessions(runs: readonly PlannedSession[], width: number): Promise<ClassReport[]> {
  const reports: ClassReport[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < runs.length; index = next++) {
      const run = runs[index];
      if (run !== undefined) reports[index] = { kind: run.kind, ...(await runSessionFault(run.fault, run.seed)) };
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return reports;
}
