import ts from 'typescript';
import type { Source } from '../analysis/source.ts';
import type { Field, Shape } from './subject.ts';

const maxDepth = 4;
const maxFields = 12;

/** What values of a type look like; unknown where the type says nothing, unfit where no literal has it. */
export function shapeOfType(source: Source, type: ts.Type, depth = 0): Shape {
  const { checker } = source;
  const has = (flags: ts.TypeFlags): boolean => (type.flags & flags) !== 0;
  if (has(ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return { kind: 'unknown' };
  if (has(ts.TypeFlags.TypeParameter)) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint === undefined || constraint === type
      ? { kind: 'unknown' }
      : shapeOfType(source, constraint, depth);
  }
  if (has(ts.TypeFlags.Boolean)) return { kind: 'boolean' };
  if (has(ts.TypeFlags.BooleanLiteral)) return { kind: 'literals', texts: [checker.typeToString(type)] };
  if (type.isStringLiteral()) return { kind: 'literals', texts: [JSON.stringify(type.value)] };
  if (type.isNumberLiteral()) return { kind: 'literals', texts: [String(type.value)] };
  if (has(ts.TypeFlags.StringLike)) return { kind: 'string' };
  if (has(ts.TypeFlags.NumberLike)) return { kind: 'number' };
  if (has(ts.TypeFlags.BigIntLike)) return { kind: 'bigint' };
  if (has(ts.TypeFlags.Null)) return { kind: 'null' };
  if (has(ts.TypeFlags.Undefined | ts.TypeFlags.Void)) return { kind: 'undefined' };
  if (type.isUnion()) return { kind: 'union', shapes: type.types.map((part) => shapeOfType(source, part, depth)) };
  if (has(ts.TypeFlags.NonPrimitive)) return { kind: 'record' };
  if (depth > maxDepth) return { kind: 'unfit', reason: 'something too deeply nested' };
  return shapeOfObject(source, type, depth);
}

function shapeOfObject(source: Source, type: ts.Type, depth: number): Shape {
  const { checker } = source;
  if (type.getCallSignatures().length > 0) return { kind: 'unfit', reason: 'a function' };
  if (checker.isTupleType(type)) {
    const elements = checker.getTypeArguments(type as ts.TypeReference);
    return { kind: 'tuple', elements: elements.map((one) => shapeOfType(source, one, depth + 1)) };
  }
  const name = type.symbol?.name ?? '';
  const element = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  if (element !== undefined) return { kind: 'array', element: shapeOfType(source, element, depth + 1) };
  if (name === 'Date') return { kind: 'date' };
  const isOwn = (type.symbol?.declarations ?? []).every((one) => one.getSourceFile() === source.file);
  if (
    type.isClass() ||
    (!isOwn && name !== '__type' && type.aliasSymbol === undefined && type.getProperties().length > 0)
  )
    return { kind: 'unfit', reason: `a ${name === '' ? 'special object' : name}` };
  const index = type.getStringIndexType();
  const properties = type.getProperties();
  if (properties.length === 0) return index === undefined ? { kind: 'unknown' } : { kind: 'record' };
  if (properties.length > maxFields) return { kind: 'unfit', reason: 'an object with many properties' };
  const fields = properties.map((property): Field => {
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const own = checker.getTypeOfSymbolAtLocation(property, source.file);
    const shape = shapeOfType(source, isOptional ? checker.getNonNullableType(own) : own, depth + 1);
    return { name: property.name, shape, isOptional };
  });
  const unfit = fields.find(({ shape, isOptional }) => shape.kind === 'unfit' && !isOptional);
  if (unfit !== undefined) return unfit.shape;
  return { kind: 'object', fields: fields.filter(({ shape }) => shape.kind !== 'unfit') };
}
