import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import * as z from 'zod/mini';
import { applyPolicies } from '../../src/agent/applyPolicy.ts';
import { defaultLimits } from '../../src/agent/run.ts';
import { commandTable } from '../../src/vscode/commandTable.ts';
import { readSettings } from '../../src/vscode/settings.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'package.json'), 'utf8');

const when = z.object({ command: z.string(), when: z.optional(z.string()) });
const texts = z.optional(z.array(z.string()));
const setting = z.object({
  default: z.unknown(),
  scope: z.string(),
  markdownDescription: z.string(),
  enum: texts,
  enumItemLabels: texts,
  markdownEnumDescriptions: texts,
});
const manifest = z
  .object({
    main: z.string(),
    icon: z.string(),
    activationEvents: z.array(z.string()),
    capabilities: z.object({ untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }) }),
    contributes: z.object({
      commands: z.array(z.object({ command: z.string(), title: z.string(), category: z.string() })),
      keybindings: z.array(when),
      menus: z.record(z.string(), z.array(when)),
      views: z.record(z.string(), z.array(z.object({ id: z.string(), icon: z.string() }))),
      configuration: z.object({ properties: z.record(z.string(), setting) }),
    }),
  })
  .parse(JSON.parse(text));
const { commands, keybindings, menus, views, configuration } = manifest.contributes;
const settings = configuration.properties;

/** Every TypeScript file of the editor host, as one text. */
const hostSource = ['extension', 'workbench', 'chatView', 'statusItem', 'lensController', 'settings', 'preview']
  .map((name) => readFileSync(join(root, 'src/vscode', `${name}.ts`), 'utf8'))
  .join('\n');

describe('the manifest', () => {
  it('contributes exactly the commands of the table, all in one category', () => {
    assert.deepEqual(commands.map(({ command }) => command).sort(), Object.keys(commandTable).sort());
    assert.deepEqual([...new Set(commands.map(({ category }) => category))], ['Whetstone']);
  });

  it('names no command in a menu or keybinding that does not exist', () => {
    const known = new Set(Object.keys(commandTable));
    const named = [...keybindings, ...Object.values(menus).flat()].map(({ command }) => command);
    assert.deepEqual(
      named.filter((id) => !known.has(id)),
      [],
    );
  });

  it('asks for no context key and no scheme that the code does not know', () => {
    const named = new Set(text.match(/whetstone[.-](?:isRunning|hasProposal|offersTests|before|after|\w+Context)\b/g));
    assert.ok(named.size >= 4);
    for (const name of named) assert.ok(hostSource.includes(`'${name}'`), name);
  });

  it('takes every text from package.nls.json, which holds nothing else', () => {
    const used = [...text.matchAll(/"%([^%]+)%"/g)].map(([, key]) => key);
    const held = Object.keys(
      z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'))),
    );
    assert.deepEqual([...new Set(used)].sort(), held.sort());
    for (const { title } of commands) assert.match(title, /^%command\.\w+%$/);
    for (const { markdownDescription } of Object.values(settings)) assert.match(markdownDescription, /^%setting\./);
  });

  it('gives every setting the default that the code has', () => {
    const source = {
      get: (name: string) => settings[`whetstone.${name}`]?.default,
      inspect: (): undefined => undefined,
    };
    const outcome = readSettings(source as Parameters<typeof readSettings>[0]);
    assert.ok(outcome.kind === 'settings');
    assert.deepEqual(outcome.settings.limits, defaultLimits);
    const none = readSettings({ get: () => undefined, inspect: () => undefined } as Parameters<typeof readSettings>[0]);
    assert.deepEqual(outcome, none);
    const read = new Set([...hostSource.matchAll(/'(?:whetstone\.)?([\w.]+)'/g)].map(([, name]) => name ?? ''));
    for (const name of Object.keys(settings)) assert.ok(read.has(name.replace('whetstone.', '')), name);
  });

  it('lets no workspace set where code and key go, what may be edited or applied, or what a run may cost', () => {
    const mine = Object.entries(settings).filter(([, { scope }]) => scope !== 'application');
    assert.deepEqual(
      mine.map(([name]) => name.replace('whetstone.', '')),
      ['codeLens.enabled', 'testCommand', 'testReport', 'testTimeLimit'],
    );
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
      'whetstone.testCommand',
      'whetstone.testReport',
      'whetstone.testTimeLimit',
    ]);
  });

  it('names and describes every choice of the apply policy', () => {
    const property = settings['whetstone.applyPolicy'];
    assert.deepEqual(property?.enum, applyPolicies);
    assert.equal(property.enumItemLabels?.length, applyPolicies.length);
    assert.equal(property.markdownEnumDescriptions?.length, applyPolicies.length);
    assert.equal(property.scope, 'application');
  });

  it('names files that are there, and wakes up for code lenses only', () => {
    const icons = Object.values(views).flatMap((list) => list.map(({ icon }) => icon));
    for (const file of [manifest.icon, ...icons]) assert.ok(existsSync(join(root, file)), file);
    for (const event of manifest.activationEvents) assert.match(event, /^onLanguage:(java|type)script(react)?$/);
  });
});
