import type { LogOutputChannel } from 'vscode';
import type { AgentEvent } from '../agent/events.ts';

/** One line for what is worth reading later; never file contents, never what the model wrote. */
export function logEvent(log: Pick<LogOutputChannel, 'info' | 'warn' | 'debug'>, event: AgentEvent): void {
  switch (event.kind) {
    case 'runStarted':
      return log.info(`Run started with the ${event.endpoint}: ${event.paths.join(', ') || 'the whole folder'}`);
    case 'phase':
      return log.info(`Phase: ${event.phase}`);
    case 'callFinished': {
      const result = event.isError ? 'failed' : 'done';
      return log.info(`${event.name} ${result} in ${Math.round(event.durationMs)} ms: ${event.summary}`);
    }
    case 'hostedCall':
      return log.info(`${event.name} ${event.isError ? 'failed' : 'done'} at the endpoint`);
    case 'proposal':
      return log.info(`Proposal ${event.proposal.hash}: ${event.proposal.changes.map(({ path }) => path).join(', ')}`);
    case 'testsStarted':
      return log.info(`Tests (${event.stage}): ${event.command}`);
    case 'testsFinished':
      return log.info(`Tests (${event.stage}): ${event.comparison?.verdict.kind ?? event.run.kind}`);
    case 'reviewed':
      return log.info(`Review: ${event.outcome.kind}`);
    case 'applied':
      log.info(`Applied: ${event.paths.join(', ')}`);
      for (const { path, reason } of event.differences) log.warn(`${path}: ${reason}`);
      return;
    case 'rolledBack':
      return log.info(`Rolled back: ${event.paths.join(', ')}`);
    case 'wire': {
      const { turn, bytesUp, bytesDown, turnaroundMs } = event.meter;
      const turnaround = turnaroundMs === undefined ? '' : `, turnaround ${turnaroundMs.toFixed(1)} ms`;
      return log.debug(`Turn ${turn}: ${bytesUp} bytes up, ${bytesDown} bytes down${turnaround}`);
    }
    case 'resend':
      return log.warn(`Sent again (${event.reason}): ${event.items} items`);
    case 'silent':
      return log.info(
        `No event for ${Math.round(event.forMs / 1_000)} s${event.showsLife ? ', with signs of life' : ''}`,
      );
    case 'warning':
      return log.warn(event.message);
    case 'runEnded':
      return log.info(`Run ended (${event.ending.kind}): ${event.ending.reason}`);
    case 'turnStarted':
    case 'text':
    case 'reasoning':
    case 'callStarted':
    case 'callsAnswered':
    case 'reviewStarted':
    case 'stepVerified':
    case 'testsProgress':
    case 'mutantsProgress':
    case 'mutantsFinished':
      return;
  }
}
