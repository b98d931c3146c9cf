import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { tokenPlaces, type CodeToken } from '../../../src/verify/mutation/changes/tokenPlaces.ts';

describe('places of a change', () => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    ['a constant', 'f ( 1 ) ; g ( )', 'f ( 2 ) ; g ( )', ['1 → 2']],
    ['two constants of one statement', 'f ( 1 , a , 2 )', 'f ( 3 , a , 4 )', ['1 → 3', '2 → 4']],
    ['neighbours, word for word', 'a < 1', 'b > 2', ['a → b', '< → >', '1 → 2']],
    ['a statement that came', 'f ( )', 'f ( ) ; g ( 1 )', [' → ; g ( 1 )']],
    ['a statement that went', 'f ( ) ; g ( 1 ) ; h ( )', 'f ( ) ; h ( )', ['; g ( 1 ) → ']],
    ['statements that took the place of others', 'f ( a + b )', 's = a + b ; f ( s )', ['f ( → s =', ' → ; f ( s']],
    ['nothing', 'f ( 1 )', 'f ( 1 )', []],
    ['parts of one statement', 'f ( a , b + c )', 'f ( g ( a ) , b + d ( c ) )', [' → g ( ) d ( )']],
  ];
  for (const [name, before, after, expected] of cases)
    it(name, () => {
      const places = tokenPlaces(tokensOf(before), tokensOf(after));
      const told = places.map((place) => `${wordsOf(place.before)} → ${wordsOf(place.after)}`);
      assert.deepEqual(told, expected);
    });
});

function wordsOf(tokens: readonly CodeToken[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

/** Words between blanks; each `;` begins a unit. */
function tokensOf(text: string): readonly CodeToken[] {
  let [start, unit] = [0, 0];
  return text.split(' ').map((word) => {
    if (word === ';') unit += 1;
    const token = { text: word, kind: kindOf(word), start, end: start + word.length, unit };
    start = token.end + 1;
    return token;
  });
}

function kindOf(word: string): CodeToken['kind'] {
  if (/^\d/.test(word)) return 'literal';
  if (/^\w/.test(word)) return 'name';
  return /^[<>+=]/.test(word) ? 'operator' : 'other';
}
