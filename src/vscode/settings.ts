import type { WorkspaceConfiguration } from 'vscode';
import * as z from 'zod/mini';
import { applyPolicies, type ApplyPolicy } from '../agent/applyPolicy.ts';
import type { Prices } from '../agent/cost.ts';
import {
  parseHostedTools,
  parsePrices,
  reasoningEfforts,
  serviceTiers,
  transports,
  verbosities,
  type ModelOptions,
} from '../agent/modelOptions.ts';
import { defaultLimits, type RunLimits } from '../agent/run.ts';
import { webSocketAddress } from '../responses/endpoint.ts';
import { parseConfiguredReport, type ConfiguredReport } from '../runners/reports/configuredReport.ts';
import { defaultTimeLimitMs } from '../verify/stages/2-run/verifierOptions.ts';

/** The settings of Whetstone for one workspace folder, parsed. */
export interface Settings {
  /** Base URL; undefined when none was set. */
  readonly endpoint: string | undefined;
  readonly model: string | undefined;
  readonly testCommand: readonly [string, ...string[]] | undefined;
  /** True when the user's own settings hold the test command: what the user wrote there needs no second confirmation. */
  readonly isTestCommandOwn: boolean;
  /** What that command leaves its results in. */
  readonly testReport: ConfiguredReport | undefined;
  readonly testTimeLimitMs: number;
  /** Names of variables that programs of the project may see beside the harmless ones. */
  readonly environment: readonly string[];
  readonly allowsTestEdits: boolean;
  readonly applyPolicy: ApplyPolicy;
  /** For seeding faults; undefined where the verifier decides by what the verdict depends on. */
  readonly sensitivityMs: number | undefined;
  readonly limits: RunLimits;
  readonly options: ModelOptions;
  /** How long one answer may wait for the endpoint. */
  readonly patience: Pick<ModelOptions, 'maxWaitMs' | 'maxLossMs'>;
  readonly prices: Prices | undefined;
  /** Conversations outlive the window, on this machine. */
  readonly keepsConversations: boolean;
  /** Frames and results of tools are recorded, in memory. */
  readonly records: boolean;
}

export type SettingsOutcome =
  | { readonly kind: 'settings'; readonly settings: Settings }
  /** One sentence that names the setting and what was expected. */
  | { readonly kind: 'invalid'; readonly setting: string; readonly message: string };

type Source = Pick<WorkspaceConfiguration, 'get' | 'inspect'>;

const argv = z.array(z.string().check(z.maxLength(32_768))).check(z.maxLength(1_000));
const variables = z.array(z.string().check(z.regex(/^[A-Za-z_][\w()]*$/))).check(z.maxLength(200));
const maxMinutes = 24 * 60;
const minutes = z.number().check(z.gt(0), z.maximum(maxMinutes));
const waitMinutes = z.number().check(z.minimum(0), z.maximum(maxMinutes));
const atLeastOne = z.int().check(z.minimum(1));
const maxSensitivity = 3_600;
const sensitivity = z.nullable(z.number().check(z.minimum(0), z.maximum(maxSensitivity)));

type Name =
  | 'endpoint'
  | 'model'
  | 'testCommand'
  | 'testReport'
  | 'testTimeLimit'
  | 'environment'
  | 'allowTestEdits'
  | 'applyPolicy'
  | 'sensitivityBudget'
  | 'limits.maxTurns'
  | 'limits.maxMinutes'
  | 'limits.maxTokens'
  | 'limits.maxWaitMinutes'
  | 'limits.maxLossMinutes'
  | 'transport'
  | 'reasoningEffort'
  | 'verbosity'
  | 'serviceTier'
  | 'hostedTools'
  | 'prices'
  | 'keepConversations'
  | 'record';

const expectations: Readonly<Record<Name, string>> = {
  endpoint: 'a base URL such as "https://host/v1"',
  model: 'the name of a model',
  testCommand: 'a list of program and arguments such as ["npm", "test"]',
  testReport: 'empty, "tap", or "junit:" and a path below the folder such as "junit:reports/tests.xml"',
  testTimeLimit: 'a number of seconds from 1 to 7200',
  environment: 'a list of names of variables such as ["DATABASE_URL"]',
  allowTestEdits: 'true or false',
  applyPolicy: oneOf(applyPolicies),
  sensitivityBudget: `a number of seconds from 0 to ${maxSensitivity}, or null`,
  'limits.maxTurns': 'a whole number of at least 1',
  'limits.maxMinutes': `a number of minutes above 0 and at most ${maxMinutes}`,
  'limits.maxTokens': 'a whole number of at least 1',
  'limits.maxWaitMinutes': `a number of minutes from 0 to ${maxMinutes}`,
  'limits.maxLossMinutes': `a number of minutes from 0 to ${maxMinutes}`,
  transport: oneOf(transports),
  reasoningEffort: `empty or ${oneOf(reasoningEfforts)}`,
  verbosity: `empty or ${oneOf(verbosities)}`,
  serviceTier: `empty or ${oneOf(serviceTiers)}`,
  hostedTools: 'a list of names such as ["code_interpreter"], or of objects with a "type"',
  prices: 'an object such as {"input": 1.25, "cached": 0.125, "output": 10, "currency": "USD"}, per million tokens',
  keepConversations: 'true or false',
  record: 'true or false',
};

/** Reads `whetstone.*`; a missing value is its default, a wrong one is named and nothing is guessed. Never throws. */
export function readSettings(source: Source): SettingsOutcome {
  const wrong: Name[] = [];
  const read = <T>(name: Name, schema: z.ZodMiniType<T>, fallback: T): T => {
    const parsed = schema.safeParse(source.get<unknown>(name) ?? fallback);
    if (parsed.success) return parsed.data;
    wrong.push(name);
    return fallback;
  };
  const readWith = <T>(name: Name, parse: (value: unknown) => T | undefined, fallback: T): T => {
    const parsed = parse(source.get<unknown>(name) ?? fallback);
    if (parsed === undefined) wrong.push(name);
    return parsed ?? fallback;
  };
  const endpoint = read('endpoint', z.string(), '').trim();
  const model = read('model', z.string().check(z.maxLength(200)), '').trim();
  const [program, ...args] = read<string[]>('testCommand', argv, []);
  const settings: Settings = {
    endpoint: endpoint === '' ? undefined : endpoint,
    model: model === '' ? undefined : model,
    testCommand: program === undefined ? undefined : [program, ...args],
    isTestCommandOwn: isOwn(source, 'testCommand'),
    testReport: isBlank(source.get<unknown>('testReport')) ? undefined : readWith('testReport', reportOf, undefined),
    testTimeLimitMs:
      read('testTimeLimit', z.number().check(z.minimum(1), z.maximum(7_200)), defaultTimeLimitMs / 1_000) * 1_000,
    environment: read<string[]>('environment', variables, []),
    allowsTestEdits: read('allowTestEdits', z.boolean(), false),
    applyPolicy: read('applyPolicy', z.enum(applyPolicies), 'show'),
    sensitivityMs: inMs(read('sensitivityBudget', sensitivity, null)),
    limits: {
      maxTurns: read('limits.maxTurns', atLeastOne, defaultLimits.maxTurns),
      maxMs: read('limits.maxMinutes', minutes, defaultLimits.maxMs / 60_000) * 60_000,
      maxTokens: read('limits.maxTokens', atLeastOne, defaultLimits.maxTokens),
    },
    options: {
      transport: read('transport', z.enum(transports), 'auto'),
      reasoningEffort: optional(read('reasoningEffort', z.enum(['', ...reasoningEfforts]), '')),
      verbosity: optional(read('verbosity', z.enum(['', ...verbosities]), '')),
      serviceTier: optional(read('serviceTier', z.enum(['', ...serviceTiers]), '')),
      hostedTools: readWith('hostedTools', parseHostedTools, []),
    },
    patience: {
      maxWaitMs: read('limits.maxWaitMinutes', waitMinutes, 10) * 60_000,
      maxLossMs: read('limits.maxLossMinutes', waitMinutes, 2) * 60_000,
    },
    prices: isNothing(source.get<unknown>('prices')) ? undefined : readWith('prices', parsePrices, undefined),
    keepsConversations: read('keepConversations', z.boolean(), true),
    records: read('record', z.boolean(), false),
  };
  const [first] = wrong;
  if (first !== undefined) return invalid(first, `must be ${expectations[first]}.`);
  if (program?.trim() === '') return invalid('testCommand', 'begins with an empty program name.');
  if (settings.testReport !== undefined && program === undefined)
    return invalid('testReport', 'says what whetstone.testCommand leaves, and no command is set there.');
  const address = settings.endpoint === undefined ? undefined : webSocketAddress(settings.endpoint);
  if (address?.kind === 'invalid') return invalid('endpoint', `cannot be used: ${address.detail}.`);
  return { kind: 'settings', settings };
}

function oneOf(values: readonly string[]): string {
  return `one of ${values.map((value) => `"${value}"`).join(', ')}`;
}

function optional<T extends string>(value: T | ''): T | undefined {
  return value === '' ? undefined : value;
}

function inMs(seconds: number | null): number | undefined {
  return seconds === null ? undefined : seconds * 1_000;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === '';
}

function reportOf(value: unknown): ConfiguredReport | undefined {
  return typeof value === 'string' ? parseConfiguredReport(value) : undefined;
}

/** No prices, or none typed in yet. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function invalid(name: Name, problem: string): SettingsOutcome {
  return { kind: 'invalid', setting: `whetstone.${name}`, message: `The setting whetstone.${name} ${problem}` };
}

function isOwn(source: Source, name: string): boolean {
  const where = source.inspect(name);
  return (
    where?.globalValue !== undefined && where.workspaceValue === undefined && where.workspaceFolderValue === undefined
  );
}
