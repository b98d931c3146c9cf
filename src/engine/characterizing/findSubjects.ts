import ts from 'typescript';
import { createSourceShelf, type Source, type SourceShelf } from '../analysis/source.ts';
import { lineAt, nodesOf } from '../analysis/syntax.ts';
import type { LineRange } from '../analysis/refactoring.ts';
import { declarationsOf, exportedFunctions, functionOf, type ExportedFunction } from './exportedFunctions.ts';
import { casesOf, hintsOf, valuesOf, type Parameter } from './inputs.ts';
import { loadingProblem, reachOf } from './reach.ts';
import type { Omission, Shape, Subject, Subjects, SubjectsRequest } from './subject.ts';
import { shapeOfType } from './typeShape.ts';
import { shapeByUse } from './useShape.ts';

/** Functions for which tests are written at once. */
const maxSubjects = 12;

/** A search with a parser of its own, made when it is first needed; equal requests get equal answers. */
export function createFindSubjects(): (request: SubjectsRequest) => Subjects {
  let shelf: SourceShelf | undefined;
  return (request) => findSubjects((shelf ??= createSourceShelf()), request);
}

/**
 * The exported functions that the ranges are in, or that use what is there, with inputs for each. Only functions that compute and do
 * nothing else are taken: their tests must not depend on anything, and nobody knows what another one does with strange inputs.
 */
export function findSubjects(shelf: SourceShelf, request: SubjectsRequest): Subjects {
  const { path, text, ranges } = request;
  const source = shelf.open(path, text);
  if (source === undefined) return { kind: 'failed', reason: 'it is neither JavaScript nor TypeScript' };
  const [error] = source.syntaxErrors;
  if (error !== undefined) return { kind: 'failed', reason: `it does not parse (line ${error.line})` };
  const exported = exportedFunctions(source);
  if (exported.length === 0) return { kind: 'failed', reason: 'it exports no function' };
  const loading = loadingProblem(source);
  if (loading !== undefined) return { kind: 'failed', reason: loading };
  const modules = new ModuleChecks(shelf, request);
  const subjects: Subject[] = [];
  const omissions: Omission[] = [];
  const needs: (readonly string[])[] = [];
  for (const one of chosen(source, exported, ranges)) {
    const reach = reachOf(source, path, one.node);
    const reached = modules.check(reach.modules);
    needs.push(...reached.needs);
    const full = subjects.length >= maxSubjects ? `${maxSubjects} others come first` : undefined;
    const problem = reach.problem ?? reached.problem ?? formProblem(one) ?? full;
    const found = problem === undefined ? subjectOf(source, one) : problem;
    if (typeof found === 'string') omissions.push({ name: one.export.name, reason: found });
    else subjects.push(found);
  }
  if (needs.length > 0) return { kind: 'needs', modules: needs };
  return { kind: 'subjects', isModule: source.scope === 'module', subjects, omissions };
}

function formProblem({ node }: ExportedFunction): string | undefined {
  if ('asteriskToken' in node && node.asteriskToken !== undefined) return 'it is a generator';
  const own = node.body;
  if (
    own !== undefined &&
    !ts.isArrowFunction(node) &&
    nodesOf(own, (one): one is ts.ThisExpression => one.kind === ts.SyntaxKind.ThisKeyword).length > 0
  )
    return 'it works on this';
  return undefined;
}

/** Those that the ranges touch, or that get there through other functions of the file; all when nobody pointed anywhere. */
function chosen(
  source: Source,
  exported: readonly ExportedFunction[],
  ranges: readonly LineRange[],
): readonly ExportedFunction[] {
  if (ranges.length === 0) return exported;
  const isTouched = (node: ts.Node): boolean => {
    const first = lineAt(source.file, node.getStart(source.file));
    const last = lineAt(source.file, node.end);
    return ranges.some(({ startLine, endLine }) => startLine <= last && endLine >= first);
  };
  const own = exported.filter(({ node }) => isTouched(node));
  const others = exported.filter((one) => !own.includes(one) && usedBy(source, one.node).some(isTouched));
  return [...own, ...others];
}

/** The functions and values at the top of the file that a function uses, directly or not. */
function usedBy(source: Source, root: ts.Node): readonly ts.Node[] {
  const found = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    for (const name of nodesOf(node, ts.isIdentifier))
      for (const declaration of declarationsOf(source, name)) {
        const isTop = ts.isSourceFile(declaration.parent) || ts.isVariableDeclaration(declaration);
        if (!isTop || found.has(declaration) || declaration === root) continue;
        found.add(declaration);
        visit(declaration);
      }
  };
  visit(root);
  return [...found];
}

function subjectOf(source: Source, { export: out, node }: ExportedFunction): Subject | string {
  const hints = hintsOf([
    node,
    ...usedBy(source, node).filter((one) => functionOf(source, one) !== undefined || ts.isVariableDeclaration(one)),
  ]);
  const parameters: Parameter[] = [];
  for (const parameter of node.parameters) {
    if (parameter.name.getText() === 'this') continue;
    const shape = shapeOf(source, parameter);
    const values = valuesOf(shape, hints);
    const isOptional = parameter.questionToken !== undefined || parameter.initializer !== undefined;
    const isRest = parameter.dotDotDotToken !== undefined;
    if (values.length === 0) {
      // What may be left out is left out.
      if (isOptional || isRest) break;
      return `it takes ${shape.kind === 'unfit' ? shape.reason : 'something that I cannot write down'}`;
    }
    parameters.push({ values, isOptional, isRest });
  }
  return { export: out, cases: casesOf(parameters) };
}

function shapeOf(source: Source, parameter: ts.ParameterDeclaration): Shape {
  const type = source.checker.getTypeAtLocation(parameter);
  const declared = shapeOfType(source, source.checker.getNonNullableType(type));
  const isRest = parameter.dotDotDotToken !== undefined;
  const shape = isRest && declared.kind === 'array' ? declared.element : declared;
  const nullable = isDeclared(parameter) && source.checker.typeToString(type).includes('null');
  if (!isVague(shape)) return nullable ? { kind: 'union', shapes: [shape, { kind: 'null' }] } : shape;
  const used = shapeByUse(source, parameter.name);
  const better = isRest && used.kind === 'array' ? used.element : used;
  return better.kind === 'unknown' ? shape : better;
}

function isDeclared(parameter: ts.ParameterDeclaration): boolean {
  return parameter.type !== undefined || ts.getJSDocType(parameter) !== undefined;
}

function isVague(shape: Shape): boolean {
  return shape.kind === 'unknown' || shape.kind === 'record' || (shape.kind === 'array' && isVague(shape.element));
}

/** Whether modules of the workspace, with all that they import, compute and do nothing else. */
class ModuleChecks {
  readonly #shelf: SourceShelf;
  readonly #modules: ReadonlyMap<string, string>;
  readonly #results = new Map<string, string | undefined>();

  constructor(shelf: SourceShelf, { modules }: SubjectsRequest) {
    this.#shelf = shelf;
    this.#modules = new Map(modules.map(({ path, text }) => [path, text]));
  }

  check(wanted: readonly (readonly string[])[]): {
    readonly needs: readonly (readonly string[])[];
    readonly problem: string | undefined;
  } {
    const needs: (readonly string[])[] = [];
    for (const candidates of wanted) {
      const path = candidates.find((one) => this.#modules.has(one));
      if (path === undefined) {
        needs.push(candidates);
        continue;
      }
      if (this.#results.has(path)) {
        const known = this.#results.get(path);
        if (known !== undefined) return { needs: [], problem: known };
        continue;
      }
      this.#results.set(path, undefined);
      const own = this.#checkModule(path);
      this.#results.set(path, own.problem);
      if (own.problem !== undefined) return { needs: [], problem: own.problem };
      needs.push(...own.needs);
    }
    return { needs, problem: undefined };
  }

  #checkModule(path: string): ReturnType<ModuleChecks['check']> {
    const source = this.#shelf.open(path, this.#modules.get(path) ?? '');
    const isUnknown = source === undefined || source.syntaxErrors.length > 0;
    if (isUnknown) return { needs: [], problem: `it uses ${path}, which I cannot read` };
    const loading = loadingProblem(source);
    const reach = reachOf(source, path, source.file);
    const problem = loading ?? reach.problem;
    if (problem !== undefined)
      return { needs: [], problem: `it uses ${path}, and ${problem.replace(/^it /, 'that ')}` };
    return this.check(reach.modules);
  }
}
