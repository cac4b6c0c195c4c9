import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {bits128} from '../numeric/edge-bits.ts';
import {behaviourOf, type RelaxedProfile, relaxedNames} from '../numeric/relaxed-profile.ts';
import {inV8} from '../numeric/v8-reference.ts';
import type {Func} from '../runtime/func.ts';
import {parseText} from '../text.ts';
import {load} from '../valid/load.ts';
import {LANES, NAME, SIGNATURE, WIDTH} from '../wasm/columns.ts';
import {Op, relaxedSimd, simd} from '../wasm/opcodes.ts';
import {F32, F64, I32, I64, V128, type ValueType} from '../wasm/types.ts';
import {chooseRelaxed, instantiate, invoke} from './interpreter.ts';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {exports: Record<string, unknown>};
};

const SEED = 0x5eed;
/** Operands stand at 0, 16 and 32, the address at 48; a result goes to 64; accesses are made from 128 on. */
const RESULT = 64;
const ADDRESSED = 128;
const BYTES = 512;
const types: Readonly<Record<number, string>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
  [V128]: 'v128',
};
const operandNames = ['$a', '$b', '$c'] as const;

/** Results of these have float lanes, or are floats, in which only the class of a NaN is defined. */
const arithmetic = /^(f32x4|f64x2)\.(ceil|floor|trunc|nearest|sqrt|add|sub|mul|div|min|max|demote|promote)/;

const loadText = (type: ValueType | null, index: number): string =>
  type === null
    ? `(i32.add (i32.and (i32.load (i32.const 48)) (i32.const 255)) (i32.const ${ADDRESSED}))`
    : `(${types[type]}.load (i32.const ${16 * index}))`;

/** Immediates to try: every lane, two shuffles, an offset. */
function immediates(op: number): string[] {
  const offset = WIDTH[op] === 0 ? '' : ' offset=3';
  if (op === Op['v128.const']) return [' i32x4 1 -2 0x7fc00001 0x80000000'];
  if (op === Op['i8x16.shuffle'])
    return [' 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31', ' 31 31 15 15 0 0 16 16 7 8 9 10 24 25 26 1'];
  if (LANES[op] === 0) return [offset];
  return Array.from({length: LANES[op]!}, (_, lane) => `${offset} ${lane}`);
}

interface Example {
  readonly name: string;
  readonly text: string;
  readonly width: 32 | 64 | null;
}

/** Operands from locals, from memory, all from one local; results to a local of their own, or over an operand. */
function* examplesOf(op: number): Iterable<Example> {
  const name = NAME[op]!;
  const {operands, results} = SIGNATURE[op]!;
  const locals = operands
    .map((type, i) => `(local ${operandNames[i]} ${type === null ? 'i32' : types[type]})`)
    .join(' ');
  const sets = operands.map((type, i) => `(local.set ${operandNames[i]} ${loadText(type, i)})`).join(' ');
  const gets = operands.map((_, i) => `(local.get ${operandNames[i]})`).join(' ');
  const width = arithmetic.test(name) ? (name.startsWith('f32') ? 32 : 64) : null;
  for (const immediate of immediates(op)) {
    const finish = (value: string): string =>
      results.length === 0 ? value : `(${types[results[0]!]}.store (i32.const ${RESULT}) ${value})`;
    const example = (kind: string, body: string): Example => ({name: `${name}${immediate} ${kind}`, text: body, width});
    yield example('of locals', `${locals} ${sets} ${finish(`(${name}${immediate} ${gets})`)}`);
    yield example('of memory', finish(`(${name}${immediate} ${operands.map(loadText).join(' ')})`));
    if (results[0] !== V128) continue;
    for (const [i, type] of operands.entries()) {
      if (type !== V128) continue;
      const local = operandNames[i]!;
      yield example(
        `over ${local}`,
        `${locals} ${sets} (local.set ${local} (${name}${immediate} ${gets})) ${finish(`(local.get ${local})`)}`,
      );
      const same = operands.map((other, k) => `(local.get ${other === V128 ? local : operandNames[k]})`).join(' ');
      yield example(
        `of ${local} alone`,
        `${locals} ${sets} (local.set ${local} (${name}${immediate} ${same})) ${finish(`(local.get ${local})`)}`,
      );
    }
  }
}

const store = (index: number, value: string): string => `(v128.store (i32.const ${RESULT + 16 * index}) ${value})`;
const A = loadText(V128, 0);
const B = loadText(V128, 1);
const C = loadText(V128, 2);
const flag = '(i32.and (i32.load (i32.const 48)) (i32.const 1))';

/** Vectors on their way through control, calls and globals; $x, $y and $n are locals. */
const passing = {
  select: store(0, `(select ${A} ${B} ${flag})`),
  'typed select of locals': `(local.set $x ${A}) (local.set $y ${B})
    ${store(0, `(select (result v128) (local.get $x) (local.get $y) ${flag})`)}`,
  tee: `${store(0, `(v128.xor (local.tee $x ${A}) (v128.not (local.get $x)))`)} ${store(1, '(local.get $x)')}`,
  'a local that is written': `(local.set $x ${A}) (local.get $x) (local.set $x ${B}) (local.get $x) (i8x16.sub) (local.set $y)
    ${store(0, '(local.get $y)')}`,
  'locals that are zero': `${store(0, '(local.get $x)')} ${store(1, '(local.get $y)')}`,
  'results of a block': `(block (result v128 i32 v128)
      (br_if 0 ${A} ${flag} ${B} ${flag}) (drop) (drop) (drop) ${B} (i32.const 7) ${C})
    (local.set $x) (local.set $n) (local.set $y) ${store(0, '(local.get $x)')} ${store(1, '(local.get $y)')}`,
  'parameters of a loop': `(local.set $n (i32.const 5)) ${A} ${B}
    (loop (param v128 v128) (result v128)
      (i8x16.add) (local.tee $x) (local.get $x)
      (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))) (v128.xor))
    (local.set $x) ${store(0, '(local.get $x)')}`,
  'a branch table': `(block (result v128) (block (result v128) (br_table 0 1 0 ${A} ${flag})) (v128.not))
    (local.set $x) ${store(0, '(local.get $x)')}`,
  if: store(0, `(if (result v128) ${flag} (then ${A}) (else ${B}))`),
  globals: `(global.set $g ${A}) ${store(0, '(i8x16.add (global.get $g) (global.get $k))')}`,
  'a call': `(call $swap ${A} (i32.const 7) ${B} (i64.const -1)) (local.set $n) (local.set $x) (drop) (local.set $y)
    ${store(0, '(local.get $x)')} ${store(1, '(local.get $y)')}`,
  'an indirect call': `(call_indirect (type $swap) ${A} (i32.const 7) ${B} (i64.const -1) (i32.const 0))
    (local.set $n) (local.set $x) (drop) (local.set $y) ${store(0, '(local.get $x)')} ${store(1, '(local.get $y)')}`,
  'a tail call': store(0, `(call $tail ${A} ${B})`),
  'splats of constants': `${store(0, '(i8x16.splat (i32.const -3))')} ${store(1, '(i16x8.splat (i32.const 0x18001))')}
    ${store(2, '(v128.xor (i32x4.splat (i32.const -7)) (i64x2.splat (i64.const -0x123456789abcdef)))')}
    ${store(3, '(v128.xor (f32x4.splat (f32.const -0.5)) (f64x2.splat (f64.const nan:0x4000000000001)))')}`,
  'another memory, with 64-bit addresses': `(v128.store $far (i64.const 100) ${A}) (v128.store64_lane $far offset=3 1 (i64.const 100) ${B})
    ${store(0, '(v128.load $far (i64.const 99))')} ${store(1, `(v128.load8_lane $far 5 (i64.const 101) ${C})`)}
    ${store(2, '(i8x16.add (v128.load8x8_s $far (i64.const 100)) (v128.load16_splat $far (i64.const 110)))')}`,
  'a structure': `(local $s (ref null $pair)) (local.set $s (struct.new $pair ${A} (i32.const 5) ${B}))
    (struct.set $pair 2 (local.get $s) (i8x16.neg (struct.get $pair 0 (local.get $s)))) ${store(0, '(struct.get $pair 2 (local.get $s))')}`,
  'an array': `(local $s (ref null $row)) (local.set $s (array.new_fixed $row 3 ${A} ${B} ${C}))
    (array.set $row (local.get $s) (i32.const 1) (array.get $row (local.get $s) (i32.const 2)))
    (array.fill $row (local.get $s) (i32.const 2) ${A} (i32.const 1))
    ${store(0, '(i8x16.sub (array.get $row (local.get $s) (i32.const 1)) (array.get $row (local.get $s) (i32.const 2)))')}`,
  'an exception': `(block (result i32 v128) (try_table (catch $e 0) (throw $e (i32.const 3) ${A})) (unreachable))
    (local.set $x) (local.set $n) ${store(0, '(local.get $x)')}`,
};

const examples: readonly Example[] = [
  ...Object.values(simd.rows).flatMap(([op]) => [...examplesOf(op)]),
  ...Object.entries(passing).map(([name, body]) => ({
    name,
    width: null,
    text: `(local $x v128) (local $y v128) (local $n i32) ${body}`,
  })),
];

const moduleText = `(module (memory (export "m") 1) (memory $far i64 1) (table funcref (elem $swap)) (tag $e (param i32 v128))
  (global $g (mut v128) (v128.const i64x2 0 0)) (global $k v128 (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16))
  (type $pair (struct (field v128) (field i32) (field (mut v128)))) (type $row (array (mut v128)))
  (type $swap (func (param v128 i32 v128 i64) (result v128 i64 v128 i32)))
  (func $swap (type $swap) (local.get 2) (local.get 3) (local.get 0) (local.get 1))
  (func $tail (param v128 v128) (result v128) (return_call $last (local.get 1) (i32.const 5) (local.get 0)))
  (func $last (param v128 i32 v128) (result v128) (i8x16.shl (i8x16.sub (local.get 0) (local.get 2)) (local.get 1)))
  ${examples.map(({text}, i) => `(func (export "${i}") ${text})`).join('\n')})`;

/** Bytes, with NaN lanes of the result made one. */
function visible(bytes: Uint8Array, width: 32 | 64 | null): Uint8Array {
  const copy = bytes.slice(0, BYTES);
  const view = new DataView(copy.buffer, RESULT, 16);
  if (width === 32)
    for (let at = 0; at < 16; at += 4)
      if (Number.isNaN(view.getFloat32(at, true))) view.setUint32(at, 0x7fc00000, true);
  if (width === 64)
    for (let at = 0; at < 16; at += 8) if (Number.isNaN(view.getFloat64(at, true))) view.setFloat64(at, NaN, true);
  return copy;
}

test(`${examples.length} functions on vectors leave the memory that V8 leaves`, async () => {
  const bytes = await parseText(moduleText);
  const {instance, outcome} = instantiate(load(bytes), () => undefined);
  assert.equal(outcome.kind, 'return');
  const ours = examples.map((_, i) => instance.exports.get(String(i)) as Func);
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const theirMemory = new Uint8Array((exports['m'] as {buffer: ArrayBuffer}).buffer);
  const contents = fc.array(bits128, {minLength: BYTES / 16, maxLength: BYTES / 16});
  fc.assert(
    fc.property(contents, (vectors) => {
      const initial = new Uint8Array(
        new BigUint64Array(vectors.flatMap((bits) => [BigInt.asUintN(64, bits), bits >> 64n])).buffer,
      );
      for (const [i, {name, width}] of examples.entries()) {
        instance.memories[0]!.bytes.set(initial);
        theirMemory.set(initial);
        assert.equal(invoke(ours[i]!, []).kind, 'return', name);
        (exports[i] as () => void)();
        assert.deepEqual(visible(instance.memories[0]!.bytes, width), visible(theirMemory, width), name);
      }
    }),
    {seed: SEED, numRuns: 12},
  );
});

test('with the behaviours of V8 relaxed instructions compute what V8 computes', async () => {
  const profile = Object.fromEntries(
    relaxedNames.map((name) => [name, behaviourOf(name, inV8(name) as (...operands: bigint[]) => bigint)]),
  );
  const calls = relaxedNames.map((name) => {
    const operands = relaxedSimd.rows[name][2].slice(0, -2);
    return `(func (export "${name}") (param${' v128'.repeat(operands.length)}) (result v128) (${name} ${[...operands].map((_, i) => `(local.get ${i})`).join(' ')}))`;
  });
  const {instance} = instantiate(load(await parseText(`(module ${calls.join('\n')})`)), () => undefined);
  try {
    for (const name of relaxedNames) {
      assert.notEqual(profile[name], null, name);
      const run = instance.exports.get(name) as Func;
      const ours = (...operands: bigint[]): bigint => {
        const outcome = invoke(run, operands);
        return outcome.kind === 'return' ? (outcome.values[0] as bigint) : -1n;
      };
      chooseRelaxed({});
      assert.equal(behaviourOf(name, ours), 0, name);
      chooseRelaxed(profile as RelaxedProfile);
      assert.equal(behaviourOf(name, ours), profile[name], name);
    }
  } finally {
    chooseRelaxed({});
  }
});

test('only NaNs of the width that is given are made one', () => {
  const bytes = new Uint8Array(BYTES).fill(0xff);
  const other = bytes.slice();
  other[RESULT + 2] = 0xfe;
  assert.deepEqual(visible(bytes, 32), visible(other, 32));
  assert.notDeepEqual(visible(bytes, null), visible(other, null));
  other[RESULT + 3] = 0x7e;
  assert.notDeepEqual(visible(bytes, 32), visible(other, 32));
});

test('accesses of vectors that leave the memory trap and write nothing', async () => {
  const rows = Object.values(simd.rows)
    .map(([op]) => op)
    .filter((op) => WIDTH[op] !== 0);
  const access = (op: number): string => {
    const {operands} = SIGNATURE[op]!;
    const lane = LANES[op] === 0 ? '' : ' 0';
    const body = `(${NAME[op]}${lane} (local.get 0)${operands.length === 2 ? ' (v128.const i64x2 -1 -1)' : ''})`;
    return `(func (export "${NAME[op]}") (param i32) ${SIGNATURE[op]!.results.length === 0 ? body : `(drop ${body})`})`;
  };
  const {instance} = instantiate(
    load(await parseText(`(module (memory 1) ${rows.map(access).join('\n')})`)),
    () => undefined,
  );
  for (const op of rows) {
    const func = instance.exports.get(NAME[op]!) as Func;
    const last = 65536 - WIDTH[op]!;
    for (const address of [last + 1, 65536, 0xffffffff]) {
      const outcome = invoke(func, [BigInt(address)]);
      assert.equal(outcome.kind === 'trap' && outcome.trap, 'memory-out-of-bounds', `${NAME[op]} at ${address}`);
    }
    assert.ok(
      instance.memories[0]!.contents().every((byte) => byte === 0),
      NAME[op]!,
    );
    assert.equal(invoke(func, [BigInt(last)]).kind, 'return');
    instance.memories[0]!.contents().fill(0);
  }
});
