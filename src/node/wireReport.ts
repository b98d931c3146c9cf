import { writeFile } from 'node:fs/promises';
import type { AgentEvent } from '../agent/events.ts';
import { meterCsv, meterJson } from '../agent/meterExport.ts';
import { SessionRecorder } from '../agent/recorder.ts';
import { addToMeter, type MeteredTurn } from '../agent/wireMeter.ts';
import type { WireArguments } from './wireArguments.ts';

/** What a run leaves besides its outcome: the wire meter, and the recording, each in a file that the user named. */
export class WireReport {
  readonly recorder: SessionRecorder | undefined;
  readonly #args: Pick<WireArguments, 'meter' | 'record' | 'recordsTexts'>;
  #turns: readonly MeteredTurn[] = [];

  constructor(args: Pick<WireArguments, 'meter' | 'record' | 'recordsTexts'>) {
    this.#args = args;
    this.recorder = args.record === undefined ? undefined : new SessionRecorder();
  }

  add(event: AgentEvent): void {
    this.#turns = addToMeter(this.#turns, event);
  }

  /** Writes the files; resolves with a sentence for each that could not be written. */
  async write(
    at: { readonly endpoint: string; readonly model: string },
    root: string,
    secrets: readonly string[],
  ): Promise<readonly string[]> {
    const { meter, record, recordsTexts } = this.#args;
    const problems: string[] = [];
    const save = async (path: string, text: string): Promise<void> => {
      try {
        await writeFile(path, text, { mode: 0o600 });
      } catch (error) {
        problems.push(`${path} could not be written: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    if (meter !== undefined)
      await save(meter, meter.endsWith('.csv') ? meterCsv(this.#turns) : meterJson(this.#turns, at));
    if (record !== undefined && this.recorder !== undefined)
      await save(record, this.recorder.text(at, { root, secrets, texts: recordsTexts ? 'kept' : 'hashed' }));
    return problems;
  }
}

/** What is said when a recording begins: what the file will hold. */
export function recordingNotice(file: string, recordsTexts: boolean): string {
  return recordsTexts
    ? `Recording to ${file}: it will hold your goal, the code that the model reads and its answers. Keys and foreign paths are left out.\n`
    : `Recording to ${file}: texts are replaced by hashes and lengths.\n`;
}
