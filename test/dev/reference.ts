import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './paths.ts';
import { referenceFile, referenceText } from './referenceText.ts';

/** `npm run reference`: writes docs/reference.md anew from the manifest, the options of the command line and the tools. */
const [manifest, texts] = await Promise.all(
  ['package.json', 'package.nls.json'].map((name) => readFile(join(root, name), 'utf8')),
);
await writeFile(join(root, referenceFile), referenceText(manifest ?? '', texts ?? ''));
console.log(`${referenceFile} is written.`);
