/** Functions as tests can call them, in plain data: what the analyses tell the planner. */
import type { LineRange } from '../analysis/refactoring.ts';

/** How a function gets out of its module. */
export type Export =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'default'; readonly name: string }
  /** `module.exports = f`. */
  | { readonly kind: 'whole'; readonly name: string };

/** One exported function with inputs for it. */
export interface Subject {
  readonly export: Export;
  /** Each the argument list of one call, every argument as an expression of literals; the typical one first. */
  readonly cases: readonly (readonly string[])[];
}

/** A function that is left out, and why in a few words after its name. */
export interface Omission {
  readonly name: string;
  readonly reason: string;
}

export interface SubjectsRequest {
  readonly path: string;
  readonly text: string;
  /** One-based; empty means the whole file. */
  readonly ranges: readonly LineRange[];
  /** Modules of the workspace that the file imports, directly or not, by path. */
  readonly modules: readonly { readonly path: string; readonly text: string }[];
}

export type Subjects =
  | {
      readonly kind: 'subjects';
      readonly isModule: boolean;
      readonly subjects: readonly Subject[];
      readonly omissions: readonly Omission[];
    }
  /** What the functions reach has to be known first: one of the paths of each is wanted. */
  | { readonly kind: 'needs'; readonly modules: readonly (readonly string[])[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** The shape of values that a parameter takes. */
export type Shape =
  | { readonly kind: 'number' | 'string' | 'boolean' | 'bigint' | 'null' | 'undefined' | 'date' | 'unknown' | 'record' }
  /** Expressions of literals. */
  | { readonly kind: 'literals'; readonly texts: readonly string[] }
  | { readonly kind: 'array'; readonly element: Shape }
  | { readonly kind: 'tuple'; readonly elements: readonly Shape[] }
  | { readonly kind: 'object'; readonly fields: readonly Field[] }
  | { readonly kind: 'union'; readonly shapes: readonly Shape[] }
  /** No literal is one; the reason follows "it takes". */
  | { readonly kind: 'unfit'; readonly reason: string };

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly isOptional: boolean;
}
