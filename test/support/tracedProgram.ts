import fc from 'fast-check';

/** A program that calls `hit(N)` on lines of their own, N being the one-based number of the line; `run()` starts it. */
export interface TracedProgram {
  readonly text: string;
  /** The numbers of the lines that hold nothing but such a call. */
  readonly lines: readonly number[];
}

type Block = readonly Statement[];
type Statement =
  | { readonly kind: 'hit' | 'return' | 'throw' | 'unused' }
  | {
      readonly kind: 'if' | 'loop' | 'try' | 'call' | 'method' | 'pick';
      readonly when: boolean;
      readonly inner: Block;
      readonly other: Block;
    };

const { block } = fc.letrec<{ block: Block; statement: Statement }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 5 }),
  statement: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'program' },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('hit' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('return' as const, 'throw' as const, 'unused' as const) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'if' as const,
          'loop' as const,
          'try' as const,
          'call' as const,
          'method' as const,
          'pick' as const,
        ),
        when: fc.boolean(),
        inner: tie('block'),
        other: tie('block'),
      }),
    },
  ),
}));

/** Programs of all shapes. `declaration` is what makes `run` and `hit` known to its module, for example an import. */
export function tracedPrograms(opening: string, closing: string, isTyped: boolean): fc.Arbitrary<TracedProgram> {
  return fc.array(block, { minLength: 6, maxLength: 6 }).map((blocks) => {
    const writer = new ProgramWriter(isTyped);
    writer.open(opening);
    blocks.forEach((each, index) => writer.routine(`part${index}`, each));
    writer.open('function run() {');
    blocks.forEach((_, index) => writer.open(`  try { part${index}(); } catch {}`));
    writer.open('}');
    writer.open(closing);
    return { text: writer.lines.join('\n'), lines: writer.hits };
  });
}

class ProgramWriter {
  readonly lines: string[] = [];
  readonly hits: number[] = [];
  readonly #isTyped: boolean;
  #names = 0;

  constructor(isTyped: boolean) {
    this.#isTyped = isTyped;
  }

  open(text: string): void {
    this.lines.push(...text.split('\n'));
  }

  routine(name: string, body: Block): void {
    if (this.#isTyped)
      this.open(`interface Shape${name} {\n  readonly size: number;\n}\ntype Name${name} =\n  | 'a'\n  | 'b';`);
    this.open(
      this.#isTyped ? `function ${name}(shape?: Shape${name}, name?: Name${name}): any {` : `function ${name}() {`,
    );
    this.#block(body, '  ');
    this.open('}');
  }

  #block(body: Block, indent: string): void {
    for (const statement of body) this.#statement(statement, indent);
  }

  #hit(indent: string): void {
    this.lines.push(`${indent}hit(${this.lines.length + 1});`);
    this.hits.push(this.lines.length);
  }

  #statement(statement: Statement, indent: string): void {
    const deeper = `${indent}  `;
    this.#names += 1;
    const name = `name${this.#names}`;
    switch (statement.kind) {
      case 'hit':
        return this.#hit(indent);
      case 'return':
        this.open(`${indent}if (yes(1)) return 1;`);
        return this.#hit(indent);
      case 'throw':
        this.open(`${indent}if (yes(1)) throw new Error('x');`);
        return this.#hit(indent);
      case 'unused':
        this.open(`${indent}const ${name} = () => {`);
        this.#hit(deeper);
        return this.open(`${indent}};`);
      default:
        return this.#compound(statement, name, indent);
    }
  }

  #compound(statement: Extract<Statement, { inner: Block }>, name: string, indent: string): void {
    const deeper = `${indent}  `;
    const [opening, middle, closing] = this.#frame(statement, name);
    this.open(`${indent}${opening}`);
    this.#block(statement.inner, deeper);
    if (middle !== '') {
      this.open(`${indent}${middle}`);
      this.#block(statement.other, deeper);
    }
    this.open(`${indent}${closing}`);
    this.#hit(indent);
  }

  #frame({ kind, when }: Extract<Statement, { inner: Block }>, name: string): readonly [string, string, string] {
    const condition = `yes(${when ? 1 : 0})`;
    const typed = this.#isTyped ? ': any' : '';
    switch (kind) {
      case 'if':
        return [`if (${condition}) {`, '} else {', '}'];
      case 'loop':
        return [`for (let ${name} = 0; ${name} < ${when ? 2 : 0}; ${name} += 1) {`, '', '}'];
      case 'try':
        return [`try {`, '} catch {', '}'];
      case 'call':
        return [`const ${name} = ()${typed} => {`, '', `}; if (${condition}) ${name}();`];
      case 'method':
        return [`class ${name} { static go()${typed} {`, '} static other() {', `} } if (${condition}) ${name}.go();`];
      case 'pick':
        return [`switch (Number(${condition})) { case 1: {`, '} default: {', '} }'];
    }
  }
}
