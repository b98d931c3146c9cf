import type { ChangeCase } from './change.ts';
import { contentAttacks } from './contentAttacks.ts';
import { deadAttacks } from './deadAttacks.ts';
import { exportAttacks } from './exportAttacks.ts';
import { foreignReaders } from './foreignReaders.ts';
import { laterAttacks } from './laterAttacks.ts';
import { laterNameAttacks } from './laterNameAttacks.ts';
import { moveAttacks } from './moveAttacks.ts';
import { nameAttacks } from './nameAttacks.ts';
import { scriptAttacks } from './scriptAttacks.ts';
import { typeAttacks } from './typeAttacks.ts';

/** Changes that look like none, by what they hide behind. */
export const attackTables: Readonly<Record<string, readonly ChangeCase[]>> = {
  'what a public name is bound to': exportAttacks,
  'classic scripts': scriptAttacks,
  'content that looks like layout': contentAttacks,
  'names that code can see': nameAttacks,
  'code in another place': moveAttacks,
  'code that something reaches': deadAttacks,
  'what looks like types': typeAttacks,
  'what others read in another way': foreignReaders,
  'thought of afterwards': [...laterAttacks, ...laterNameAttacks],
};
