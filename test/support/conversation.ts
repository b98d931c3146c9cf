import { WebSocketResponsesClient, type ResponsesClientOptions } from '../../src/responses/client.ts';
import { userMessage, type FunctionToolDefinition, type InputItem } from '../../src/responses/items.ts';
import type { ResendReason, TurnEvent, TurnOutcome, TurnSettings } from '../../src/responses/turn.ts';
import { ScriptedServer, type ScriptedServerOptions } from './scriptedServer.ts';

/** A tool as it is sent. */
export const exampleTool: FunctionToolDefinition = {
  type: 'function',
  name: 'read_file',
  description: 'Reads a file.',
  parameters: {
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  },
  strict: true,
};

export const exampleSettings: TurnSettings = { model: 'test-model', tools: [exampleTool] };

/** A real client on a real scripted server, and all that it reported. */
export class Conversation {
  readonly server: ScriptedServer;
  readonly client: WebSocketResponsesClient;
  readonly events: TurnEvent[] = [];
  /** Sees every event after it was recorded. */
  onEvent: (event: TurnEvent) => void = () => {};

  constructor(server: ScriptedServer, options: Partial<ResponsesClientOptions> = {}) {
    this.server = server;
    this.client = new WebSocketResponsesClient({
      endpoint: server.baseUrl,
      bearer: async () => 'test-key',
      retry: { baseDelayMs: 1, maxDelayMs: 4 },
      ...options,
    });
  }

  static async start(
    server: ScriptedServerOptions,
    options: Partial<ResponsesClientOptions> = {},
  ): Promise<Conversation> {
    return new Conversation(await ScriptedServer.start(server), options);
  }

  /** Why everything was sent again so far, in order. */
  get resends(): readonly ResendReason[] {
    return this.events.flatMap((event) => (event.kind === 'resend' ? [event.reason] : []));
  }

  /** All text that was shown. */
  get shownText(): string {
    return this.events.flatMap((event) => (event.kind === 'textDelta' ? [event.delta] : [])).join('');
  }

  async say(text: string, signal?: AbortSignal): Promise<TurnOutcome> {
    return this.give([userMessage(text)], signal);
  }

  async give(
    items: readonly InputItem[],
    signal = new AbortController().signal,
    settings: TurnSettings = exampleSettings,
  ): Promise<TurnOutcome> {
    const record = (event: TurnEvent): void => {
      this.events.push(event);
      this.onEvent(event);
    };
    return this.client.respond(items, settings, record, signal);
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.server.stop();
  }
}
