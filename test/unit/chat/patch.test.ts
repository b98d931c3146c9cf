import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { emptyConversation } from '../../../src/chat/conversation.ts';
import { parseHostMessage, parsePanelMessage } from '../../../src/chat/messages.ts';
import { applyOperations, diffEntries } from '../../../src/chat/patch.ts';
import { reduce } from '../../../src/chat/reducer.ts';
import { anyEvent } from './events.ts';

describe('chat patches', () => {
  it('rebuild on the panel exactly what the host holds, over the wire, batched anyhow', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEvent, fc.boolean()), { maxLength: 50 }), (steps) => {
        let host = emptyConversation;
        let sent = host.entries;
        let panel = host.entries;
        for (const [event, isFlushed] of [...steps, undefined].map((step) => step ?? ([undefined, true] as const))) {
          if (event) host = reduce(host, event);
          if (!isFlushed) continue;
          const operations = diffEntries(sent, host.entries);
          sent = host.entries;
          const message = parseHostMessage(plain({ kind: 'patch', operations }));
          assert.ok(message?.kind === 'patch');
          const next = applyOperations(panel, message.operations);
          assert.ok(next);
          panel = next;
        }
        assert.deepEqual(plain(panel), plain(host.entries));
      }),
    ));

  it('send only the new part of streamed text', () => {
    const long = reduce(emptyConversation, { kind: 'text', delta: 'x'.repeat(50_000) });
    const longer = reduce(long, { kind: 'text', delta: 'abc' });
    assert.deepEqual(diffEntries(long.entries, longer.entries), [{ kind: 'appendText', index: 0, text: 'abc' }]);
  });

  it('that do not fit are refused, not guessed at', () => {
    assert.equal(applyOperations([], [{ kind: 'appendText', index: 0, text: 'a' }]), undefined);
    assert.equal(applyOperations([], [{ kind: 'truncate', length: 1 }]), undefined);
    const entry = { kind: 'notice', id: 1, tone: 'info', text: 'x' } as const;
    assert.equal(applyOperations([], [{ kind: 'set', index: 1, entry }]), undefined);
  });
});

describe('panel messages', () => {
  it('are parsed without throwing, whatever a page sends', () =>
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        parsePanelMessage(value);
        parseHostMessage(value);
      }),
    ));

  it('are bounded', () => {
    assert.deepEqual(parsePanelMessage({ kind: 'submit', goal: '  tidy  ' }), { kind: 'submit', goal: 'tidy' });
    assert.equal(parsePanelMessage({ kind: 'submit', goal: '   ' }), undefined);
    assert.equal(parsePanelMessage({ kind: 'submit', goal: 'x'.repeat(20_001) }), undefined);
    assert.equal(parsePanelMessage({ kind: 'act', action: 'rm' }), undefined);
    assert.equal(parsePanelMessage({ kind: 'accept', hash: 'a'.repeat(65) }), undefined);
  });
});

/** As it arrives on the other side. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
