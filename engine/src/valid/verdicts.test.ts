/**
 * Verdicts beside V8's on mutated modules: bytes changed, sizes lied about, LEBs over-long,
 * sections moved, ends cut. Every difference must have its reason here.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {WasmError} from '../base/errors.ts';
import {suiteModules} from '../binary/suite-modules.ts';
import {parseText, TextError} from '../text.ts';
import {wasm3, withFeatures} from '../wasm/features.ts';
import {load} from './load.ts';

declare const WebAssembly: {Module: new (bytes: Uint8Array) => object};

const SEED = 20_26;
/** What V8 14.6 has. */
const features = withFeatures(wasm3, ['threads']);

/** Modules to mutate when the suite is not at hand, and beside it. */
const texts = [
  '(module (type $t (func (param i32) (result i32))) (table 4 funcref) (memory 1 2) (global (mut i64) (i64.const 5)) (elem (i32.const 0) $f $f) (data (i32.const 8) "abc")' +
    ' (func $f (export "f") (type $t) (local i64 f64) (block (result i32) (loop (br_if 1 (i32.const 3) (local.get 0))) (if (result i32) (local.get 0) (then (call $f (i32.load offset=4 (i32.const 8))))' +
    ' (else (call_indirect (type $t) (i32.const 1) (i32.const 0))))) (global.set 0 (i64.extend_i32_u (local.get 0))) (br_table 0 0 (i32.const 2))))',
  '(module (rec (type $a (sub (struct (field i8) (field (mut (ref null $b)))))) (type $b (array (mut i16)))) (type $c (sub final $a (struct (field i8) (field (mut (ref null $b))) (field f32))))' +
    ' (func (param (ref $a)) (result i32) (block (result (ref $c)) (br_on_cast 0 (ref $a) (ref $c) (local.get 0)) (drop) (return (i32.const 1))) (struct.get_s $c 0) (ref.test (ref $c) (local.get 0)) (i32.add)' +
    ' (array.len (array.new_default $b (i32.const 3))) (i32.add)))',
  '(module (tag $e (param i64)) (func (export "g") (param v128) (result i64) (block $h (result i64) (try_table (result i64) (catch $e $h) (throw $e (i64x2.extract_lane 1 (local.get 0)))))))',
];

/** Why a verdict may differ: `v8` is what V8 says, `ours` what we say; null is acceptance. */
interface Reason {
  readonly ours: RegExp | null;
  readonly v8: RegExp | null;
  readonly why: string;
}
const reasons: readonly Reason[] = [
  {
    ours: null,
    v8: /larger than implementation limit/,
    why: 'a limit of V8',
  },
  {
    ours: /^more than \d+ locals|chains of more than/,
    v8: /local count too large|subtyping depth/,
    why: 'a limit of both',
  },
  {
    ours: null,
    v8: /(length overflow|extra bits|expected \d bytes).* while decoding (initial|maximum)|(initial|maximum).*(length overflow|extra bits)/,
    why: 'limits are u64 (5.3.12); V8 reads u32 when the address type is i32',
  },
  {ours: /^illegal opcode 0[679]|^illegal opcode 1[89]/, v8: null, why: 'V8 still runs legacy exceptions'},
  {
    ours: /^malformed reference type/,
    v8: null,
    why: 'V8 takes an empty element segment of numbers; 5.5.12 wants a reference type',
  },
  {
    ours: /but stack has \[\(ref bot\)\]/,
    v8: null,
    why: 'V8 keeps the bottom type where a reference of unreachable code is known not to be null; A.3 makes it a reference',
  },
  {
    ours: /requires \[eqref\] but stack has/,
    v8: null,
    why: 'V8 does not check the only operand of ref.eq after unreachable; 3.3.5 does',
  },
  {
    ours: /the label takes no reference/,
    v8: null,
    why: 'V8 lets br_on_non_null go to a label that takes nothing; 3.4.4 wants a reference last',
  },
];

const oursOf = (bytes: Uint8Array): string | null => {
  try {
    load(bytes, features);
    return null;
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    return error.message;
  }
};

const v8Of = (bytes: Uint8Array): string | null => {
  try {
    new WebAssembly.Module(bytes);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

const fits = (message: string | null, pattern: RegExp | null): boolean =>
  pattern === null || message === null ? pattern === message : pattern.test(message);

/** Null when the verdicts agree or differ for a known reason, else the difference. */
function difference(ours: string | null, v8: string | null): string | null {
  if ((ours === null) === (v8 === null)) return null;
  if (reasons.some((reason) => fits(ours, reason.ours) && fits(v8, reason.v8))) return null;
  return `ours: ${ours ?? 'accepted'}; V8: ${v8 ?? 'accepted'}`;
}

const kinds = ['set', 'set', 'flip', 'flip', 'copy', 'insert', 'remove', 'pad', 'resize', 'swap', 'cut'] as const;
type Mutation = {readonly at: number; readonly kind: (typeof kinds)[number]; readonly value: number};

const mutation: fc.Arbitrary<Mutation> = fc.record(
  {at: fc.nat(0xffff), kind: fc.constantFrom(...kinds), value: fc.nat(0xff)},
  {noNullPrototype: true},
);

/** Where sections start in a module whose sizes take one byte; other modules give what they give. */
function sectionStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  for (let at = 8; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) starts.push(at);
  return starts;
}

/** Applies a mutation behind the header: `pad` makes a LEB over-long, `resize` lies about a section's size. */
function mutated(bytes: Uint8Array, {at, kind, value}: Mutation): Uint8Array {
  if (bytes.length <= 8) return bytes;
  const place = 8 + (at % (bytes.length - 8));
  const byte = bytes[place]!;
  const starts = sectionStarts(bytes);
  const section = at % starts.length;
  const spliced = (start: number, end: number, ...inserted: number[]): Uint8Array =>
    Uint8Array.of(...bytes.subarray(0, start), ...inserted, ...bytes.subarray(end));
  switch (kind) {
    case 'set':
      return spliced(place, place + 1, value);
    case 'flip':
      return spliced(place, place + 1, byte ^ (1 << (value & 7)));
    case 'copy':
      return spliced(place, place + 1, bytes[8 + (value % (bytes.length - 8))]!);
    case 'insert':
      return spliced(place, place, value);
    case 'remove':
      return spliced(place, place + 1);
    case 'pad':
      return spliced(place, place + 1, byte | 0x80, value < 0x80 ? 0 : 0x7f);
    case 'resize':
      return spliced(starts[section]! + 1, starts[section]! + 2, (bytes[starts[section]! + 1] ?? 0) + (value % 5) - 2);
    case 'swap':
      return spliced(
        starts[section]!,
        bytes.length,
        ...bytes.subarray(starts[section + 1] ?? bytes.length),
        ...bytes.subarray(starts[section]!, starts[section + 1] ?? bytes.length),
      );
    case 'cut':
      return bytes.slice(0, place);
  }
}

async function seeds(): Promise<Uint8Array[]> {
  const list = await Promise.all(texts.map((text) => parseText(text)));
  for (const {kind, bytes, file} of suiteModules(process.env) ?? []) {
    if (kind === 'quote' || file.includes('custom-descriptors')) continue;
    try {
      list.push(kind === 'binary' ? bytes : await parseText(bytes));
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
    }
  }
  return list;
}

test("on mutated modules our verdict is V8's, but for reasons that are written down", async () => {
  const modules = await seeds();
  let accepted = 0,
    rejected = 0;
  fc.assert(
    fc.property(fc.nat(), fc.array(mutation, {minLength: 1, maxLength: 3}), (index, mutations) => {
      const bytes = mutations.reduce(mutated, modules[index % modules.length]!);
      const ours = oursOf(bytes);
      if (ours === null) accepted++;
      else rejected++;
      assert.equal(difference(ours, v8Of(bytes)), null, Buffer.from(bytes).toString('hex'));
    }),
    {seed: SEED, numRuns: 4000},
  );
  assert.ok(accepted > 150 && rejected > 500, `${accepted} accepted, ${rejected} rejected`);
});

test('V8 takes br_on_non_null to a label of nothing, and we do not', async () => {
  const bytes = await parseText('(module (func (param externref) (br_on_non_null 0 (local.get 0))))');
  assert.match(oursOf(bytes) ?? '', /the label takes no reference/);
  assert.equal(difference(oursOf(bytes), v8Of(bytes)), null);
});

test('an unexplained difference is noticed in both directions, and explanations do not cover others', () => {
  assert.notEqual(difference(null, 'type error in fallthru'), null);
  assert.notEqual(difference('type mismatch', null), null);
  assert.notEqual(difference('illegal opcode ff', null), null);
  assert.equal(difference('type mismatch', 'anything'), null);
  assert.equal(difference(null, 'initial memory size (9 pages) is larger than implementation limit (4 pages)'), null);
});
