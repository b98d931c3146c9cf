import { strict as assert } from 'node:assert';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ToolTable } from '../../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { Draft } from '../../../src/edits/draft.ts';
import { allTools } from '../../../src/tools/allTools.ts';
import { ReadLedger } from '../../../src/tools/readLedger.ts';
import { createVerifier } from '../../../src/verify/verifier.ts';

const root = tmpdir();
const documents = new DiskDocuments({ root });
const approvals = { allowsTestEdits: () => false, confirmCommand: async () => false };
const tools = allTools({
  documents,
  search: { search: async () => ({ kind: 'unavailable', detail: 'not here' }) },
  language: { outline: async () => undefined, diagnostics: async () => ({ kind: 'unavailable', reason: 'not here' }) },
  approvals,
  draft: new Draft(),
  ledger: new ReadLedger(),
  verifier: createVerifier({ root, documents, approvals }),
});

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

/** A value that the schema allows; properties that may be null are null, or left out when told so. */
function valueOf(schema: Schema, leavesOut: boolean): unknown {
  if (schema.enum) return schema.enum[0];
  if (Array.isArray(schema.type)) return null;
  if (schema.type === 'array') return [valueOf(schema.items ?? {}, leavesOut)];
  if (schema.type !== 'object') return schema.type === 'string' ? 'a.js' : 1;
  const entries = Object.entries(schema.properties ?? {});
  const kept = leavesOut ? entries.filter(([, one]) => !Array.isArray(one.type)) : entries;
  return Object.fromEntries(kept.map(([name, one]) => [name, valueOf(one, leavesOut)]));
}

function objectsIn(schema: Schema): Schema[] {
  const inner = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])].flatMap(objectsIn);
  return schema.properties ? [schema, ...inner] : inner;
}

describe('all tools', () => {
  it('are the seven of the contract', () => {
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['list_files', 'read_file', 'search_text', 'outline', 'get_diagnostics', 'apply_edit', 'run_tests'],
    );
  });

  it('take at most 2,500 bytes as they are sent', () => {
    const bytes = Buffer.byteLength(JSON.stringify(new ToolTable(tools).definitions));
    assert.ok(bytes <= 2500, `${bytes} bytes`);
  });

  for (const tool of tools) {
    const parameters = tool.parameters as Schema;

    it(`${tool.name} has a strict schema`, () => {
      const objects = objectsIn(parameters);
      assert.ok(objects.length > 0);
      for (const { properties, required, additionalProperties } of objects) {
        assert.equal(additionalProperties, false);
        assert.deepEqual(required, Object.keys(properties ?? {}));
      }
    });

    it(`${tool.name} reads what its schema allows, and a missing nullable as null`, () => {
      const isEdit = tool.name === 'apply_edit';
      const [full, sparse] = [valueOf(parameters, false), valueOf(parameters, true)];
      // An edit without texts is well-formed and still makes no sense: both must be told the same.
      const [first, second] = [tool.prepare(full), tool.prepare(sparse)];
      assert.equal(first.ok, !isEdit);
      assert.equal(second.ok, first.ok);
      if (!first.ok && !second.ok) assert.equal(second.message, first.message);
    });

    it(`${tool.name} never throws over arguments and always says what is wrong`, () => {
      fc.assert(
        fc.property(fc.anything(), (value) => {
          const names = Object.keys(parameters.properties ?? {});
          for (const one of [value, Object.fromEntries(names.map((name) => [name, value]))]) {
            const prepared = tool.prepare(one);
            if (!prepared.ok) assert.match(prepared.message, /\S/);
          }
        }),
      );
    });
  }
});
