import * as z from 'zod/mini';
import type { JsonObject } from '../../model.ts';

/** What a schema admits, as far as values can be found for it. */
export type Shape =
  | { readonly kind: 'choice'; readonly values: readonly unknown[] }
  | {
      readonly kind: 'text';
      readonly format: string | undefined;
      readonly pattern: string | undefined;
      readonly minLength: number;
      readonly maxLength: number;
    }
  | { readonly kind: 'number'; readonly isInteger: boolean; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'list'; readonly item: Shape; readonly minItems: number; readonly maxItems: number }
  | { readonly kind: 'record'; readonly properties: readonly Property[] }
  | { readonly kind: 'nothing' };

export interface Property {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  /** Empty when the schema has none. */
  readonly defaults: readonly unknown[];
  readonly shape: Shape;
}

/** Deeper than this nobody asks a question about. */
const maxDepth = 6;
const maxProperties = 64;

const number = z.catch(z.optional(z.number()), undefined);
const text = z.catch(z.optional(z.string()), undefined);
const record = z.record(z.string(), z.unknown());
const optionalList = z.catch(z.optional(z.array(z.unknown())), undefined);
const schemaSchema = z.object({
  type: z.catch(z.optional(z.union([z.string(), z.array(z.string())])), undefined),
  const: z.optional(z.unknown()),
  enum: optionalList,
  format: text,
  pattern: text,
  description: text,
  minLength: number,
  maxLength: number,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  minItems: number,
  maxItems: number,
  items: z.optional(z.unknown()),
  properties: z.catch(z.optional(record), undefined),
  required: z.catch(z.optional(z.array(z.string())), undefined),
  anyOf: optionalList,
  oneOf: optionalList,
  allOf: optionalList,
  $ref: text,
});
type Schema = z.infer<typeof schemaSchema>;

/** Reads the parameters of a tool. Never throws; what it does not understand admits any text. */
export function propertiesOf(parameters: JsonObject): readonly Property[] {
  const shape = shapeOf(parameters, parameters, 0);
  return shape.kind === 'record' ? shape.properties : [];
}

function shapeOf(value: unknown, root: JsonObject, depth: number): Shape {
  const schema = resolved(value, root);
  if (depth > maxDepth) return { kind: 'nothing' };
  if (schema.const !== undefined) return { kind: 'choice', values: [schema.const] };
  if (schema.enum) return { kind: 'choice', values: schema.enum.filter((one) => one !== null) };
  const options = (schema.anyOf ?? schema.oneOf)?.filter((one) => resolved(one, root).type !== 'null');
  if (options && options.length > 0 && !schema.properties) return shapeOf(options[0], root, depth + 1);
  switch (typesOf(schema).find((type) => type !== 'null')) {
    case 'object':
      return { kind: 'record', properties: readProperties(schema, root, depth) };
    case 'array': {
      const item = shapeOf(schema.items ?? { type: 'string' }, root, depth + 1);
      return { kind: 'list', item, minItems: schema.minItems ?? 0, maxItems: schema.maxItems ?? Infinity };
    }
    case 'integer':
      return { kind: 'number', isInteger: true, ...boundsOf(schema, 1) };
    case 'number':
      return { kind: 'number', isInteger: false, ...boundsOf(schema, 0.01) };
    case 'boolean':
      return { kind: 'flag' };
    default: {
      const { format, pattern, minLength = 0, maxLength = Infinity } = schema;
      return typesOf(schema).includes('null') && typesOf(schema).length === 1
        ? { kind: 'nothing' }
        : { kind: 'text', format, pattern, minLength, maxLength };
    }
  }
}

function readProperties(schema: Schema, root: JsonObject, depth: number): readonly Property[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {})
    .slice(0, maxProperties)
    .map(([name, value]) => {
      const own = resolved(value, root);
      return {
        name,
        description: own.description ?? '',
        isRequired: required.has(name),
        isNullable: admitsNull(own, root),
        defaults: defaultsOf(value),
        shape: shapeOf(value, root, depth + 1),
      };
    });
}

function admitsNull(schema: Schema, root: JsonObject): boolean {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return (
    typesOf(schema).includes('null') ||
    schema.enum?.includes(null) === true ||
    options.some((one) => typesOf(resolved(one, root)).includes('null'))
  );
}

function typesOf({ type, properties }: Schema): readonly string[] {
  if (type === undefined) return properties ? ['object'] : [];
  return typeof type === 'string' ? [type] : type;
}

function boundsOf(schema: Schema, step: number): { readonly minimum: number; readonly maximum: number } {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  return {
    minimum: Math.max(minimum ?? -Infinity, above === undefined ? -Infinity : above + step),
    maximum: Math.min(maximum ?? Infinity, below === undefined ? Infinity : below - step),
  };
}

function defaultsOf(value: unknown): readonly unknown[] {
  const parsed = z.safeParse(record, value);
  return parsed.success && 'default' in parsed.data ? [parsed.data['default']] : [];
}

/** Follows references within the same schema, and takes a sole `allOf` for what it holds. */
function resolved(value: unknown, root: JsonObject): Schema {
  let schema = z.safeParse(schemaSchema, value).data ?? z.parse(schemaSchema, {});
  for (let hops = 0; hops < maxDepth; hops++) {
    const next =
      schema.$ref === undefined ? (schema.allOf?.length === 1 ? schema.allOf[0] : undefined) : at(root, schema.$ref);
    const parsed = next === undefined ? undefined : z.safeParse(schemaSchema, next).data;
    if (!parsed) break;
    schema = { ...parsed, description: schema.description ?? parsed.description };
  }
  return schema;
}

function at(root: JsonObject, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let value: unknown = root;
  for (const key of reference.slice(2).split('/')) {
    const parsed = z.safeParse(record, value);
    value = parsed.success ? parsed.data[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return value;
}
