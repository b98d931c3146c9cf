import { parse, type ParserPlugin, type ParseResult } from '@babel/parser';

/** The syntax tree; undefined for a text that does not parse. Reads no configuration, so that nothing of a project is executed. */
export function parseScript(path: string, text: string): ParseResult | undefined {
  try {
    const plugins = pluginsOf(path.toLowerCase());
    return parse(text, { sourceType: 'unambiguous', allowReturnOutsideFunction: true, plugins });
  } catch {
    return undefined;
  }
}

function pluginsOf(path: string): ParserPlugin[] {
  const decorators: ParserPlugin = 'decorators';
  if (path.endsWith('.tsx')) return ['typescript', 'jsx', decorators];
  return /\.[cm]?ts$/.test(path) ? ['typescript', decorators] : ['jsx', decorators];
}
