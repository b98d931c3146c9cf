import { asksForTests } from '../../util/asksForTests.ts';
import { assertNever } from '../../util/exhaustive.ts';
import { describeForeignTools } from './explaining.ts';
import type { Proposed } from './proposing.ts';
import { answerReview } from './reviewing.ts';
import { listen, say, type Routine } from './routine.ts';
import { runTask } from './task.ts';
import { writeTests } from './tests/writeTests.ts';
import type { Toolset } from './toolset.ts';
import { parseUserMessage } from './userMessage.ts';

/** A whole conversation: goal after goal, and what became of each proposal. Never ends by itself. */
export function* plan(tools: Toolset): Routine<never> {
  let proposed: Proposed | undefined;
  for (;;) {
    const message = parseUserMessage(yield* listen());
    switch (message.kind) {
      case 'goal':
        if (tools.foreign.length > 0) {
          yield* say(describeForeignTools(tools.foreign));
          break;
        }
        if (asksForTests(message.text)) {
          // What was proposed before waits for them.
          yield* writeTests(tools, message.text, message.focus);
          break;
        }
        proposed = yield* runTask(tools, message.text, message.focus);
        break;
      case 'review':
        proposed = yield* answerReview(tools, message.review, proposed);
        break;
      default:
        assertNever(message);
    }
  }
}
