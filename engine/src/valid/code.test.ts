import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Invalid, Malformed, Unsupported} from '../base/errors.ts';
import {encode} from '../binary/encode.ts';
import {everything} from '../binary/grammar.ts';
import {
  expressionOf,
  type ImmediateValue,
  type Instruction,
  immediatesOf,
  instruction,
} from '../binary/instructions.ts';
import {LANES, SIGNATURE, type Signature, WIDTH} from '../wasm/columns.ts';
import {supported} from '../wasm/features.ts';
import type {Immediate} from '../wasm/immediates.ts';
import {emptyModule, type Module} from '../wasm/module.ts';
import {type Mnemonic, mnemonics, Op, rows} from '../wasm/opcodes.ts';
import {F32, F64, Heap, I32, I64, refType, typeName, V128, type ValueType} from '../wasm/types.ts';
import {CodeValidator, MAX_LOCALS} from './code.ts';
import {Context} from './context.ts';
import {validate} from './module.ts';

declare const WebAssembly: {validate(bytes: Uint8Array): boolean};

const numbers: readonly ValueType[] = [I32, I64, F32, F64, V128];
const simple = mnemonics.filter((name) => rows[name][2] !== null);

/** Immediates with which an instruction is valid in a module of one memory. */
function immediate(op: number, kind: Immediate): ImmediateValue {
  switch (kind) {
    case 'memarg':
      return {align: Math.log2(WIDTH[op]!), offset: 0n, memory: 0};
    case 'lane':
      return LANES[op]! - 1;
    case 'lanes':
    case 'v128':
      return new Uint8Array(16).fill(31);
    case 'i64':
    case 'f64':
      return 0n;
    default:
      return 0;
  }
}

const instructionOf = (name: Mnemonic): Instruction => ({
  op: Op[name],
  values: immediatesOf(Op[name]).map((kind) => immediate(Op[name], kind)),
});

/** A module with one function of this type, one memory and this body. */
function moduleOf(
  params: readonly ValueType[],
  results: readonly ValueType[],
  body: readonly Instruction[],
  address: 'i32' | 'i64' = 'i32',
): Module {
  return {
    ...emptyModule,
    types: [{final: true, supertypes: [], composite: {kind: 'func', params, results}}],
    recGroups: [{start: 0, length: 1}],
    functions: [0],
    memories: [{limits: {min: 1n, max: null}, address, shared: false, pageSizeLog2: 16}],
    bodies: [{locals: [], code: expressionOf(body), offset: 0}],
  };
}

const isValid = (module: Module): boolean => {
  try {
    validate(module, supported);
    return true;
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return false;
  }
};

const operandsOf = ({operands}: Signature, address: ValueType = I32): ValueType[] =>
  operands.map((type) => type ?? address);

/** A function that gives its parameters to an instruction and returns what that leaves. */
const around = (
  name: Mnemonic,
  params: readonly ValueType[],
  results: readonly ValueType[],
  address: 'i32' | 'i64' = 'i32',
): Module =>
  moduleOf(params, results, [...params.map((_, i) => instruction('local.get', i)), instructionOf(name)], address);

/** Every type list that differs from a given one in one place, by type or by length. */
function* nearby(types: readonly ValueType[]): Generator<ValueType[]> {
  for (let i = 0; i < types.length; i++) {
    yield types.filter((_, k) => k !== i);
    for (const other of numbers) if (other !== types[i]) yield types.map((type, k) => (k === i ? other : type));
  }
  yield [...types, I32];
}

test('every simple instruction is valid with the types of its signature and with no others', () => {
  for (const name of simple) {
    const signature = SIGNATURE[Op[name]]!;
    const operands = operandsOf(signature);
    assert.ok(isValid(around(name, operands, signature.results)), name);
    for (const wrong of nearby(operands))
      assert.ok(!isValid(around(name, wrong, signature.results)), `${name} on ${wrong.map(typeName)}`);
    for (const wrong of nearby(signature.results))
      assert.ok(!isValid(around(name, operands, wrong)), `${name} to ${wrong.map(typeName)}`);
  }
});

test('V8 agrees on every simple instruction that it has, on 32-bit and 64-bit memories', () => {
  for (const name of simple.filter((mnemonic) => !/128$|mul_wide/.test(mnemonic))) {
    const signature = SIGNATURE[Op[name]]!;
    for (const [address, type] of [
      ['i32', I32],
      ['i64', I64],
    ] as const) {
      for (const operands of [operandsOf(signature, type), ...nearby(operandsOf(signature, type))]) {
        const module = around(name, operands, signature.results, address);
        assert.equal(isValid(module), WebAssembly.validate(encode(module)), `${name} on ${operands.map(typeName)}`);
      }
    }
  }
});

/** What an instruction pops (the last operand first) and pushes, as the stack sees it. */
function log(name: Mnemonic): {pops: ValueType[]; pushes: ValueType[]} {
  const code = new CodeValidator(new Context(moduleOf([], [], []), supported), everything);
  const pops: ValueType[] = [],
    pushes: ValueType[] = [];
  const {stack} = code;
  const isInner = (): boolean => code.reader.op === Op[name];
  const {popExpected, pushOperand} = stack;
  stack.popExpected = (type) => {
    if (isInner()) pops.push(type);
    return popExpected.call(stack, type);
  };
  stack.pushOperand = (type) => {
    if (isInner()) pushes.push(type);
    pushOperand.call(stack, type);
  };
  code.validateBody(
    {
      locals: [],
      offset: 0,
      code: expressionOf([instruction('unreachable'), instructionOf(name), instruction('unreachable')]),
    },
    0,
  );
  return {pops, pushes};
}

/** What is wrong with a signature as an account of what an instruction does; null when nothing is. */
function contradiction(name: Mnemonic, signature: Signature): string | null {
  const {pops, pushes} = log(name);
  const said = {pops: operandsOf(signature).reverse(), pushes: [...signature.results]};
  return JSON.stringify({pops, pushes}) === JSON.stringify(said)
    ? null
    : `${name}: ${JSON.stringify({pops, pushes})}, not ${JSON.stringify(said)}`;
}

test('what the stack sees of a simple instruction is what its signature says', () => {
  for (const name of simple) assert.equal(contradiction(name, SIGNATURE[Op[name]]!), null);
});

test('a signature that lies about an operand, a result or their order contradicts the stack', () => {
  assert.notEqual(contradiction('i32.add', {operands: [I32, I64], results: [I32]}), null);
  assert.notEqual(contradiction('i32.add', {operands: [I32, I32], results: [I64]}), null);
  assert.notEqual(contradiction('i32.add', {operands: [I32], results: [I32]}), null);
  assert.notEqual(contradiction('i64.store', {operands: [I64, I32], results: []}), null);
  assert.notEqual(contradiction('i64.add128', {operands: [I64, I64, I64, I64], results: [I64]}), null);
});

test('alignment up to the natural one is valid, of atomics exactly the natural one', () => {
  for (const name of simple.filter((mnemonic) => rows[mnemonic][1][0] === 'memarg')) {
    const natural = Math.log2(WIDTH[Op[name]]!);
    const {operands, results} = SIGNATURE[Op[name]]!;
    for (let align = 0; align < 8; align++) {
      const access = {
        op: Op[name],
        values: [{align, offset: 0n, memory: 0}, ...(immediatesOf(Op[name]).length > 1 ? [0] : [])],
      };
      const module = moduleOf(
        operands.map((type) => type ?? I32),
        results,
        [...operands.map((_, i) => instruction('local.get', i)), access],
      );
      assert.equal(
        isValid(module),
        name.includes('atomic') ? align === natural : align <= natural,
        `${name} align=${2 ** align}`,
      );
    }
  }
});

test('an offset of 2^32 fits a 64-bit memory only', () => {
  const load = (address: 'i32' | 'i64', offset: bigint) =>
    moduleOf(
      [address === 'i32' ? I32 : I64],
      [I32],
      [instruction('local.get', 0), instruction('i32.load', {align: 0, offset, memory: 0})],
      address,
    );
  assert.ok(isValid(load('i32', 0xffff_ffffn)));
  assert.ok(!isValid(load('i32', 0x1_0000_0000n)));
  assert.ok(isValid(load('i64', 0xffff_ffff_ffff_ffffn)));
});

test('an error carries the offset of its instruction, and the words that the suite expects', () => {
  const module = moduleOf(
    [],
    [],
    [instruction('nop'), instruction('i64.const', 1n), instruction('i32.eqz'), instruction('drop')],
  );
  const at = {...module, bodies: [{...module.bodies[0]!, code: {...module.bodies[0]!.code, offset: 100}}]};
  assert.throws(() => validate(at, supported), {
    name: 'Invalid',
    offset: 103,
    message: 'type mismatch: instruction requires [i32] but stack has [i64]',
  });
  const left = moduleOf([], [], [instruction('i32.const', 1)]);
  assert.throws(() => validate(left, supported), {message: 'type mismatch: block requires [] but stack has [i32]'});
  const types = moduleOf([refType(Heap.any, true)], [I32], [instruction('local.get', 0), instruction('ref.eq')]);
  assert.throws(() => validate(types, supported), {
    message: 'type mismatch: instruction requires [eqref] but stack has [anyref]',
  });
});

test('code after the final end is malformed, and so is an else without its if', () => {
  const body = (...list: Instruction[]) => validate(moduleOf([], [], list), supported);
  assert.throws(() => body(instruction('end')), Malformed);
  assert.throws(() => body(instruction('block', {kind: 'empty'}), instruction('else'), instruction('end')), Malformed);
});

test('bodies tell how deep their stacks become', () => {
  const one = instruction('i32.const', 1);
  const module = moduleOf(
    [],
    [],
    [
      one,
      one,
      one,
      instruction('drop'),
      instruction('drop'),
      instruction('block', {kind: 'empty'}),
      instruction('end'),
      instruction('drop'),
    ],
  );
  const {maxOperands, maxControls} = validate(module, supported);
  assert.deepEqual([...maxOperands, ...maxControls], [3, 2]);
});

test('four thousand million locals are refused without being allocated', () => {
  const module = moduleOf([], [], []);
  const locals = (count: number): Module => ({
    ...module,
    bodies: [{...module.bodies[0]!, locals: [{count, type: I32}]}],
  });
  assert.throws(() => validate(locals(0xffff_ffff), supported), Unsupported);
  validate(locals(MAX_LOCALS), supported);
});

test('deep nesting and long stacks grow the stacks as needed', () => {
  const block = instruction('block', {kind: 'empty'});
  validate(
    moduleOf(
      [],
      [],
      [...Array.from({length: 5000}, () => block), ...Array.from({length: 5000}, () => instruction('end'))],
    ),
    supported,
  );
  const many = Array.from({length: 900}, () => I64);
  const call = moduleOf(many, many, [
    ...many.map((_, i) => instruction('local.get', i)),
    instruction('call', 0),
    instruction('call', 0),
  ]);
  assert.deepEqual([...validate(call, supported).maxOperands], [900]);
});
