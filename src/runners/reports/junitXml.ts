import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { ParsedReport, ReportedTest } from './testIds.ts';

/** The property that a test bears in the report of pytest when it began and was skipped then; `pytestPlugin.py` gives it. */
export const midwayMark = 'whetstone-midway';

/** What XML 1.0 does not allow; runners write it into failure texts all the same. */
const notXml =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const notXmlReference = /&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));/gi;

const maxMessage = 8_000;

interface OpenTest {
  readonly file: string | undefined;
  readonly path: readonly string[];
  outcome: ReportedTest['outcome'];
  message: string;
  hasRun?: true;
}

/** Reads JUnit XML as pytest and many others write it. Nothing but the predefined entities is expanded. Never throws. */
export function parseJunitXml(text: string): ParsedReport {
  const reader = new JunitReader();
  const parser = new SaxesParser({ xmlns: false });
  let problem: string | undefined;
  parser.on('error', (error) => (problem ??= error.message));
  parser.on('opentag', (tag) => reader.open(tag));
  parser.on('closetag', (tag) => reader.close(tag.name));
  parser.on('text', (piece) => reader.text(piece));
  parser.on('cdata', (piece) => reader.text(piece));
  try {
    parser
      .write(
        text
          .replace(/^\uFEFF/, '')
          .replace(notXml, '\uFFFD')
          .replace(notXmlReference, '\uFFFD'),
      )
      .close();
  } catch (error) {
    problem ??= String(error);
  }
  if (problem !== undefined)
    return { kind: 'unreadable', reason: `it is not well-formed XML (${problem.slice(0, 200)})` };
  if (!reader.hasRoot) return { kind: 'unreadable', reason: 'it holds no test suites' };
  return { kind: 'tests', tests: reader.tests };
}

class JunitReader {
  readonly tests: ReportedTest[] = [];
  hasRoot = false;
  readonly #suites: { readonly name: string; readonly file: string | undefined }[] = [];
  #test: OpenTest | undefined;
  #isInMessage = false;

  open({ name, attributes }: SaxesTagPlain): void {
    if (name === 'testsuites' || name === 'testsuite') this.hasRoot = true;
    if (name === 'testsuite') this.#suites.push({ name: attributes['name'] ?? '', file: attributes['file'] });
    else if (name === 'testcase') this.#test = this.#begin(attributes);
    else if (this.#test !== undefined) this.#inspect(this.#test, name, attributes);
  }

  text(piece: string): void {
    if (this.#isInMessage && this.#test !== undefined && this.#test.message.length < maxMessage)
      this.#test.message += piece;
  }

  close(name: string): void {
    if (name === 'testsuite') this.#suites.pop();
    else if (name === 'failure' || name === 'error') this.#isInMessage = false;
    else if (name === 'testcase' && this.#test !== undefined) {
      const { file, path, outcome, message, hasRun } = this.#test;
      const ownMessage = outcome === 'failed' ? message : undefined;
      this.tests.push({ file, path, outcome, message: ownMessage, hasRun: outcome === 'skipped' ? hasRun : undefined });
      this.#test = undefined;
    }
  }

  #begin(attributes: Readonly<Record<string, string>>): OpenTest {
    const suites = this.#suites;
    const file = attributes['file'] ?? suites.findLast((suite) => suite.file !== undefined)?.file;
    const className = attributes['classname'] ?? '';
    const suiteNames = suites.map((suite) => suite.name);
    // Writers that nest their suites give the same names again as a class; those that do not name the class only.
    const path = suiteNames.length > 1 ? suiteNames : [className];
    return { file, path: [...path, attributes['name'] ?? ''], outcome: 'passed', message: '' };
  }

  #inspect(test: OpenTest, name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'skipped') test.outcome = 'skipped';
    if (name === 'skipped' && attributes['type'] === 'pytest.xfail') test.hasRun = true;
    // A module that skips itself while it is loaded, as pytest calls it.
    if (name === 'skipped' && attributes['message'] === 'collection skipped') test.hasRun = true;
    if (name === 'property' && attributes['name'] === midwayMark) test.hasRun = true;
    if (name !== 'failure' && name !== 'error') return;
    this.#isInMessage = true;
    if (test.outcome === 'skipped') return;
    test.outcome = 'failed';
    if (attributes['message'] !== undefined) test.message += `${attributes['message']}\n`;
  }
}
