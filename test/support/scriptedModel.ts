import { assistantSays, call, ScriptedServer, type Exchange, type ScriptedServerOptions } from './scriptedServer.ts';

/** One answer of the model: calls by name and arguments, a sentence, or whatever the function does. */
export type ModelStep =
  readonly (readonly [name: string, args: unknown])[] | string | ((exchange: Exchange) => void | Promise<void>);

/** A server on loopback whose model answers by script, one step a request; the last step is repeated. */
export function startScriptedModel(
  steps: readonly ModelStep[],
  options: Omit<ScriptedServerOptions, 'script'> = {},
): Promise<ScriptedServer> {
  let turn = 0;
  return ScriptedServer.start({
    ...options,
    script: async (exchange) => {
      const step = steps[Math.min(turn, steps.length - 1)] ?? '';
      turn += 1;
      if (typeof step === 'function') await step(exchange);
      else if (typeof step === 'string') exchange.answer([assistantSays(step, `msg_${turn}`)]);
      else exchange.answer(step.map(([name, args], index) => call(`call_${turn}_${index}`, name, args)));
    },
  });
}

/** The texts of all tool outputs that the server was sent, in order. */
export function toolOutputs(server: ScriptedServer): readonly string[] {
  return server.requests
    .flatMap(({ input }) => input)
    .filter(({ type }) => type === 'function_call_output')
    .map(({ output }) => String(output));
}
