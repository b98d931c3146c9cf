import * as z from 'zod/mini';

/**
 * The contract between the extension host and the chat panel: what is shown, and one message type per direction.
 * Both sides parse what they receive with these schemas. The host owns every truth; the panel only draws it.
 */

const counts = z.readonly(z.object({ passed: z.int(), failed: z.int(), skipped: z.int() }));

const proposedFile = z.readonly(
  z.object({
    path: z.string(),
    /** Where a moved file came from. */
    from: z.nullable(z.string()),
    change: z.enum(['edit', 'create', 'delete', 'move']),
    added: z.int(),
    removed: z.int(),
    /** False when the user leaves it out. */
    isTaken: z.boolean(),
  }),
);

const verdict = z.readonly(
  z.object({
    kind: z.enum(['preserved', 'broken', 'unproven']),
    reasons: z.readonly(z.array(z.string())),
    /** Of a preserved one: what differs because the goal asks for it. */
    asked: z.optional(z.readonly(z.array(z.string()))),
    /** What would help most. */
    offer: z.optional(z.enum(['characterizationTests', 'verification'])),
  }),
);

const proposedStep = z.readonly(
  z.object({
    id: z.string(),
    name: z.string(),
    added: z.int(),
    removed: z.int(),
    /** Later steps that build on it and cannot stay without it. */
    heldBy: z.readonly(z.array(z.string())),
    /** What is known of it with the steps before it; null while nothing is. */
    verdict: z.nullable(
      z.readonly(
        z.object({
          kind: z.enum(['preserved', 'broken', 'unproven', 'notVerified']),
          reasons: z.readonly(z.array(z.string())),
        }),
      ),
    ),
    /** Under review `leftOut` is what the user chose to leave out; after it, all that was. */
    state: z.enum(['taken', 'leftOut', 'undone']),
  }),
);

const tokens = z.nullable(z.readonly(z.object({ input: z.number(), cached: z.number(), output: z.number() })));

/** Null when nobody knows it; no currency when the endpoint reported the amount. */
const cost = z.nullable(z.readonly(z.object({ amount: z.number(), currency: z.nullable(z.string()) })));

const wireTurn = z.readonly(
  z.object({
    turn: z.int(),
    transport: z.enum(['webSocket', 'http']),
    isFull: z.boolean(),
    up: z.int(),
    down: z.int(),
    upIfFull: z.int(),
    items: z.int(),
    /** Of the items, those that had travelled before. */
    resent: z.int(),
    modelMs: z.number(),
    toolMs: z.number(),
    wireMs: z.number(),
    tokens,
    cost,
  }),
);

const wire = z.readonly(
  z.object({
    turns: z.int(),
    up: z.int(),
    down: z.int(),
    /** What would have gone up with the whole history in every request. */
    upIfFull: z.int(),
    items: z.int(),
    resent: z.int(),
    /** Messages of the endpoint that were no JSON, or empty. */
    skipped: z.int(),
    handshakes: z.int(),
    reconnects: z.int(),
    modelMs: z.number(),
    toolMs: z.number(),
    wireMs: z.number(),
    tokens,
    cost,
    /** The newest turns, oldest first, at most `maxShownTurns`. */
    recent: z.readonly(z.array(wireTurn)),
  }),
);

/** One block of the conversation, in order; `id` never changes and is never reused. */
export const chatEntry = z.discriminatedUnion('kind', [
  z.readonly(
    z.object({ kind: z.literal('user'), id: z.int(), text: z.string(), focus: z.readonly(z.array(z.string())) }),
  ),
  z.readonly(z.object({ kind: z.literal('assistant'), id: z.int(), text: z.string(), isStreaming: z.boolean() })),
  z.readonly(z.object({ kind: z.literal('reasoning'), id: z.int(), text: z.string(), isStreaming: z.boolean() })),
  z.readonly(
    z.object({
      kind: z.literal('step'),
      id: z.int(),
      callId: z.string(),
      /** Name of the function tool. */
      tool: z.string(),
      title: z.string(),
      detail: z.string(),
      state: z.enum(['running', 'done', 'failed', 'stopped']),
      durationMs: z.nullable(z.number()),
    }),
  ),
  z.readonly(
    z.object({
      kind: z.literal('tests'),
      id: z.int(),
      title: z.string(),
      stage: z.enum(['baseline', 'trial', 'applied']),
      command: z.string(),
      state: z.enum(['running', 'passed', 'failed', 'unknown', 'stopped']),
      summary: z.string(),
      /** Failing or broken tests, at most `maxShownTests`. */
      failures: z.readonly(z.array(z.readonly(z.object({ id: z.string(), message: z.string() })))),
    }),
  ),
  z.readonly(
    z.object({
      kind: z.literal('proposal'),
      id: z.int(),
      hash: z.string(),
      files: z.readonly(z.array(proposedFile)),
      state: z.enum(['staged', 'review', 'accepted', 'rejected', 'applied', 'rolledBack', 'closed']),
      verdict: z.nullable(verdict),
      tests: z.nullable(z.readonly(z.object({ before: z.nullable(counts), after: z.nullable(counts) }))),
      /** How it came about, in order; absent when that is not known. */
      steps: z.optional(z.readonly(z.array(proposedStep))),
      /** Names it in the journal once it is applied; absent where its steps cannot be undone from here. */
      entry: z.optional(z.string()),
      /** What the verdict rests on; absent until it was looked at. */
      evidence: z.optional(z.readonly(z.array(z.readonly(z.object({ name: z.string(), text: z.string() }))))),
      /** What a reader must know before accepting, for example hidden characters. */
      warnings: z.readonly(z.array(z.string())),
    }),
  ),
  z.readonly(z.object({ kind: z.literal('notice'), id: z.int(), tone: z.enum(['info', 'warning']), text: z.string() })),
  z.readonly(
    z.object({
      kind: z.literal('ending'),
      id: z.int(),
      tone: z.enum(['good', 'neutral', 'bad']),
      text: z.string(),
      /** What the whole run sent and received; null when it never reached an endpoint. */
      wire: z.nullable(wire),
      /** What the reader can do next. */
      action: z.nullable(z.enum(['undo', 'setKey', 'showLog'])),
    }),
  ),
]);

const phaseState = z.enum(['idle', 'active', 'done', 'failed']);

/** Everything beside the entries that follows from the events of a run. */
export const runStatus = z.readonly(
  z.object({
    activity: z.enum(['idle', 'running', 'reviewing', 'stopping']),
    phases: z.readonly(z.object({ analyze: phaseState, propose: phaseState, apply: phaseState, verify: phaseState })),
    wire: z.nullable(wire),
  }),
);

/** What the panel shows of the window around it. */
export const surroundings = z.readonly(
  z.object({
    /** Name of the workspace folder; empty without one. */
    folder: z.string(),
    /** The conversations of this window, of all folders, in order. */
    threads: z.readonly(
      z.array(
        z.readonly(
          z.object({
            id: z.string(),
            title: z.string(),
            /** Empty where there is only one folder. */
            folder: z.string(),
            activity: z.enum(['idle', 'running', 'reviewing', 'stopping']),
            isCurrent: z.boolean(),
          }),
        ),
      ),
    ),
    endpoint: z.readonly(z.object({ label: z.string(), isHosted: z.boolean() })),
    /** What the next goal points at unless switched off, for example `src/cart.js:10-40`. */
    context: z.nullable(z.readonly(z.object({ label: z.string(), isUsed: z.boolean() }))),
    /** Why no run can start here. */
    blocker: z.nullable(
      z.readonly(z.object({ text: z.string(), action: z.enum(['openFolder', 'manageTrust', 'none']) })),
    ),
    examples: z.readonly(z.array(z.string())),
    /** What may be accepted. */
    applyPolicy: z.enum(['show', 'preservedOnly', 'onRequest']),
  }),
);

/** A change of the entries; indexes refer to the list as the operations before left it. */
const entryOperation = z.discriminatedUnion('kind', [
  z.readonly(z.object({ kind: z.literal('set'), index: z.int(), entry: chatEntry })),
  /** Text at the end of an assistant or reasoning entry. */
  z.readonly(z.object({ kind: z.literal('appendText'), index: z.int(), text: z.string() })),
  z.readonly(z.object({ kind: z.literal('truncate'), length: z.int() })),
]);

/** Host → panel. */
export const hostMessage = z.discriminatedUnion('kind', [
  z.readonly(
    z.object({
      kind: z.literal('state'),
      /** Another one: nothing that was shown before belongs to it. */
      threadId: z.string(),
      entries: z.readonly(z.array(chatEntry)),
      status: runStatus,
      surroundings,
    }),
  ),
  z.readonly(
    z.object({
      kind: z.literal('patch'),
      operations: z.readonly(z.array(entryOperation)),
      status: z.optional(runStatus),
      surroundings: z.optional(surroundings),
    }),
  ),
  /** Puts the caret into the goal, with a text to start from when given. */
  z.readonly(z.object({ kind: z.literal('focusGoal'), text: z.optional(z.string()) })),
]);

const hash = z.string().check(z.maxLength(64));
const threadId = z.string().check(z.maxLength(64));
const entryId = z.string().check(z.maxLength(200));
const stepId = z.string().check(z.maxLength(64));
const filePath = z.string().check(z.maxLength(4096));

/** Panel → host. Untrusted: whatever a page could send is bounded here. */
export const panelMessage = z.discriminatedUnion('kind', [
  z.readonly(z.object({ kind: z.literal('ready') })),
  z.readonly(
    z.object({ kind: z.literal('submit'), goal: z.string().check(z.trim(), z.minLength(1), z.maxLength(20_000)) }),
  ),
  z.readonly(z.object({ kind: z.literal('stop') })),
  z.readonly(z.object({ kind: z.literal('takeFile'), hash, path: filePath, isTaken: z.boolean() })),
  z.readonly(z.object({ kind: z.literal('takeStep'), hash, step: stepId, isTaken: z.boolean() })),
  /** What is taken of it now. */
  z.readonly(z.object({ kind: z.literal('accept'), hash })),
  z.readonly(z.object({ kind: z.literal('reject'), hash })),
  z.readonly(z.object({ kind: z.literal('writeTests'), hash })),
  z.readonly(z.object({ kind: z.literal('verify'), hash })),
  z.readonly(z.object({ kind: z.literal('openDiff'), hash, path: z.nullable(filePath) })),
  z.readonly(z.object({ kind: z.literal('openStep'), hash, step: stepId })),
  z.readonly(z.object({ kind: z.literal('undoStep'), entry: entryId, step: stepId })),
  z.readonly(z.object({ kind: z.literal('useContext'), isUsed: z.boolean() })),
  z.readonly(z.object({ kind: z.literal('newThread') })),
  z.readonly(z.object({ kind: z.literal('selectThread'), id: threadId })),
  z.readonly(z.object({ kind: z.literal('closeThread'), id: threadId })),
  z.readonly(
    z.object({
      kind: z.literal('act'),
      action: z.enum(['openFolder', 'manageTrust', 'undo', 'setKey', 'showLog', 'openSettings', 'changePolicy']),
    }),
  ),
]);

export type Counts = z.infer<typeof counts>;
export type ProposedFile = z.infer<typeof proposedFile>;
export type ProposedStep = z.infer<typeof proposedStep>;
export type WireTurn = z.infer<typeof wireTurn>;
export type WireTotals = z.infer<typeof wire>;
export type ChatEntry = z.infer<typeof chatEntry>;
export type RunStatus = z.infer<typeof runStatus>;
export type PhaseState = z.infer<typeof phaseState>;
export type Surroundings = z.infer<typeof surroundings>;
export type EntryOperation = z.infer<typeof entryOperation>;
export type HostMessage = z.infer<typeof hostMessage>;
export type PanelMessage = z.infer<typeof panelMessage>;

/** How many turns of the wire meter are listed. */
export const maxShownTurns = 100;

/** How many failing tests are listed in one entry. */
export const maxShownTests = 20;

/** Undefined when a value is not a message of the panel; never throws. */
export function parsePanelMessage(value: unknown): PanelMessage | undefined {
  const parsed = panelMessage.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** Undefined when a value is not a message of the host; never throws. */
export function parseHostMessage(value: unknown): HostMessage | undefined {
  const parsed = hostMessage.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
