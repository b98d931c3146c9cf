import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
import type { ResponseInputItem, ResponsesServerEvent } from 'openai/resources/responses/responses';
import { WebSocketResponsesClient, type ResponsesClientOptions } from '../../../src/responses/client.ts';
import { isFunctionCall, type FunctionCallOutput, type InputItem } from '../../../src/responses/items.ts';
import type { TurnMeter, TurnSettings } from '../../../src/responses/turn.ts';
import { Deferred } from '../../../src/util/deferred.ts';

/** One way to hold a conversation with an endpoint. */
export interface Contender {
  /** Sends what is new in the way of this contender; resolves at the end of the response with the id of its call, if it made one. */
  turn(items: readonly InputItem[]): Promise<string | undefined>;
  /** What the client itself counted; only ours counts. */
  readonly meters: readonly TurnMeter[];
  close(): Promise<void>;
}

/** Opens a contender on a base URL such as `http://127.0.0.1:1234/v1`. */
export type OpenContender = (baseUrl: string, settings: TurnSettings) => Contender;

const key = 'bench';
const include = ['reasoning.encrypted_content'] as const;

/** Our client; `more` chooses the transport. */
export function ours(more: Partial<ResponsesClientOptions> = {}): OpenContender {
  return (endpoint, settings) => {
    const client = new WebSocketResponsesClient({ endpoint, bearer: async () => key, ...more });
    const { signal } = new AbortController();
    return {
      async turn(items) {
        const outcome = await client.respond(items, settings, () => {}, signal);
        if (outcome.kind !== 'completed') throw new Error(JSON.stringify(outcome));
        return outcome.output.find(isFunctionCall)?.call_id;
      },
      get meters() {
        return client.meters;
      },
      close: () => client.close(),
    };
  };
}

/** The SDK of the service over HTTP: everything goes up in every request. `fetch` replaces the one that is built in. */
export function sdkOverHttp(fetch?: typeof globalThis.fetch): OpenContender {
  return (baseURL, settings) => {
    const sdk = new OpenAI({ apiKey: key, baseURL, maxRetries: 0, ...(fetch === undefined ? {} : { fetch }) });
    const history: ResponseInputItem[] = [];
    return {
      meters: [],
      async turn(items) {
        history.push(...items.map(sdkItem));
        const stream = await sdk.responses.create({
          ...sdkSettings(settings),
          model: settings.model,
          input: history,
          stream: true,
        });
        let callId: string | undefined;
        for await (const event of stream) {
          if (event.type !== 'response.completed') continue;
          const { output } = event.response;
          // The output of a response is valid input of the next one; the types of the SDK are narrower than that.
          history.push(...(output as ResponseInputItem[]));
          callId = output.find((item) => item.type === 'function_call')?.call_id;
        }
        return callId;
      },
      close: async () => {},
    };
  };
}

/** The SDK's WebSocket with deltas made by hand and nothing else: no checks, no history, no recovery. The floor. */
export const sdkOverWebSocket: OpenContender = (baseURL, settings) => {
  const socket = new ResponsesWS(new OpenAI({ apiKey: key, baseURL }));
  const fixed = sdkSettings(settings);
  let previous: string | undefined;
  let waiting: Deferred<string | undefined> | undefined;
  const closed = new Deferred<void>();
  socket.on('response.completed', ({ response }: Extract<ResponsesServerEvent, { type: 'response.completed' }>) => {
    previous = response.id;
    waiting?.resolve(response.output.find((item) => item.type === 'function_call')?.call_id);
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => closed.resolve());
  return {
    meters: [],
    turn(items) {
      waiting = new Deferred();
      const continued = previous === undefined ? {} : { previous_response_id: previous };
      const { model } = settings;
      socket.send({ type: 'response.create', model, ...continued, input: items.map(sdkItem), ...fixed });
      return waiting.promise;
    },
    async close() {
      socket.close();
      await closed.promise;
    },
  };
};

function sdkSettings({ tools }: TurnSettings): {
  store: false;
  tools: OpenAI.Responses.FunctionTool[];
  parallel_tool_calls: true;
  include: OpenAI.Responses.ResponseIncludable[];
} {
  const list = tools.map((tool) => ({ ...tool, parameters: { ...tool.parameters } }));
  return { store: false, tools: list, parallel_tool_calls: true, include: [...include] };
}

function sdkItem(item: InputItem): ResponseInputItem {
  if (item.type === 'function_call_output') return { ...item };
  return {
    type: 'message',
    role: item.role,
    content: item.content.map(({ text }) => ({ type: 'input_text', text })),
  };
}

/** The answer to a call, as every contender sends it. */
export function outputOf(callId: string, output: string): FunctionCallOutput {
  return { type: 'function_call_output', call_id: callId, output };
}
