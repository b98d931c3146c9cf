import { parse, type ParserPlugin, type ParseResult } from '@babel/parser';
import { dialectOf } from '../../../languages/script/dialect.ts';

/** The syntax tree; undefined for a text that does not parse. Reads no configuration, so that nothing of a project is executed. */
export function parseScript(path: string, text: string): ParseResult | undefined {
  try {
    const plugins = pluginsOf(path);
    return parse(text, { sourceType: 'unambiguous', allowReturnOutsideFunction: true, plugins });
  } catch {
    return undefined;
  }
}

/** How the parser is told the dialect of a script. */
export function pluginsOf(path: string): ParserPlugin[] {
  const dialect = dialectOf(path);
  const own: ParserPlugin[] = dialect === 'ts' ? ['typescript'] : dialect === 'tsx' ? ['typescript', 'jsx'] : ['jsx'];
  return [...own, 'decorators'];
}
