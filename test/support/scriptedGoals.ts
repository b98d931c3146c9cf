import * as z from 'zod/mini';
import { assistantSays, call, ScriptedServer, type Script } from './scriptedServer.ts';

/** What the model does in one turn: calls by name and arguments, a sentence, or whatever the function does. */
export type GoalTurn = readonly (readonly [name: string, args: unknown])[] | string | Script;

const userItem = z.object({ role: z.literal('user'), content: z.unknown() });

/** A server on loopback whose model knows a few goals, and for each what to do turn by turn; the last turn is repeated. */
export function startScriptedGoals(goals: Readonly<Record<string, readonly GoalTurn[]>>): Promise<ScriptedServer> {
  let turns: readonly GoalTurn[] = ['I know no such goal.'];
  let next = 0;
  let calls = 0;
  return ScriptedServer.start({
    script: (exchange) => {
      const goal = exchange.request.input.map(goalOf).findLast((one) => one !== undefined);
      if (goal !== undefined) [turns, next] = [goals[goal] ?? turns, 0];
      const turn = turns[Math.min(next++, turns.length - 1)] ?? '';
      calls += 1;
      if (typeof turn === 'function') void turn(exchange);
      else if (typeof turn === 'string') exchange.answer([assistantSays(turn, `msg_${calls}`)]);
      else exchange.answer(turn.map(([name, args], index) => call(`call_${calls}_${index}`, name, args)));
    },
  });
}

/** The sentence of a message that begins a run. */
function goalOf(item: unknown): string | undefined {
  const parsed = userItem.safeParse(item);
  if (!parsed.success) return undefined;
  return /"?Goal: ([^\n"\\]+)/.exec(JSON.stringify(parsed.data.content))?.[1];
}
