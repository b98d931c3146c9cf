import type { Answer, Conversation, Item, ModelTurn, Piece } from '../server/model.ts';
import type { ChatDialect } from './chatDialect.ts';
import { chatPieces } from './chatPieces.ts';
import { chatRequest } from './chatRequest.ts';
import { versionedAddress } from './detectApi.ts';
import { askUpstream, type UpstreamAddress, type UpstreamAnswer } from './upstreamHttp.ts';

/** One conversation with a Chat Completions server: what it is asked and what it answers are translated, both ways. */
export class ChatConversation implements Conversation {
  readonly #address: UpstreamAddress;
  readonly #model: string | undefined;
  readonly #dialect: ChatDialect;
  readonly #items: Item[] = [];

  constructor(address: UpstreamAddress, model: string | undefined, dialect: ChatDialect) {
    this.#address = address;
    this.#model = model;
    this.#dialect = dialect;
  }

  async answer(turn: ModelTurn, signal: AbortSignal): Promise<Answer> {
    this.#items.push(...turn.items);
    const body = chatRequest(this.#items, turn, this.#model ?? turn.settings?.['model']);
    const answer = await this.#ask(body, signal);
    if (answer.kind === 'refused') return answer;
    const isWhole = answer.kind === 'json';
    const events = isWhole ? once(JSON.stringify(answer.value)) : answer.events;
    const { tools } = turn;
    const taken = new Set(this.#items.flatMap((item) => (item.kind === 'call' ? [item.callId] : [])));
    const freeId = (id: string): string => this.#dialect.freeId(id, taken);
    const read = { events, isWhole, tools, wantsJson: 'response_format' in body };
    return { kind: 'pieces', pieces: this.#remembered(chatPieces(read, freeId, signal)) };
  }

  /** Without what the server refuses, as far as it is not needed. */
  async #ask(body: ReturnType<typeof chatRequest>, signal: AbortSignal): Promise<UpstreamAnswer> {
    for (;;) {
      const sent = this.#dialect.spoken(body);
      const answer = await askUpstream(this.#address, '/chat/completions', sent, signal);
      if (answer.kind !== 'refused') return answer;
      // Each time it knows of one more, so this ends.
      if (this.#dialect.learn(answer.refusal, sent)) continue;
      if (answer.refusal.status !== 404) return answer;
      const found = await versionedAddress(this.#address, answer.refusal.message, signal);
      if (found === undefined) return answer;
      const message = `${answer.refusal.message} (${this.#address.baseUrl} has no /chat/completions, but ${found} answers: start serve with --upstream ${found}.)`;
      return { kind: 'refused', refusal: { ...answer.refusal, message } };
    }
  }

  /** What was said is part of the next request. */
  async *#remembered(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    let text = '';
    const calls: Item[] = [];
    for await (const piece of pieces) {
      if (piece.kind === 'text') text += piece.delta;
      if (piece.kind === 'call') calls.push(piece);
      yield piece;
    }
    if (text !== '') this.#items.push({ kind: 'message', role: 'assistant', text });
    this.#items.push(...calls);
  }
}

async function* once(data: string): AsyncGenerator<string> {
  yield data;
}
