/** The events of responses as a service sends them: the whole resource in its first two and its last, the arguments in pieces. */
export class ResponseEvents {
  readonly #tools: unknown;

  /** `toolsJson` stands in every resource, as the request gave it. */
  constructor(toolsJson: string) {
    this.#tools = JSON.parse(toolsJson);
  }

  /** The texts of one response: one call, or words when there is nothing more to do. */
  answer(number: number, makesCall: boolean): readonly string[] {
    const id = `resp_${String(number).padStart(48, '0')}`;
    return makesCall ? this.#call(id, number) : this.#words(id);
  }

  #call(id: string, number: number): readonly string[] {
    const callId = `call_${String(number).padStart(24, '0')}`;
    const item = {
      id: `fc_${String(number).padStart(48, '0')}`,
      type: 'function_call',
      call_id: callId,
      name: 'read_file',
    };
    const pieces = ['{"path":"', `file${String(number).padStart(3, '0')}.js`, '","start":null,', '"end":null}'];
    const args = pieces.join('');
    const place = { item_id: item.id, output_index: 0 };
    const done = { ...item, status: 'completed', arguments: args };
    return this.#numbered([
      this.#lifecycle('created', id, 'in_progress', []),
      this.#lifecycle('in_progress', id, 'in_progress', []),
      { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', arguments: '' } },
      ...pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
      { type: 'response.function_call_arguments.done', ...place, arguments: args },
      { type: 'response.output_item.done', output_index: 0, item: done },
      this.#lifecycle('completed', id, 'completed', [done]),
    ]);
  }

  #words(id: string): readonly string[] {
    const content = [{ type: 'output_text', text: 'Nothing is worth changing.', annotations: [] }];
    const item = { id: 'msg_1', type: 'message', status: 'completed', role: 'assistant', content };
    return this.#numbered([
      this.#lifecycle('created', id, 'in_progress', []),
      { type: 'response.output_item.done', output_index: 0, item },
      this.#lifecycle('completed', id, 'completed', [item]),
    ]);
  }

  #lifecycle(event: string, id: string, status: string, output: readonly object[]): object {
    const usage =
      status === 'completed'
        ? {
            input_tokens: 4_000,
            input_tokens_details: { cached_tokens: 3_900 },
            output_tokens: 30,
            total_tokens: 4_030,
          }
        : null;
    const resource = { id, object: 'response', created_at: 1_780_000_000, status, model: 'bench-model', store: false };
    return { type: `response.${event}`, response: { ...resource, output, tools: this.#tools, usage } };
  }

  #numbered(events: readonly object[]): readonly string[] {
    return events.map((event, sequence) => JSON.stringify({ ...event, sequence_number: sequence }));
  }
}
