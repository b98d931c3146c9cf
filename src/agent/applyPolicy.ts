/**
 * What a person wants to stand between a verdict and the write. `show`: every change is verified, any may be accepted.
 * `preservedOnly`: every change is verified, and only PRESERVED is written. `onRequest`: nothing is verified until the person asks for
 * it, since the same setting that decides how much a verdict counts also decides whether one is wanted at all.
 */
export const applyPolicies = ['show', 'preservedOnly', 'onRequest'] as const;

export type ApplyPolicy = (typeof applyPolicies)[number];

/** A verdict, as far as a policy goes by it: no more than that, since the panel asks, too. */
export interface Judged {
  readonly kind: 'preserved' | 'broken' | 'unproven';
  readonly reasons: readonly string[];
  readonly offer?: 'characterizationTests' | 'verification' | undefined;
}

/** What a press on Accept may do. */
export type Permission =
  | { readonly kind: 'granted' }
  /** Only when it is said once more, in the knowledge of the reasons. */
  | { readonly kind: 'confirm'; readonly question: string; readonly reasons: readonly string[] }
  /** `reason` names the setting that refuses. */
  | { readonly kind: 'refused'; readonly reason: string };

const maxReasons = 3;

/**
 * Whether a change with this verdict, or a part of it, may be written. The one place that decides it in the editor. A part of what is
 * BROKEN need not be: it is verified by itself before it is written, and shown again when it is.
 */
export function permissionToApply(policy: ApplyPolicy, verdict: Judged, isPart: boolean): Permission {
  if (verdict.kind === 'preserved') return { kind: 'granted' };
  if (policy === 'preservedOnly') return { kind: 'refused', reason: preservedOnlyRefusal(verdict) };
  const reasons = verdict.reasons.slice(0, maxReasons);
  if (verdict.kind === 'broken' && !isPart)
    return { kind: 'confirm', question: 'This change is BROKEN. Apply it all the same?', reasons };
  if (verdict.offer === 'verification')
    return { kind: 'confirm', question: 'This change is not verified. Apply it without verification?', reasons };
  return { kind: 'granted' };
}

function preservedOnlyRefusal({ kind, reasons }: Judged): string {
  const why = reasons[0] ?? '';
  return `The setting whetstone.applyPolicy lets only PRESERVED changes be applied, and this one is ${kind.toUpperCase()}: ${why} Nothing was changed.`;
}
