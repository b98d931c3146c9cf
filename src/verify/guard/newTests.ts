import type { Finding } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isScript } from '../../languages/texts/changedText.ts';
import { parseScript, type Compiler } from '../../languages/script/scripts.ts';
import { readScriptTests } from '../../languages/script/scriptTests.ts';

/** What a file that is new among the tests takes from those that are there; tests of its own take nothing. */
export function takenByNewTests(ts: Compiler | undefined, path: RelativePath, text: string): readonly Finding[] {
  if (/(^|\/)__mocks__\//i.test(path)) return [{ message: 'It replaces a module by a double in other tests', path }];
  if (!isScript(path) || ts === undefined) return [];
  const [focused] = readScriptTests(ts, path, text).focused;
  const found: Finding[] = [];
  if (focused !== undefined)
    found.push({ message: `Only "${focused}" and its like run now, and perhaps no other test`, path });
  if (endsProcess(ts, path, text)) found.push({ message: 'It may end the run before other tests', path });
  return found;
}

function endsProcess(ts: Compiler, path: RelativePath, text: string): boolean {
  const visit = (node: import('typescript').Node): boolean =>
    (ts.isCallExpression(node) && /^process\.(?:exit|abort|kill|reallyExit)$/.test(node.expression.getText())) ||
    ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  return visit(parseScript(ts, path, text));
}
