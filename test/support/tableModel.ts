import type { Conversation, Item, Model, ModelTurn, Piece } from '../../src/engine/server/model.ts';

/** What is said to a question, or what is called for it where the request offers that tool. */
export interface TableRow {
  readonly asked: RegExp;
  readonly does:
    | { readonly kind: 'say'; readonly text: string }
    | { readonly kind: 'call'; readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
}

/** Questions of the public compliance suite that need another answer than any other question. */
export const complianceTable: readonly TableRow[] = [
  {
    asked: /\bweather\b/i,
    does: { kind: 'call', name: 'get_weather', arguments: { location: 'San Francisco, CA' } },
  },
];

/** A model that looks answers up in a table, and tells what its tools returned; it shares nothing with the planner. */
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
    const question = last?.kind === 'message' ? last.text : undefined;
    const does = this.#rows.find(({ asked }) => question !== undefined && asked.test(question))?.does;
    if (does?.kind === 'call' && tools.some(({ name }) => name === does.name)) {
      this.#calls += 1;
      const callId = `call_${this.#calls}`;
      yield { kind: 'call', callId, name: does.name, arguments: JSON.stringify(does.arguments) };
      return;
    }
    const said = does?.kind === 'say' ? does.text : replyTo(last);
    for (const delta of said.match(/\S*\s*/g) ?? []) if (delta !== '') yield { kind: 'text', delta };
  }
}

function replyTo(item: Item | undefined): string {
  if (item?.kind === 'output') return `The tool returned: ${item.output}`;
  return item?.kind === 'message' ? `I heard: ${item.text}` : 'I heard nothing.';
}
