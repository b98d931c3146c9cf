import type { Mutation } from './mutation.ts';
import type { Grammar, SyntaxNode } from './syntaxTree.ts';

/** What mutants need to know of a language beside its grammar. */
export interface Language {
  readonly grammar: Grammar;
  /** Simple statements, and statements with a block, of which only the head counts; what is in the block has units of its own. */
  readonly isUnit: (node: SyntaxNode) => boolean;
  /** A statement in a block, or a declaration, that can be read by itself within its wrapper. */
  readonly isStatement: (node: SyntaxNode) => boolean;
  readonly wrapperOf: (statement: SyntaxNode, text: string) => { readonly prefix: string; readonly suffix: string };
  /** A statement that gives no name a meaning. */
  readonly isEffect: (node: SyntaxNode) => boolean;
  /** What a function or a class is called and takes. */
  readonly isDefinitionHead: (node: SyntaxNode) => boolean;
  /** A node that is one word whatever is in it. */
  readonly isWord: (node: SyntaxNode) => boolean;
  /** What is executed nowhere, or does nothing, or is compared in another way. */
  readonly isSilent: (node: SyntaxNode) => boolean;
  /** Whether a pair of brackets around it says nothing. */
  readonly isWrapping: (node: SyntaxNode) => boolean;
  /** A block that its layout alone marks. */
  readonly isUnmarkedBlock: (node: SyntaxNode) => boolean;
  readonly kindOf: (node: SyntaxNode, text: string) => 'name' | 'literal' | 'operator' | 'other';
  /** Equal for words that mean the same. */
  readonly meaningOf: (node: SyntaxNode, text: string) => string;
  readonly mutationsOf: (node: SyntaxNode, text: string) => readonly Mutation[];
  /** Something that a module defines and that does nothing unless it is used by its name. */
  readonly isDefinition: (node: SyntaxNode, text: string) => boolean;
  /** Whether a name gets its meaning at this node. */
  readonly definesName: (node: SyntaxNode, text: string) => boolean;
  /** The names that a statement gives a value to. */
  readonly namesGivenBy: (statement: SyntaxNode, text: string) => readonly string[];
  /** Names that the imports of a file bind, with what they lead to. */
  readonly importsOf: (root: SyntaxNode, text: string) => ReadonlyMap<string, string>;
  /** Operators that a mistake could take for each other. */
  readonly families: readonly (readonly string[])[];
}

/** Families of operators that many languages share. */
export const commonFamilies: readonly (readonly string[])[] = [
  ['<', '<=', '>', '>=', '==', '!='],
  ['+', '-', '*', '/', '//', '%', '**', '&', '|', '^', '<<', '>>', '&^', '@'],
  ['+=', '-=', '*=', '/=', '//=', '%=', '**=', '&=', '|=', '^=', '<<=', '>>=', '='],
  ['++', '--'],
  ['&&', '||'],
  ['and', 'or'],
  ['break', 'continue'],
];
