import type { DeclaredTool, JsonObject, ToolChoice } from '../../model.ts';
import { fillRecord, type Filling } from './filling.ts';
import { Question } from './question.ts';
import { propertiesOf, type Property } from './shapes.ts';
import { contentWords, hasSameWord, isGeneralWord, isSameWord, tellingWords, wordsOf } from './words.ts';

export type ForeignCall =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: JsonObject }
  /** The tool fits, and the question lacks what it must be given. */
  | { readonly kind: 'incomplete'; readonly name: string; readonly missing: readonly string[] }
  | { readonly kind: 'none' };

interface Match {
  readonly tool: DeclaredTool;
  readonly filling: Filling;
  /** How much the question is about this tool. */
  readonly score: number;
  /** How well it does beside others: one that lacks a value falls behind, and one that looks up anything comes last. */
  readonly rank: number;
}

/** How much of a question a tool must be about to be called unasked: about one word of its name. */
const enough = 2.5;
/** Words of a question, and letters of a description, that are looked at. */
const maxWords = 200;
const maxDescription = 600;

/**
 * Decides what to call for a question by nothing but what the tools say of themselves: words of the question that are words of a
 * tool's name, description and parameters, and values that look like what its parameters ask for.
 */
export function chooseCall(tools: readonly DeclaredTool[], text: string, choice: ToolChoice, now: Date): ForeignCall {
  const named = choice.kind === 'named' ? tools.filter(({ name }) => name === choice.name) : tools;
  const question = new Question(text);
  const matches = named.map((tool) => match(tool, question, now));
  const best = matches.reduce<Match | undefined>(
    (winner, one) => (one.rank > (winner?.rank ?? -Infinity) ? one : winner),
    undefined,
  );
  const isDemanded = choice.kind === 'named' || choice.kind === 'required';
  if (!best || choice.kind === 'none' || (!isDemanded && best.score < enough)) return { kind: 'none' };
  const { name } = best.tool;
  const { missing, values } = best.filling;
  return missing.length > 0 ? { kind: 'incomplete', name, missing } : { kind: 'call', name, arguments: values };
}

function match(tool: DeclaredTool, question: Question, now: Date): Match {
  const properties = propertiesOf(tool.parameters);
  const toolWords = tellingWords(tool.name);
  // What the tool does is no argument either.
  const asking = [...toolWords, ...contentWords(described(tool)).slice(0, 1)];
  const filling = fillRecord(properties, { question: question.afresh(), toolWords: asking, now });
  const { text } = question;
  const asked = contentWords(text).slice(0, maxWords);
  const about = scoreOf(tool, toolWords, properties, asked) + Math.min(enough, filling.evidence);
  const looksUp = about < enough && looksThingsUp(tool, text);
  const score = looksUp ? enough : about;
  return { tool, filling, score, rank: score - (filling.missing.length > 0 ? enough : 0) - (looksUp ? 0.1 : 0) };
}

function described({ description = '' }: DeclaredTool): string {
  return description.slice(0, maxDescription);
}

/** Each word of the question counts once, for the best that it is. */
function scoreOf(
  tool: DeclaredTool,
  toolWords: readonly string[],
  properties: readonly Property[],
  asked: readonly string[],
): number {
  const ownWords = tellingWords(described(tool));
  const parameters = properties.flatMap(({ name, description }) => [
    ...tellingWords(name),
    ...tellingWords(description.slice(0, maxDescription)),
  ]);
  const verb = contentWords(described(tool))[0];
  return asked.reduce((sum, word, index) => {
    // "Define serendipity", and the tool says: "Defines a word".
    if (index === 0 && verb !== undefined && !isGeneralWord(verb) && isSameWord(verb, word)) return sum + enough;
    if (hasSameWord(toolWords, word)) return sum + 3;
    if (hasSameWord(ownWords, word)) return sum + 1.5;
    return sum + (hasSameWord(parameters, word) ? 1 : 0);
  }, 0);
}

/** A tool that looks things up is about any question of fact. */
function looksThingsUp(tool: DeclaredTool, text: string): boolean {
  const own = [...wordsOf(tool.name), ...wordsOf(described(tool))].join(' ');
  const looksUp =
    /\b(?:search|look ?up|find|query|answer|ask)\w*\b/.test(own) &&
    /\b(?:web|internet|online|google|wikipedia|knowledge|encyclopa?edia|questions?)\b/.test(own);
  const isQuestion = /^\s*(?:who|what|when|where|why|how|which|is|are|does|did|do|was|were)\b/i.test(text);
  return looksUp && isQuestion;
}
