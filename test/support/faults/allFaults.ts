import { connectionFaults, handshakeFaults } from './connectionFaults.ts';
import { errorFaults } from './errorFaults.ts';
import { inSequence, type Fault } from './fault.ts';
import { httpFaults } from './httpFaults.ts';
import { messagesPerRun } from './faultModel.ts';
import { runFault, type FaultReport } from './faultRun.ts';
import { messageFaults } from './messageFaults.ts';
import { tlsFaults } from './tlsFaults.ts';
import { Random } from './random.ts';

const single: readonly Fault[] = [...connectionFaults, ...handshakeFaults, ...messageFaults, ...errorFaults];

/** Two different faults, the second on the connection that replaces the first. */
const twoInARow: Fault = {
  name: 'two of these, one after the other',
  plan(random, at) {
    const [first, second] = [random.between(0, single.length - 1), random.between(0, single.length - 1)];
    const later = random.between(0, messagesPerRun - 1);
    return inSequence(single[first]?.plan(random, at) ?? untouched, single[second]?.plan(random, later) ?? untouched);
  },
};

const untouched = (): Record<string, never> => ({});

/** A fault, and the class that it is counted in. */
export interface KnownFault extends Fault {
  readonly kind: string;
}

const all = (kind: string, faults: readonly Fault[]): readonly KnownFault[] =>
  faults.map((fault) => ({ ...fault, kind }));

/** Everything that can go wrong here, after the run in which nothing does. */
export const allFaults: readonly KnownFault[] = [
  ...all('no fault', [{ name: 'none', plan: () => untouched }]),
  ...all('connection', connectionFaults),
  ...all('handshake', handshakeFaults),
  ...all('messages', messageFaults),
  ...all('errors', errorFaults),
  ...all('two faults', [twoInARow]),
  ...all('HTTP', httpFaults),
  ...all('TLS', tlsFaults),
];

/** One run that is to be made. */
export interface PlannedRun {
  readonly fault: KnownFault;
  readonly seed: number;
  readonly at: number;
}

/** `count` runs: all faults in turn, each at one message of the run after the other, everything else by the seed. */
export function planRuns(seed: number, count: number): PlannedRun[] {
  const random = new Random(seed);
  const offset = random.between(0, messagesPerRun - 1);
  return Array.from({ length: count }, (_none, index) => {
    const round = Math.floor(index / allFaults.length);
    const one = allFaults[index % allFaults.length];
    if (one === undefined) throw new Error('There is no fault.');
    return { fault: one, seed: random.between(0, 2 ** 31), at: (offset + round + index * 7) % messagesPerRun };
  });
}

/** Makes the runs, `width` at a time; reports come in the order of the plan. */
export async function makeRuns(runs: readonly PlannedRun[], width: number): Promise<FaultReport[]> {
  const reports: FaultReport[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < runs.length; index = next++) {
      const run = runs[index];
      if (run !== undefined) reports[index] = await runFault(run.fault, run.seed, run.at);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return reports;
}
