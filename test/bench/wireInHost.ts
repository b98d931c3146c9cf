import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { unsavedBuffers } from '../../src/vscode/editorBuffers.ts';
import { converse } from './wire/loopConversation.ts';

/**
 * Runs inside an extension host: holds one conversation with each endpoint of WHETSTONE_WIRE_ENDPOINTS, reading the files of the
 * workspace as the extension does, and writes the meters of all turns to WHETSTONE_WIRE_METERS.
 */
export async function run(): Promise<void> {
  const endpoints = z.array(z.string()).parse(JSON.parse(process.env['WHETSTONE_WIRE_ENDPOINTS'] ?? '[]'));
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('There is no folder.');
  await settle();
  const documents = new DiskDocuments({ root: folder.uri.fsPath, openBuffers: () => unsavedBuffers(folder.uri) });
  const conversations = [];
  for (const endpoint of endpoints) conversations.push(await converse(endpoint, documents));
  await writeFile(process.env['WHETSTONE_WIRE_METERS'] ?? '', JSON.stringify(conversations));
}

/** Resolves when the host has been calm for a while: a window that opens is busy with other things. */
async function settle(): Promise<void> {
  const step = 50;
  for (let calm = 0, tries = 0; calm < 10 && tries < 400; tries++) {
    const before = performance.now();
    await pause(step);
    calm = performance.now() - before < step + 10 ? calm + 1 : 0;
  }
}
