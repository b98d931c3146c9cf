import type { Finding } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import { membersThatDiffer } from '../../languages/script/signatures.ts';
import { namesThing } from '../../languages/texts/task.ts';

/** What happened to one name that others may use. */
export interface ApiChange {
  readonly name: string;
  readonly path: string;
  /** How it was declared, and how it is now where it is there still. */
  readonly last: string | undefined;
  readonly next?: string | undefined;
  /** It is certain that whoever uses the name fails. */
  readonly isGone: boolean;
  /** One sentence without its end. */
  readonly message: string;
}

/** Whether the goal names all that a change of a name concerns: of something with members, each member that differs. */
export function isAsked(task: VerificationTask, { name, last, next }: ApiChange): boolean {
  const members = last === undefined || next === undefined ? undefined : membersThatDiffer(last, next);
  if (members === undefined || members.gone.length + members.changed.length === 0) return namesThing(task, name);
  return [...members.gone, ...members.changed].every((member) => namesThing(task, member));
}

/**
 * One sentence for what was asked for, for example "`a` is now `b`": a name that is gone where exactly one came that is declared alike, or
 * where the goal names just one of those.
 */
export function askedSentence(task: VerificationTask, change: ApiChange, added: ReadonlyMap<string, string>): string {
  const { name, last, next, message } = change;
  const members = last === undefined || next === undefined ? undefined : membersThatDiffer(last, next);
  if (members !== undefined) {
    const told = members.gone.map((member) => {
      const [other, ...more] = members.added.filter((one) => namesThing(task, one));
      return other === undefined || more.length > 0
        ? `\`${name}.${member}\` is gone`
        : `\`${name}.${member}\` is now \`${name}.${other}\``;
    });
    const changed = members.changed.map((member) => `\`${name}.${member}\` is declared otherwise`);
    return [...told, ...changed].join(', ') || message;
  }
  if (next !== undefined) return message;
  const alike = [...added].filter(([, signature]) => signature === last).map(([other]) => other);
  const named = [...added.keys()].filter((other) => namesThing(task, other));
  const [only] = named.length === 1 ? named : alike.length === 1 ? alike : [];
  return only === undefined ? message : `\`${name}\` is now \`${only}\``;
}

export function findingOf({ message, path }: ApiChange): Finding {
  return { message, path };
}
