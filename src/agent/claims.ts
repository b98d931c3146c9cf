/** Words that say that something was done to code. */
const deeds =
  'refactored|updated|changed|modified|replaced|rewritten|rewrote|renamed|removed|deleted|extracted|inlined|simplified|cleaned up|moved|added|applied|converted|edited|fixed|staged|implemented|introduced|optimi[sz]ed|modernized|modernised|split|merged|deduplicated|tidied';

const claims = [
  new RegExp(
    `\\b(?:i|we)(?:['’]ve|\\s+have)?\\s+(?:\\w+ly\\s+|now\\s+|also\\s+|just\\s+|then\\s+)*(?:${deeds})\\b`,
    'i',
  ),
  new RegExp(
    `\\b(?:has|have|was|were)\\s+(?:now\\s+|also\\s+|all\\s+)?(?:been\\s+)?(?:\\w+ly\\s+)?(?:${deeds})\\b`,
    'i',
  ),
  new RegExp(`\\b(?:is|are)\\s+now\\s+(?:\\w+ly\\s+)?(?:${deeds})\\b`, 'i'),
  /\b(?:the )?(?:refactoring|change|edit|update)s? (?:is|are) (?:now )?(?:complete|completed|done|finished|in place|applied|staged)\b/i,
];

/** Where a sentence says that nothing was done, or what could be. */
const withdrawn =
  /\b(?:not|never|nothing|none|no|nobody|without|would|could|should|can|may|might|if|unless|already|before|previously|earlier)\b|n['’]t\b/i;

/** The sentence of a model that claims to have changed something; undefined when it claims nothing. */
export function claimOf(text: string): string | undefined {
  return text
    .split(/(?<=[.!?:])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .find((sentence) => claims.some((claim) => claim.test(sentence)) && !withdrawn.test(sentence));
}
