import { ancestorsOf, fieldOf, namedChildren, textOf } from '../trees/nodes.ts';
import type { SyntaxNode } from '../trees/syntaxTree.ts';

/** What a function could give in the place of a value: the zero of its type, an error for none, none for an error; as far as its type is told. */
export function goResult(
  statement: SyntaxNode,
  value: SyntaxNode,
  index: number,
  count: number,
  text: string,
): { readonly zero?: string | undefined; readonly noError?: string } {
  const home = ancestorsOf(statement).find(({ type }) =>
    /^(function_declaration|method_declaration|func_literal)$/.test(type),
  );
  const result = home && fieldOf(home, 'result');
  if (result === undefined) return {};
  const types = typesOf(result, text);
  const type = types[index];
  if (type === undefined || types.length !== count) return {};
  if (value.type === 'nil') return { zero: type === 'error' ? someError(text) : undefined };
  const own = textOf(value, text);
  if (type === 'error') return { noError: 'nil' };
  if (/^(0|""|false)$/.test(own)) return {};
  // The value is asked for still, so that all names are used.
  return { zero: `func() (zero ${type}) { _ = ${own}; return }()` };
}

function typesOf(result: SyntaxNode, text: string): readonly string[] {
  if (result.type !== 'parameter_list') return [textOf(result, text)];
  return namedChildren(result).flatMap((declaration) => {
    const type = fieldOf(declaration, 'type');
    const names = declaration.children.filter(({ field }) => field === 'name').length;
    return type === undefined ? [] : Array.from({ length: Math.max(1, names) }, () => textOf(type, text));
  });
}

/** From a package that the file has imported. */
function someError(text: string): string | undefined {
  if (/^\s*(import\s+)?"errors"\s*$/m.test(text)) return 'errors.New("mutant")';
  return /^\s*(import\s+)?"fmt"\s*$/m.test(text) ? 'fmt.Errorf("mutant")' : undefined;
}
