import type { Conversation, Item, Model, ModelTurn, Piece } from '../../src/engine/server/model.ts';

/** A question, and what is called for it where the request offers that tool. */
export interface TableRow {
  readonly asked: RegExp;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Questions of the public compliance suite to which a call is the answer. */
export const complianceTable: readonly TableRow[] = [
  { asked: /\bweather\b/i, name: 'get_weather', arguments: { location: 'San Francisco, CA' } },
];

/** A model that looks up in a table what to call, and otherwise tells what it heard; it shares nothing with the planner. */
export class TableModel implements Model {
  readonly #rows: readonly TableRow[];
  #calls = 0;

  constructor(rows: readonly TableRow[]) {
    this.#rows = rows;
  }

  converse(): Conversation {
    return { answer: async (turn) => ({ kind: 'pieces', pieces: this.#pieces(turn) }) };
  }

  async names(): ReturnType<Model['names']> {
    return { kind: 'names', names: [{ id: 'table', owner: 'tests' }] };
  }

  async *#pieces({ items, tools }: ModelTurn): AsyncGenerator<Piece> {
    const last = items.at(-1);
    const row = last?.kind === 'message' ? this.#rows.find(({ asked }) => asked.test(last.text)) : undefined;
    if (row !== undefined && tools.some(({ name }) => name === row.name)) {
      this.#calls += 1;
      const callId = `call_${this.#calls}`;
      yield { kind: 'call', callId, name: row.name, arguments: JSON.stringify(row.arguments) };
      return;
    }
    for (const delta of replyTo(last).match(/\S*\s*/g) ?? []) if (delta !== '') yield { kind: 'text', delta };
  }
}

function replyTo(item: Item | undefined): string {
  if (item?.kind === 'output') return `The tool returned: ${item.output}`;
  return item?.kind === 'message' ? `I heard: ${item.text}` : 'I heard nothing.';
}
