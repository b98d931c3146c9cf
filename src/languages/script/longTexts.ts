import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { parseScript, type Compiler } from './scripts.ts';

/** A script without the white space at the ends of its lines, but for what is content: within a text over several lines. Line by line. */
export function withoutIndentation(ts: Compiler, path: RelativePath, text: string): string {
  const source = parseScript(ts, path, text);
  const beginsWithin = new Set<number>();
  const visit = (node: TypeScript.Node): void => {
    if (isText(ts, node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
      const last = source.getLineAndCharacterOfPosition(node.end).line;
      for (let line = first + 1; line <= last; line += 1) beginsWithin.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return text
    .split('\n')
    .map((line, index) => {
      const left = beginsWithin.has(index) ? line : line.trimStart();
      return beginsWithin.has(index + 1) ? left : left.trimEnd();
    })
    .join('\n');
}

/** The text between tags is none of these: its indentation does not count. */
function isText(ts: Compiler, node: TypeScript.Node): boolean {
  return (
    ts.isStringLiteral(node) ||
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddle(node) ||
    ts.isTemplateTail(node)
  );
}
