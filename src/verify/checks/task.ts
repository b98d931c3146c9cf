import type { VerificationTask } from '../../workspace/verification.ts';

/** The goal asks for other public names or another way to call them. */
export function asksForOtherNames({ goal }: VerificationTask, name: string): boolean {
  if (new RegExp(`(?<![\\w$])${escaped(name.split('.').at(-1) ?? name)}(?![\\w$])`).test(goal)) return true;
  return /\b(renam\w*|remov\w*|delet\w*|drop\w*|unused|dead|unexport\w*|mov(e|es|ing)|split\w*|merg\w*|inlin\w*|public api|signature\w*|parameter\w*|breaking)\b/i.test(
    goal,
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
