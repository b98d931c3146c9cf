import { isDeepStrictEqual } from 'node:util';
import { leftOut } from '../recording/redaction.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Sentences on what differs between a request and the one that was recorded; texts that were left out are not compared. */
export function compareRequests(number: number, sent: unknown, recorded: unknown): readonly string[] {
  if (!isFields(sent) || !isFields(recorded)) return [`Request ${number} is no object.`];
  const differences: string[] = [];
  const say = (text: string): void => void differences.push(`Request ${number}: ${text}`);
  const [isDelta, wasDelta] = [sent, recorded].map((request) => 'previous_response_id' in request);
  if (isDelta !== wasDelta)
    say(
      isDelta === true
        ? 'only new items were sent, recorded is everything.'
        : 'everything was sent, recorded are only new items.',
    );
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(sent)])) {
    if (name === 'input' || (name === 'previous_response_id' && isDelta !== wasDelta)) continue;
    if (!matches(sent[name], recorded[name]))
      say(`"${name}" differs: ${brief(sent[name])}, recorded ${brief(recorded[name])}.`);
  }
  compareItems(itemsOf(sent), itemsOf(recorded), say);
  return differences;
}

function compareItems(sent: readonly unknown[], recorded: readonly unknown[], say: (text: string) => void): void {
  if (sent.length !== recorded.length) say(`${sent.length} items were sent, recorded are ${recorded.length}.`);
  for (const [index, item] of sent.slice(0, recorded.length).entries())
    if (!matches(item, recorded[index]))
      say(`item ${index + 1} differs: ${brief(item)}, recorded ${brief(recorded[index])}.`);
}

function matches(sent: unknown, recorded: unknown): boolean {
  if (typeof recorded === 'string' && leftOut.test(recorded)) return typeof sent === 'string';
  if (Array.isArray(sent) && Array.isArray(recorded))
    return sent.length === recorded.length && sent.every((one, index) => matches(one, recorded[index]));
  if (!isFields(sent) || !isFields(recorded)) return isDeepStrictEqual(sent, recorded);
  const names = new Set([...Object.keys(sent), ...Object.keys(recorded)]);
  return [...names].every((name) => matches(sent[name], recorded[name]));
}

function itemsOf({ input }: Fields): readonly unknown[] {
  return Array.isArray(input) ? input : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
