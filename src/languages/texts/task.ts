import type { VerificationTask } from '../../workspace/verification.ts';

/**
 * Whether the goal names a thing, in whatever words: its name stands there as a word of its own. A word that every goal may hold counts only
 * where it is marked as code, by quotes, a dot before it or a bracket behind it.
 */
export function namesThing({ goal }: VerificationTask, name: string): boolean {
  const word = name.split(/[.\s]/).at(-1) ?? name;
  if (word === '' || /^\W*$/.test(word)) return false;
  const whole = String.raw`(?<![\w$])${escaped(word)}(?![\w$])`;
  if (!ordinary.has(word)) return new RegExp(whole).test(goal);
  return new RegExp(String.raw`(?<=["'\`.])${escaped(word)}(?![\w$])|${whole}(?=["'\`]|\()`).test(goal);
}

/** Words of prose that are names of code as well. */
const ordinary = new Set(
  'a add all and any api apply as async at be body by call change check class clean code compare const copy count create data default delete do document each edit else end error export extract file files filter find fix for format from function get group handle has if in index init inline input is it item items join key keep let list load log main make map merge method module move name new next no not object of off on one only open option options or order other out output parse path print process put query read reduce remove rename replace reset result return run same save search send set show simplify sort split start state step stop test tests text that the then this time to tool type types up update use user util utils value values verify was way when where with write'.split(
    ' ',
  ),
);

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
