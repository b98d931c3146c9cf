import type { Escape } from './escape.ts';
import { fileEscapes } from './fileEscapes.ts';
import { kernelEscapes } from './kernelEscapes.ts';
import { reachingEscapes } from './reachingEscapes.ts';

/** Every script tries one thing. Without a sandbox each of them works, as root or as whoever it is for. */
export const escapes: readonly Escape[] = [...fileEscapes(), ...reachingEscapes(), ...kernelEscapes()];
