import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Malformed} from '../base/errors.ts';
import type {Immediate} from '../wasm/immediates.ts';
import {mnemonics, Op} from '../wasm/opcodes.ts';
import {
  type BlockType,
  concreteHeap,
  F32,
  F64,
  Heap,
  type HeapType,
  I32,
  I64,
  refType,
  V128,
  type ValueType,
} from '../wasm/types.ts';
import {CodeReader, scanExpression} from './code.ts';
import {everything} from './grammar.ts';
import {
  encodeInstructions,
  expressionOf,
  type ImmediateValue,
  type Instruction,
  immediatesOf,
  instruction,
  instructions,
} from './instructions.ts';
import {messages} from './messages.ts';

const SEED = 20_26;
const u32 = fc.oneof(fc.nat(200), fc.integer({min: 0, max: 0xffff_ffff}));
const heapType: fc.Arbitrary<HeapType> = fc.oneof(fc.constantFrom(...Object.values(Heap)), u32.map(concreteHeap));
const valueType: fc.Arbitrary<ValueType> = fc.oneof(
  fc.constantFrom(I32, I64, F32, F64, V128),
  fc.tuple(heapType, fc.boolean()).map(([heap, nullable]) => refType(heap, nullable)),
);
const bytes16 = fc.uint8Array({minLength: 16, maxLength: 16});
const blockType: fc.Arbitrary<BlockType> = fc.oneof(
  fc.constant({kind: 'empty'} as const),
  valueType.map((type) => ({kind: 'value', type}) as const),
  u32.map((index) => ({kind: 'type', index}) as const),
);
const u64 = fc.bigInt({min: 0n, max: 2n ** 64n - 1n});

/** Random values of every kind of immediate. */
const arbitraries = {
  label: u32,
  func: u32,
  type: u32,
  table: u32,
  memory: u32,
  global: u32,
  local: u32,
  data: u32,
  elem: u32,
  tag: u32,
  field: u32,
  count: u32,
  lane: fc.nat(255),
  zero: fc.constant(0 as const),
  i32: fc.integer(),
  i64: fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}),
  f32: u32,
  f64: u64,
  v128: bytes16,
  lanes: bytes16,
  label_table: fc.array(u32, {minLength: 1, maxLength: 40}),
  memarg: fc.record({align: fc.nat(63), offset: u64, memory: fc.oneof(fc.constant(0), u32)}, {noNullPrototype: true}),
  block_type: blockType,
  value_types: fc.array(valueType),
  heap_type: heapType,
  cast: fc.record(
    {
      label: u32,
      source: heapType,
      sourceNullable: fc.boolean(),
      target: heapType,
      targetNullable: fc.boolean(),
    },
    {noNullPrototype: true},
  ),
  catches: fc.array(
    fc.record({tag: fc.option<number, null>(u32, {nil: null}), ref: fc.boolean(), label: u32}, {noNullPrototype: true}),
  ),
} satisfies Record<Immediate, fc.Arbitrary<ImmediateValue>>;

const anyInstruction = (mnemonic: (typeof mnemonics)[number]): fc.Arbitrary<Instruction> =>
  fc
    .tuple(...immediatesOf(Op[mnemonic]).map((kind) => arbitraries[kind] as fc.Arbitrary<ImmediateValue>))
    .map((values) => ({op: Op[mnemonic], values}));

const plain = (list: readonly Instruction[]) => list.map(({op, values}) => [op, ...values].map(comparable));
const comparable = (value: unknown) => (value instanceof Uint8Array ? [...value] : value);
const expression = (bytes: Uint8Array | number[]) => ({bytes: Uint8Array.from(bytes), offset: 0});

test('every row with random immediates is read back as it was written, and skip lands where next lands', () => {
  for (const mnemonic of mnemonics) {
    fc.assert(
      fc.property(anyInstruction(mnemonic), (item) => {
        const code = expression(encodeInstructions([item, instruction('end')]));
        assert.deepEqual(plain(instructions(code)), plain([item, instruction('end')]));
        const next = new CodeReader(code);
        const skip = new CodeReader(code);
        assert.equal(next.next(), skip.skip());
        assert.equal(next.pos, skip.pos);
        assert.equal(next.pos, code.bytes.length - 1);
      }),
      {seed: SEED, numRuns: immediatesOf(Op[mnemonic]).length === 0 ? 1 : 20},
    );
  }
});

test('an instruction cut short is malformed, whatever is missing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...mnemonics).chain(anyInstruction), (item) => {
      const bytes = encodeInstructions([item]);
      for (let length = 0; length < bytes.length; length++) {
        assert.throws(() => new CodeReader(expression(bytes.slice(0, length))).next(), Malformed);
        assert.throws(() => new CodeReader(expression(bytes.slice(0, length))).skip(), Malformed);
      }
    }),
    {seed: SEED, numRuns: 200},
  );
});

test('random bytes are instructions or malformed, and what is read can be written', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 60}), (bytes) => {
      try {
        const list = instructions(expression(bytes));
        assert.deepEqual(plain(instructions(expression(encodeInstructions(list)))), plain(list));
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
      }
    }),
    {seed: SEED, numRuns: 2000},
  );
});

test('an opcode without a row or of a feature that is off is illegal', () => {
  for (const bytes of [[0xff], [0xfc, 0x7f], [0xfd, 0x80, 0x40], [0x27]]) {
    assert.throws(() => new CodeReader(expression(bytes)).next(), {message: /^illegal opcode/});
  }
  const atomic = encodeInstructions([instruction('atomic.fence', 0)]);
  const shapes = everything.shapes.slice().fill(255);
  assert.throws(() => new CodeReader(expression(atomic), {...everything, shapes}).next(), {
    message: 'illegal opcode fe 03',
  });
});

test('a label count beyond the bytes is refused before anything is allocated', () => {
  const hostile = expression([Op['br_table'], 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]);
  const reader = new CodeReader(hostile);
  assert.throws(() => reader.next(), {message: messages.unexpectedEnd});
  assert.equal(reader.labels.length, 0);
});

test('the scan of an expression ends at its own end and knows whose else it is', () => {
  const code = expressionOf([
    instruction('block', {kind: 'empty'}),
    instruction('i32.const', 1),
    instruction('if', {kind: 'empty'}),
    instruction('else'),
    instruction('end'),
    instruction('end'),
  ]);
  const reader = new CodeReader({bytes: Uint8Array.from([...code.bytes, 0xff, 0xff]), offset: 0});
  assert.equal(scanExpression(reader), false);
  assert.equal(reader.pos, code.bytes.length);
  const scan = (list: Instruction[]) => scanExpression(new CodeReader(expressionOf(list)));
  assert.throws(() => scan([instruction('else')]), {message: messages.endExpected});
  assert.throws(() => scan([instruction('block', {kind: 'empty'}), instruction('else')]), {
    message: messages.endExpected,
  });
  assert.equal(scan([instruction('data.drop', 0)]), true);
});
