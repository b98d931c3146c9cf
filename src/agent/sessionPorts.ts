import type { Draft } from '../edits/draft.ts';
import type { InputItem } from '../responses/items.ts';
import type { ResponsesClient } from '../responses/turn.ts';
import type { LanguageFeatures } from '../workspace/language.ts';
import type { Applier, Verifier } from '../workspace/verification.ts';
import type { CallLedger } from './callLedger.ts';
import type { Prices } from './cost.ts';
import type { LoopPorts } from './loop.ts';
import type { SessionTap } from './recorder.ts';
import type { Exclusive } from './review.ts';
import type { Reviewer, RunLimits } from './run.ts';
import type { Tool } from './tool.ts';

/** What may be other in each run of a session, since settings change and connections are made anew. */
export interface RunPorts {
  readonly client: ResponsesClient;
  readonly limits: RunLimits;
  /** Nothing is verified before the person asks for it. */
  readonly isVerifiedOnRequest?: boolean;
  /** What else every request asks for. */
  readonly options?: LoopPorts['options'];
  /** What the model costs. */
  readonly prices?: Prices | undefined;
}

/** What a session works with; every collaborator is given, none is looked up. */
export interface SessionPorts {
  /** Asked whenever one of them is needed; a run may see several. */
  readonly current: () => RunPorts;
  readonly model: string;
  /** For people, for example `embedded engine` or `api.openai.com`. */
  readonly endpointName: string;
  /** Makes the function tools over the session's own draft and verifier. */
  readonly createTools: (own: { readonly draft: Draft; readonly verifier: Verifier }) => readonly Tool[];
  readonly verifier: Verifier;
  readonly applier: Applier;
  readonly reviewer: Reviewer;
  readonly language: LanguageFeatures;
  /** Told what every loop begins with and what every tool answers. */
  readonly tap?: SessionTap | undefined;
  /** What goes first in a conversation that is continued, instead of the standing instructions, which it holds. */
  readonly resume?: readonly InputItem[] | undefined;
  /** Shared by the conversations of a folder; without it this one is alone. */
  readonly exclusive?: Exclusive;
  /** Of this conversation; without one it lasts as long as the session. */
  readonly ledger?: CallLedger;
}
