import { withoutHiddenCharacters } from './hiddenCharacters.ts';
import { cutName } from './steps.ts';

/** A name that somebody gave a step as one short line that shows all that it holds, or undefined when nothing of it can be shown. */
export function stepNameOf(given: string | null): string | undefined {
  // A model may send much; what is looked at is bounded before it is worked on.
  const name = withoutHiddenCharacters((given ?? '').slice(0, 2_000).replaceAll(/[\s\u2028\u2029]+/gu, ' '))
    .replaceAll(/\p{Surrogate}/gu, '')
    .trim();
  return name === '' ? undefined : cutName(name);
}
