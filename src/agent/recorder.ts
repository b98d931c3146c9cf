import type { InputItem } from '../responses/items.ts';
import type { PreparedCall, Tool } from './tool.ts';
import { recordingVersion, type RecordedResult, type RecordingHeader, type RecordingLine } from './recording/lines.ts';
import { createRedaction, type Redaction, type RedactionOptions } from './recording/redaction.ts';

/** What a session tells of itself to whoever records it. */
export interface SessionTap {
  /** A loop begins with these items. */
  input(items: readonly InputItem[]): void;
  result(result: Omit<RecordedResult, 'kind'>): void;
}

/** The most UTF-16 units of lines that are kept; older ones go. */
const maxLength = 24 * 1024 * 1024;
/** A single line over this is left out as if it were old. */
const maxLineLength = 8 * 1024 * 1024;

/**
 * Records one session in memory, within bounds: what a loop began with, every frame, every result of a tool. Nothing is
 * redacted before it is asked for, so that the user can choose then what of it leaves the machine.
 */
export class SessionRecorder implements SessionTap {
  readonly #isOn: () => boolean;
  readonly #lines: string[] = [];
  #length = 0;
  #dropped = 0;

  /** Asked before every line: while it says no, nothing is kept, and what is missing is counted. */
  constructor(isOn: () => boolean = () => true) {
    this.#isOn = isOn;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  input(items: readonly InputItem[]): void {
    this.#add({ kind: 'input', items: [...items] });
  }

  result(result: Omit<RecordedResult, 'kind'>): void {
    this.#add({ kind: 'result', ...result });
  }

  /** What is no JSON is kept as a text. */
  frame(direction: 'up' | 'down', text: string): void {
    let message: unknown = text;
    try {
      message = JSON.parse(text);
    } catch {
      // A malformed message is what a bug report is about.
    }
    this.#add({ kind: 'frame', direction, message });
  }

  /** The whole recording as text, redacted. */
  text(at: Pick<RecordingHeader, 'endpoint' | 'model'>, options: RedactionOptions): string {
    const redaction = createRedaction(options);
    const header: RecordingHeader = {
      kind: 'session',
      version: recordingVersion,
      ...at,
      texts: options.texts,
      dropped: this.#dropped,
    };
    const lines = this.#lines.map((line) => JSON.stringify(redactLine(JSON.parse(line) as RecordingLine, redaction)));
    return [JSON.stringify(header), ...lines, ''].join('\n');
  }

  #add(line: RecordingLine): void {
    if (!this.#isOn()) {
      this.#lines.length = 0;
      this.#length = 0;
      this.#dropped++;
      return;
    }
    const text = JSON.stringify(line);
    if (text.length > maxLineLength) {
      this.#dropped++;
      return;
    }
    this.#lines.push(text);
    this.#length += text.length;
    while (this.#length > maxLength) {
      this.#length -= this.#lines.shift()?.length ?? 0;
      this.#dropped++;
    }
  }
}

/** The tools, with every result told to the tap. */
export function tapTools(tools: readonly Tool[], tap: SessionTap): readonly Tool[] {
  return tools.map((tool) => ({ ...tool, prepare: (value) => tapCall(tool, value, tap) }));
}

function tapCall(tool: Tool, value: unknown, tap: SessionTap): PreparedCall {
  const prepared = tool.prepare(value);
  const call = { name: tool.name, arguments: value };
  if (!prepared.ok) {
    tap.result({ ...call, isAccepted: false, isError: true, output: prepared.message });
    return prepared;
  }
  return {
    ...prepared,
    execute: async (signal) => {
      const result = await prepared.execute(signal);
      tap.result({ ...call, isAccepted: true, isError: result.isError, output: result.output });
      return result;
    },
  };
}

function redactLine(line: RecordingLine, redaction: Redaction): unknown {
  switch (line.kind) {
    case 'session':
      return line;
    case 'input':
      return { ...line, items: redaction.message(line.items) };
    case 'result':
      return { ...line, arguments: redaction.content(line.arguments), output: redaction.content(line.output) };
    case 'frame':
      return { ...line, message: redaction.message(line.message) };
  }
}
