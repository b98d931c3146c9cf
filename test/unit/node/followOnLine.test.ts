import { strict as assert } from 'node:assert';
import { PassThrough } from 'node:stream';
import { describe, it } from 'mocha';
import { followOnLine } from '../../../src/node/followOnLine.ts';
import type { Terminal } from '../../../src/node/terminal.ts';

function followed(can: Pick<Terminal, 'isInteractive' | 'isRewritable'>): string {
  const [input, output, messages] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { input, output, messages, hasColours: false, interrupt: (): void => {}, ...can };
  const { call, end } = followOnLine(terminal);
  call.onProgress?.({ done: 2, failed: 1 });
  call.onMutant?.({ current: 3, total: 12 });
  end();
  end();
  assert.equal(output.read(), null);
  return String(messages.read() ?? '');
}

describe('a verification told on a line', () => {
  it('is written over among the messages, and nothing of it is left', () => {
    const clear = '\r\u001B[K';
    assert.equal(
      followed({ isInteractive: true, isRewritable: true }),
      `${clear}  Running tests… 2, 1 failed${clear}  Trying mutant 3 of 12…${clear}`,
    );
  });

  it('is told to nobody where no person sees it', () => {
    assert.equal(followed({ isInteractive: false, isRewritable: true }), '');
    assert.equal(followed({ isInteractive: true, isRewritable: false }), '');
  });
});
