import { mutantText, progressText } from '../chat/describe.ts';
import type { VerificationCall } from '../workspace/verification.ts';
import { ProgressLine } from './progressLine.ts';
import type { Terminal } from './terminal.ts';

/** A verification that is told on one line among the messages, where a person sees them; `end` before anything else is written. */
export function followOnLine({ messages, isInteractive, isRewritable }: Terminal): {
  readonly call: Pick<VerificationCall, 'onProgress' | 'onMutant'>;
  readonly end: () => void;
} {
  if (!isInteractive || !isRewritable) return { call: {}, end: () => {} };
  const line = new ProgressLine((text) => messages.write(text));
  return {
    call: {
      onProgress: (progress) => line.show(progressText(progress)),
      onMutant: (progress) => line.show(mutantText(progress)),
    },
    end: () => line.end(),
  };
}
