import { tmpdir } from 'node:os';
import * as z from 'zod/mini';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { Draft } from '../../src/edits/draft.ts';
import { usage } from '../../src/node/cliArguments.ts';
import { commands, optionTable } from '../../src/node/cliOptions.ts';
import { exitCodes } from '../../src/node/exitCodes.ts';
import { allTools } from '../../src/tools/allTools.ts';
import { ReadLedger } from '../../src/tools/readLedger.ts';
import { createVerifier } from '../../src/verify/verifier.ts';
import type { commandTable } from '../../src/vscode/commandTable.ts';

/** Where it stands, below the repository's folder. */
export const referenceFile = 'docs/reference.md';

const command = z.object({ command: z.string(), title: z.string() });
const setting = z.object({
  default: z.unknown(),
  scope: z.string(),
  markdownDescription: z.string(),
  enum: z.optional(z.array(z.string())),
  markdownEnumDescriptions: z.optional(z.array(z.string())),
  order: z.number(),
});
const keybinding = z.object({ command: z.string(), key: z.string(), mac: z.string() });
const manifestSchema = z.object({
  contributes: z.object({
    commands: z.array(command),
    keybindings: z.array(keybinding),
    configuration: z.object({ properties: z.record(z.string(), setting) }),
  }),
});
const textsSchema = z.record(z.string(), z.string());
const parametersSchema = z.object({ properties: z.record(z.string(), z.unknown()) });

type Manifest = z.infer<typeof manifestSchema>;

/** The whole of docs/reference.md, from the texts of package.json and package.nls.json and from what the code exports. */
export function referenceText(packageJson: string, packageNls: string): string {
  const { contributes } = manifestSchema.parse(JSON.parse(packageJson));
  const texts = textsSchema.parse(JSON.parse(packageNls));
  const told = (key: string): string => texts[key.replaceAll('%', '')] ?? key;
  const parts = [
    head,
    '## Commands of the editor',
    table(['command', 'keys', 'what it does'], commandRows(contributes, told)),
    '## Settings',
    settingsIntroduction(contributes),
    table(['setting', 'default', 'set by', 'what it is'], settingRows(contributes, told)),
    '## Command line',
    commandLineIntroduction,
    `\`\`\`text\n${usage.trimEnd()}\n\`\`\``,
    '### Which command takes which option',
    'The options of `undo` that say how tests are run need `--step`.',
    table(['option', ...commands.map((name) => `\`${name}\``)], optionRows()),
    '### Exit statuses',
    table(
      ['status', 'meaning'],
      exitRows().map(([status, meaning]) => [String(status), meaning]),
    ),
    '### Environment variables',
    table(
      ['variable', 'what it is'],
      Object.entries(variables).map(([name, what]) => [`\`${name}\``, what]),
    ),
    '## Tools of the model',
    toolsIntroduction,
    table(['tool', 'arguments', 'as told to the model', 'changes something'], toolRows()),
  ];
  return `${parts.join('\n\n')}\n`;
}

const head = `# Reference

<!-- Written by \`npm run reference\` from package.json, package.nls.json and the code. Change it there: a unit test compares. -->`;

/** What each command does beyond its title. */
const commandWords: Readonly<Record<keyof typeof commandTable, string>> = {
  'whetstone.optimize':
    'refactors the selection, or the file of the active editor; the lens *Optimize this* does the same for one function',
  'whetstone.refactor': 'the same with a sentence of yours; the chat in the sidebar takes sentences too',
  'whetstone.stop':
    'ends the run; what is staged is shown with the verdict that it has, and given up when it is pressed once more',
  'whetstone.accept': 'writes the proposal under review, then verifies it in the workspace',
  'whetstone.verify': 'tests the proposal under review, where `whetstone.applyPolicy` is `onRequest`',
  'whetstone.writeTests': 'has tests of the code as it is written first, where only tests are missing for a proof',
  'whetstone.reject': 'drops the proposal under review',
  'whetstone.undoLast':
    'names the newest change and restores the bytes from before it, unless that would lose later work; what a crash cut is put back first, alone',
  'whetstone.undoStep':
    'takes one step out of the newest change, tested first, and keeps the rest and what you wrote since on other lines',
  'whetstone.setApiKey': 'stores a key for the endpoint that is set, in the secret storage of the editor',
  'whetstone.newConversation':
    'begins another conversation; several run side by side, each over a connection of its own',
  'whetstone.showEvidence': 'shows what the verdict rests on, as Markdown for a pull request',
  'whetstone.showLog': 'shows the log',
  'whetstone.exportMeter': 'writes bytes, times and costs of the connection to a file',
  'whetstone.saveRecording': 'writes the recorded session to a file, where `whetstone.record` is on',
};

function commandRows({ commands, keybindings }: Manifest['contributes'], told: (key: string) => string): Rows {
  const words: Readonly<Record<string, string | undefined>> = commandWords;
  return commands.map(({ command: id, title }) => {
    const keys = keybindings.find((one) => one.command === id);
    return [`*${told(title)}*`, keys === undefined ? '' : `${keys.key} (macOS: ${keys.mac})`, words[id] ?? ''];
  });
}

function settingsIntroduction({ configuration }: Manifest['contributes']): string {
  const open = Object.entries(configuration.properties).filter(([, { scope }]) => scope !== 'application');
  const names = open.map(([name]) => `\`${name}\``).join(', ');
  return `A workspace can set ${names}, and nothing else; a test command from there is shown and confirmed first. All others are yours alone.`;
}

function settingRows({ configuration }: Manifest['contributes'], told: (key: string) => string): Rows {
  const entries = Object.entries(configuration.properties);
  return entries
    .toSorted(([, a], [, b]) => a.order - b.order)
    .map(([name, one]) => {
      const choices = (one.enum ?? []).map((choice, index) => {
        const key = one.markdownEnumDescriptions?.[index];
        return `\`${choice === '' ? '""' : choice}\`${key === undefined ? '' : `: ${told(key)}`}`;
      });
      const description = told(one.markdownDescription).replace(/`#([\w.]+)#`/g, '`$1`');
      const all = choices.length === 0 ? description : `${description} Choices: ${choices.join(' ')}`;
      const owner = one.scope === 'application' ? 'you' : 'you, a workspace';
      return [`\`${name}\``, `\`${JSON.stringify(one.default)}\``, owner, all];
    });
}

const commandLineIntroduction = `\`npm run build\` leaves the command \`whetstone\`; in the clone \`npx whetstone\` starts it. It needs Node 22.13 or newer. Nobody can be
asked without a terminal: starting the command is then the permission to run the project's tests, and the command that runs is printed.`;

function optionRows(): Rows {
  return optionTable().map(([name, of]) => [
    `\`--${name}\``,
    ...commands.map((command) => (of.includes(command) ? 'yes' : '')),
  ]);
}

const exitWords: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done and verified, or nothing to change',
  broken: 'broken, and rolled back or not applied; for `replay`: the client differs',
  unverified: 'could not be verified, or the model gave no usable answer',
  testsFailedBefore: 'the tests failed before anything was changed',
  cut: 'the model was cut off by a limit, the endpoint or the network; what it had staged is verified, shown and, where `--apply` allows it, written',
  usage: 'wrong usage, or Node is too old',
  unreachable: 'the endpoint cannot be reached',
  internal: 'a defect of Whetstone',
  interrupted: 'interrupted; what was staged is shown with the verdict that it has',
};

function exitRows(): readonly (readonly [number, string])[] {
  const words: Readonly<Record<string, string | undefined>> = exitWords;
  return Object.entries(exitCodes).map(([name, status]) => [status, words[name] ?? '']);
}

/** Variables that the command line reads. */
export const variables: Readonly<Record<string, string>> = {
  WHETSTONE_API_KEY: 'the key of `--endpoint`',
  WHETSTONE_UPSTREAM_KEY: 'the key of the server behind `whetstone serve`; it goes there only',
  WHETSTONE_SERVE_TOKEN: 'the token that `whetstone serve` asks for; a random one when not given',
  XDG_STATE_HOME: 'where journals and confirmations are kept, in a folder `whetstone`; on Windows `LOCALAPPDATA`',
  HTTPS_PROXY: 'the proxy for endpoints by https; `HTTP_PROXY` for those by http, `ALL_PROXY` for both',
  NO_PROXY: 'hosts and domains that are reached without it, each with a port if need be',
  NODE_EXTRA_CA_CERTS: 'further authorities, for both transports',
};

const toolsIntroduction = `Together they are at most 2,500 bytes as sent. Results are bounded and say when they were cut. \`apply_edit\` takes several files, all or
nothing: an exact match first, then one that tolerates trailing space, indentation and line ends; what is ambiguous, or not the text that was read, is refused.`;

function toolRows(): Rows {
  const documents = new DiskDocuments({ root: tmpdir() });
  const approvals = { allowsTestEdits: () => false, confirmCommand: async () => false };
  const tools = allTools({
    documents,
    search: { search: async () => ({ kind: 'unavailable', detail: '' }) },
    language: { outline: async () => undefined, diagnostics: async () => ({ kind: 'unavailable', reason: '' }) },
    approvals,
    draft: new Draft(),
    ledger: new ReadLedger(),
    verifier: createVerifier({ root: tmpdir(), documents, approvals }),
  });
  return tools.map(({ name, description, parameters, isReadOnly }) => {
    const names = Object.keys(parametersSchema.parse(parameters).properties);
    return [
      `\`${name}\``,
      names.map((one) => `\`${one}\``).join(', '),
      description,
      isReadOnly === true ? 'no' : 'yes',
    ];
  });
}

type Rows = readonly (readonly string[])[];

function table(titles: readonly string[], rows: Rows): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
