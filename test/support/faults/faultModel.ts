import { setImmediate as nextTick } from 'node:timers/promises';
import { assistantSays, call, type Exchange, type Item, type Script } from '../scriptedServer.ts';
import type { Random } from './random.ts';

/** What the model of a fault run has done: one effect a call, the calls of one response together. */
export const effects: readonly (readonly string[])[] = [['read'], ['write', 'move'], ['check']];

/** Messages of a run that nothing disturbs. */
export const messagesPerRun = effects.reduce((sum, group) => sum + messagesOf(group.length), messagesOf(0));

/**
 * A model that knows only what the request and its chain tell it: it asks for the first effects that were not answered, and says
 * so when there are none left. Its text has characters of one to four bytes.
 */
export function faultModel(random: Random): Script {
  // A model that is asked again may make the same call or a new one, and may send its events in one go or one by one.
  const isFresh = random.isHeads();
  const isSlow = random.isHeads();
  // Some servers leave the list of the last event empty.
  const listsOutput = random.isHeads();
  return async (exchange) => {
    const answered = new Set(answeredEffects(exchange.context));
    const wanted = effects.find((group) => group.some((effect) => !answered.has(effect))) ?? [];
    const calls = wanted.map((effect) => {
      const id = isFresh ? `call_${effect}_${exchange.id}` : `call_${effect}`;
      return call(id, 'perform', { effect, id });
    });
    const says = calls.length === 0 ? 'Valmis ✓ 完了 🏁' : `Seuraavaksi: ${wanted.join(', ')} → 漢字 🐌`;
    const output = [assistantSays(says, `msg_${exchange.id}`), ...calls];
    const listed = listsOutput ? output : [];
    for (const step of steps(exchange, says, { output, listed })) {
      step();
      if (isSlow) await nextTick();
    }
  };
}

function steps(
  exchange: Exchange,
  says: string,
  { output, listed }: { readonly output: readonly Item[]; readonly listed: readonly Item[] },
): (() => void)[] {
  const middle = Math.floor(says.length / 2);
  return [
    () => exchange.created(),
    () => exchange.reasoning('Mietin… '),
    () => exchange.text(says.slice(0, middle)),
    () => exchange.text(says.slice(middle)),
    ...output.map((item, index) => () => exchange.item(item, index)),
    () => exchange.completed(output, listed),
  ];
}

/** Begun, thought, said twice, its message, its calls, ended. */
function messagesOf(calls: number): number {
  return 6 + calls;
}

function answeredEffects(context: readonly Item[]): string[] {
  const answered = new Set(
    context.filter(({ type }) => type === 'function_call_output').map((item) => item['call_id']),
  );
  return context
    .filter((item) => item['type'] === 'function_call' && answered.has(item['call_id']))
    .map((item) => String((JSON.parse(String(item['arguments'])) as { effect: unknown }).effect));
}
