import { parseArgs } from 'node:util';

/** What the command line can be asked to do. */
export const commands = ['refactor', 'verify', 'undo', 'serve', 'replay'] as const;

export type Command = (typeof commands)[number];

type Option = (typeof options)[keyof typeof options] & { readonly multiple?: boolean };

/** Those that run tests, and those that judge a change. */
const tests = ['refactor', 'verify', 'undo'] as const;
const checks = ['refactor', 'verify'] as const;
const refactor = ['refactor'] as const;

/** Every option, with the commands that take it. */
const options = {
  goal: { type: 'string', of: checks },
  apply: { type: 'string', of: refactor },
  characterize: { type: 'boolean', of: refactor },
  base: { type: 'string', of: ['verify'] },
  step: { type: 'string', of: ['undo'] },
  list: { type: 'boolean', of: ['undo'] },
  test: { type: 'string', of: tests },
  'test-report': { type: 'string', of: tests },
  'test-time-limit': { type: 'string', of: tests },
  env: { type: 'string', multiple: true, of: tests },
  sensitivity: { type: 'string', of: checks },
  'step-time': { type: 'string', of: refactor },
  'allow-test-edits': { type: 'boolean', of: checks },
  'in-place': { type: 'boolean', of: checks },
  evidence: { type: 'string', of: checks },
  endpoint: { type: 'string', of: refactor },
  model: { type: 'string', of: ['refactor', 'serve'] },
  transport: { type: 'string', of: refactor },
  effort: { type: 'string', of: refactor },
  verbosity: { type: 'string', of: refactor },
  'service-tier': { type: 'string', of: refactor },
  'hosted-tools': { type: 'string', of: refactor },
  prices: { type: 'string', of: refactor },
  'max-turns': { type: 'string', of: refactor },
  'rate-limit-wait': { type: 'string', of: refactor },
  'reconnect-wait': { type: 'string', of: refactor },
  meter: { type: 'string', of: refactor },
  record: { type: 'string', of: refactor },
  'record-texts': { type: 'string', of: refactor },
  upstream: { type: 'string', of: ['serve'] },
  api: { type: 'string', of: ['serve'] },
  port: { type: 'string', of: ['serve'] },
  json: { type: 'boolean', of: ['refactor', 'verify', 'serve'] },
  cwd: { type: 'string', of: tests },
  help: { type: 'boolean', short: 'h', of: commands },
  version: { type: 'boolean', short: 'v', of: commands },
} as const;

/** The options of a command line, as they were typed. */
export type OptionValues = ReturnType<typeof parseOptions>['values'];

/** Splits a command line into options and other words. Throws a TypeError with the reason when an option is none, or lacks its value. */
export function parseOptions(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true, tokens: true });
}

/** The first option that stands there twice and may not. */
export function repeatedOption({ tokens }: Pick<ReturnType<typeof parseOptions>, 'tokens'>): string | undefined {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option: Option = options[token.name];
    if (seen.has(token.name) && option.multiple !== true) return token.name;
    seen.add(token.name);
  }
  return undefined;
}

/** The first option that the command does not take. */
export function foreignOption(command: Command, values: OptionValues): string | undefined {
  const isTaken = ({ of }: { readonly of: readonly Command[] }): boolean => of.includes(command);
  return Object.entries(options).find(([name, option]) => Object.hasOwn(values, name) && !isTaken(option))?.[0];
}

/** Each option with the commands that take it, in the order of the table. */
export function optionTable(): readonly (readonly [name: string, of: readonly Command[]])[] {
  return Object.entries(options).map(([name, { of }]) => [name, of]);
}

export function isCommand(word: string): word is Command {
  return commands.some((command) => command === word);
}
