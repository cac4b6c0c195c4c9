/**
 * The operand-form sweep (shapes S1, S2): one instruction, every form of its operands (variables, constants, loads, the
 * same operand twice), one consumer, one pair of boundary constants; one entry per form, so that the forms must agree.
 * `ordinal` counts instructions first, then consumers, then constants: a prefix of the sweep covers all instructions.
 */
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import {SIGNATURE} from '#engine/wasm/columns.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import {Op, type Opcode} from '#engine/wasm/opcodes.ts';
import {F32, F64, I32, I64, V128, type ValueType} from '#engine/wasm/types.ts';
import {isAtomic, widthOf} from '../address.ts';
import {isWait} from '../atomic.ts';
import type {Body} from '../body.ts';
import {addCall} from '../calls.ts';
import {addEntry} from '../func.ts';
import {drawGlobals} from '../global.ts';
import {canonicalNan} from '../guard.ts';
import {lanesOf, loadOf, NAN_SHAPE, producersOf, storeOf, storesOf, valueTypes} from '../instruction.ts';
import {addMemory} from '../memory.ts';
import {type ModuleBuilder, offsetExpression} from '../module.ts';
import {emit} from '../simple.ts';
import {boundariesOf, drawValue, edgesOf, type Words, wireValue, wordsOf} from '../values.ts';

const {
  'i64x2.splat': SPLAT,
  'i64x2.replace_lane': REPLACE,
  'i32.and': AND,
  'i32.load8_u': LOAD8_U,
  'i32.wrap_i64': WRAP,
  block: BLOCK,
  'i32.reinterpret_f32': BITS32,
  'i64.reinterpret_f64': BITS64,
  'v128.any_true': ANY_TRUE,
  br_if: BR_IF,
  end: END,
  select: SELECT,
  'i32.eqz': EQZ,
} = Op;

type Form = 'variable' | 'constant' | 'load' | 'same';

const formsByArity: readonly (readonly (readonly Form[])[])[] = [
  [[]],
  [['variable'], ['constant'], ['load']],
  [
    ['variable', 'variable'],
    ['variable', 'constant'],
    ['constant', 'variable'],
    ['constant', 'constant'],
    ['variable', 'same'],
    ['load', 'variable'],
    ['variable', 'load'],
  ],
  [
    ['variable', 'variable', 'variable'],
    ['variable', 'variable', 'constant'],
    ['constant', 'constant', 'constant'],
    ['variable', 'same', 'same'],
  ],
  [
    ['variable', 'variable', 'variable', 'variable'],
    ['variable', 'variable', 'constant', 'constant'],
    ['constant', 'constant', 'constant', 'constant'],
    ['variable', 'same', 'variable', 'same'],
  ],
];

/** What becomes of the result. */
const consumers = ['return', 'store', 'address', 'branch', 'select', 'negated'] as const;
type Consumer = (typeof consumers)[number];

interface Subject {
  readonly op: Opcode;
  readonly operands: readonly ValueType[];
  readonly result: ValueType | null;
  readonly isAccess: boolean;
  /** Words of the constant of each operand, four apart. */
  readonly constants: Words;
}

const sweeps = new WeakMap<FeatureSet, readonly Opcode[]>();

/** The instructions of the sweep, in opcode order. */
export function sweepOps(features: FeatureSet): readonly Opcode[] {
  const known = sweeps.get(features);
  if (known !== undefined) return known;
  const ops = valueTypes.flatMap((type) => [...producersOf(type, features), ...storesOf(type, features)]);
  const sorted = [...new Set(ops)].filter((op) => !isWait(op)).sort((a, b) => a - b);
  sweeps.set(features, sorted);
  return sorted;
}

/** One case of the sweep. */
export function single(m: ModuleBuilder, ordinal: number): void {
  const ops = sweepOps(m.swarm.wanted);
  const consumer = consumers[Math.floor(ordinal / ops.length) % consumers.length]!;
  const subject = subjectOf(ops[ordinal % ops.length]!, Math.floor(ordinal / ops.length / consumers.length), m);
  drawGlobals(m);
  addMemory(m, 1, 1);
  addConstants(m, subject);
  for (const form of formsByArity[subject.operands.length]!) addForm(m, subject, form, consumer);
}

function subjectOf(op: Opcode, step: number, m: ModuleBuilder): Subject {
  const {operands, results} = SIGNATURE[op]!;
  const types = operands.map((type) => type ?? I32);
  const isAccess = operands[0] === null;
  const constants = new Int32Array(16);
  let rest = step;
  types.forEach((type, i) => {
    const isAddress = isAccess && i === 0;
    const last = i === types.length - 1 && i > 0;
    rest = isAddress ? addressConstant(op, rest, constants) : edge(m, op, type, last, rest, constants, i * 4);
  });
  return {op, operands: types, result: results[0] ?? null, isAccess, constants};
}

/** Addresses: in the middle, and the last one that is in bounds or out of bounds. */
function addressConstant(op: number, step: number, out: Words): number {
  const choices = [64, 65536 - widthOf(op), 65537 - widthOf(op), 65, -1];
  out[0] = choices[step % choices.length]!;
  return Math.floor(step / choices.length);
}

/** The step-th constant of an operand; returns what is left of the step. */
function edge(
  m: ModuleBuilder,
  op: number,
  type: ValueType,
  isLast: boolean,
  step: number,
  out: Words,
  at: number,
): number {
  const boundaries = isLast ? boundariesOf(op) : null;
  if (boundaries !== null && (type === I32 || type === I64)) {
    out[at] = boundaries[step % boundaries.length]!;
    out[at + 1] = out[at]! >> 31;
    return Math.floor(step / boundaries.length);
  }
  if (type === V128) {
    drawValue(m.rng, type, out, at);
    return step;
  }
  const edges = edgesOf(type);
  const size = wordsOf(type);
  const count = edges.length / size;
  for (let i = 0; i < size; i++) out[at + i] = edges[(step % count) * size + i]!;
  return Math.floor(step / count);
}

/** Bytes from which the address constants read, and the last ones of the page. */
const FILLED = [
  [64, 256],
  [65536 - 64, 64],
] as const;

/** The constants in memory, operand i at 16 * i, for the forms that load them, and anything where accesses read. */
function addConstants(m: ModuleBuilder, {constants}: Subject): void {
  addBytes(m, 0, new Uint8Array(constants.buffer.slice(0)));
  for (const [start, length] of FILLED) {
    const words = Int32Array.from({length: length / 4}, () => m.rng.next());
    addBytes(m, start, new Uint8Array(words.buffer));
  }
}

function addBytes(m: ModuleBuilder, start: number, bytes: Uint8Array): void {
  const mode = {kind: 'active', index: 0, offset: offsetExpression('i32', start)} as const;
  m.data.push({segment: {mode, bytes}, droppable: true});
}

/** Vectors are passed as two i64. */
const parametersOf = (types: readonly ValueType[]): ValueType[] =>
  types.flatMap((type) => (type === V128 ? [I64, I64] : [type]));

function addForm(m: ModuleBuilder, subject: Subject, form: readonly Form[], consumer: Consumer): void {
  const {operands, result} = subject;
  if (form.includes('same') && new Set(operands).size > 1) return;
  const params = parametersOf(operands);
  const results = result === null ? [] : resultsOf(consumer, result);
  const plan = addEntry(m, params, results, {instructions: 100, trips: 1}, (b) => {
    for (const [i, type] of operands.entries()) operand(b, subject, type, i, form[i]!);
    emit(b, subject.op);
    for (const extra of SIGNATURE[subject.op]!.results.slice(1).toReversed()) b.sink(extra);
    if (result !== null) consume(b, subject.op, result, consumer);
  });
  if (consumer === 'return' && result === V128) m.nanLanes.set(plan.index, [lanesOf(subject.op)]);
  const {name} = m.exported.at(-1)!;
  addCall(m, name, plan, argumentsOf(m, subject, true));
  for (let i = 0; i < 3; i++) addCall(m, name, plan, argumentsOf(m, subject, false));
}

function operand(b: Body, subject: Subject, type: ValueType, i: number, form: Form): void {
  const {code} = b;
  const {constants, isAccess} = subject;
  const local = parameterOf(subject, form === 'same' ? 0 : i);
  if (form === 'constant') code.constant(type, constants, i * 4);
  else if (form === 'load' && !(isAccess && i === 0))
    code
      .i32(0)
      .op(loadOf(type))
      .memarg(0, i * 16);
  else if (type === V128) {
    code
      .get(local)
      .op(SPLAT)
      .get(local + 1)
      .op(REPLACE)
      .u8(1);
  } else code.get(local);
}

/** The parameter that holds operand `i`: vectors take two. */
function parameterOf({operands}: Subject, i: number): number {
  return parametersOf(operands.slice(0, i)).length;
}

function argumentsOf(m: ModuleBuilder, {op, operands, isAccess, constants}: Subject, exact: boolean): WireValue[] {
  const words = new Int32Array(4);
  return operands.flatMap((type, i) => {
    if (exact) for (let k = 0; k < 4; k++) words[k] = constants[i * 4 + k]!;
    else if (isAccess && i === 0) words[0] = m.rng.below(256) & (isAtomic(op) ? -widthOf(op) : -1);
    else drawValue(m.rng, type, words);
    return type === V128 ? halves(words) : [wireValue(type, words)];
  });
}

function halves(words: Words): WireValue[] {
  const half = (low: number, high: number): WireValue =>
    numeric('i64', BigInt(low >>> 0) | (BigInt(high >>> 0) << 32n));
  return [half(words[0]!, words[1]!), half(words[2]!, words[3]!)];
}

function resultsOf(consumer: Consumer, type: ValueType): ValueType[] {
  switch (consumer) {
    case 'return':
    case 'select':
      return [type];
    case 'store':
      return [];
    default:
      return [I32];
  }
}

function consume(b: Body, op: Opcode, type: ValueType, consumer: Consumer): void {
  const {code} = b;
  if (NAN_SHAPE[op] !== 0 && consumer !== 'return') canonicalNan(b, NAN_SHAPE[op]!);
  switch (consumer) {
    case 'return':
      return;
    case 'store':
      storeResult(b, type);
      return;
    case 'select':
      selectResult(b, type);
      return;
    case 'address':
      toI32(b, type);
      code.i32(0x3f).op(AND).op(LOAD8_U).memarg(0, 0);
      return;
    case 'negated':
      toI32(b, type);
      code.op(EQZ);
      return;
    case 'branch':
      branchResult(b, type);
      return;
    default:
      return consumer satisfies never;
  }
}

function storeResult(b: Body, type: ValueType): void {
  const local = b.scratch(type);
  b.code.set(local).i32(128).get(local).op(storeOf(type)).memarg(0, 0);
}

/** The result is an operand of select, and its condition too when it can be. */
function selectResult(b: Body, type: ValueType): void {
  const local = b.scratch(type);
  b.code.tee(local);
  b.constant(type);
  b.code.get(local);
  toI32(b, type);
  b.code.op(SELECT);
}

function branchResult(b: Body, type: ValueType): void {
  const local = b.scratch(type);
  b.code
    .set(local)
    .structured(BLOCK, -1 - I32)
    .i32(11)
    .get(local);
  toI32(b, type);
  b.code.index(BR_IF, 0).op(Op.drop).i32(22).op(END);
}

function toI32(b: Body, type: ValueType): void {
  switch (type) {
    case I64:
      b.code.op(WRAP);
      return;
    case F32:
      b.code.op(BITS32);
      return;
    case F64:
      b.code.op(BITS64).op(WRAP);
      return;
    case V128:
      b.code.op(ANY_TRUE);
      return;
    default:
      return;
  }
}
