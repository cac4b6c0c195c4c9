/**
 * What the generators know of instructions, all derived from the opcode table: which simple instructions produce or
 * store a type, what immediates they take, how they can trap, and which results may be any NaN.
 */
import {FEATURE, FORMAT, formats, NAME, SIGNATURE, WIDTH} from '#engine/wasm/columns.ts';
import type {FeatureSet} from '#engine/wasm/features.ts';
import {Op, type Opcode} from '#engine/wasm/opcodes.ts';
import {EXTERNREF, F32, F64, FUNCREF, I32, I64, V128, type ValueType} from '#engine/wasm/types.ts';
import type {NanLanes} from './case.ts';

/** The value types that are generated, by dense index: `typeSlot(type)`. */
export const valueTypes = [I32, I64, F32, F64, V128, FUNCREF, EXTERNREF] as const;

/** Whether a type is one of `valueTypes`: references to defined types are not, they are kept apart (aggregate.ts). */
export const hasSlot = (type: ValueType): boolean => type <= I32 || type === FUNCREF || type === EXTERNREF;

/** Dense index of a type in `valueTypes`. */
export function typeSlot(type: ValueType): number {
  if (type > I32) return type === FUNCREF ? 5 : 6;
  return I32 - type;
}

/** Simple instructions that are constants; they have productions of their own. */
const isConstant = (op: number): boolean => NAME[op]!.endsWith('.const');

/** How the immediates of a simple instruction are drawn. */
export const Immediates = {none: 0, memarg: 1, lane: 2, lanes: 3, memargLane: 4} as const;
const immediateKinds: Readonly<Record<string, number>> = {'': 0, memarg: 1, lane: 2, lanes: 3, 'memarg lane': 4};

/** What keeps an instruction from trapping: nothing needed, divisor not 0, divisor neither 0 nor -1, operand in range. */
export const Guard = {none: 0, nonZero: 1, division: 2, truncation: 3} as const;

/** Shape of a result that may be any NaN of a class (spec section 4.3.3): none, a float, or a vector of floats. */
export const NanShape = {none: 0, f32: 1, f64: 2, f32x4: 3, f64x2: 4} as const;

const SIZE = NAME.length;
/** Immediates by opcode; 255: not a simple instruction. */
export const IMMEDIATES = new Uint8Array(SIZE).fill(255);
export const GUARD = new Uint8Array(SIZE);
export const NAN_SHAPE = new Uint8Array(SIZE);
/** 1: the instruction does not tell NaNs of its float operands apart; 2: it passes operand 0 through bit by bit. */
export const NAN_OPERANDS = new Uint8Array(SIZE);

const ARITHMETIC =
  /\.(add|sub|mul|div|sqrt|ceil|floor|trunc|nearest|min|max|demote_f64x2_zero|demote_f64|promote_f32|promote_low_f32x4|relaxed_n?madd|relaxed_min|relaxed_max)$/;
const COMPARISON = /^f(32|64)\.(eq|ne|lt|gt|le|ge)$/;
const TRUNCATION = /^i(32|64)\.trunc_(sat_)?f/;

function guardOf(name: string): number {
  if (/^i(32|64)\.div_s$/.test(name)) return Guard.division;
  if (/^i(32|64)\.(div_u|rem_[su])$/.test(name)) return Guard.nonZero;
  return /^i(32|64)\.trunc_f/.test(name) ? Guard.truncation : Guard.none;
}

function nanShapeOf(name: string): number {
  const shape = name.split('.')[0]!;
  return ARITHMETIC.test(name) && shape in NanShape ? NanShape[shape as keyof typeof NanShape] : NanShape.none;
}

function nanOperandsOf(name: string): number {
  if (/^f(32|64)\.(abs|neg)$/.test(name)) return 2;
  const isScalar = /^f(32|64)\./.test(name) && ARITHMETIC.test(name);
  return isScalar || COMPARISON.test(name) || TRUNCATION.test(name) ? 1 : 0;
}

const producers: Opcode[][] = valueTypes.map(() => []);
const stores: Opcode[][] = valueTypes.map(() => []);

for (let op = 0; op < SIZE; op++) {
  const signature = SIGNATURE[op];
  if (signature === null || signature === undefined || isConstant(op)) continue;
  const kind = immediateKinds[formats[FORMAT[op]!]!.join(' ')];
  if (kind === undefined) continue;
  const name = NAME[op]!;
  IMMEDIATES[op] = kind;
  GUARD[op] = guardOf(name);
  NAN_SHAPE[op] = nanShapeOf(name);
  NAN_OPERANDS[op] = nanOperandsOf(name);
  const {operands, results} = signature;
  if (results.length > 0) producers[typeSlot(results[0]!)]!.push(op as Opcode);
  else if (results.length === 0 && operands[0] === null && operands.length === 2)
    stores[typeSlot(operands[1]!)]!.push(op as Opcode);
}

const within =
  (features: FeatureSet) =>
  (op: number): boolean =>
    features.has(FEATURE[op]!);

/** Simple instructions whose result, or first one of several, is of this type. */
export function producersOf(type: ValueType, features: FeatureSet): Opcode[] {
  return producers[typeSlot(type)]!.filter(within(features));
}

/** Simple instructions that store a value of this type to memory. */
export function storesOf(type: ValueType, features: FeatureSet): Opcode[] {
  return stores[typeSlot(type)]!.filter(within(features));
}

const laneNames: Readonly<Record<number, NanLanes>> = {[NanShape.f32x4]: 'f32x4', [NanShape.f64x2]: 'f64x2'};

/** The lanes of a vector that the instruction makes, where they may be any NaN. */
export const lanesOf = (op: number): NanLanes => laneNames[NAN_SHAPE[op]!] ?? null;

/** Whether the instruction accesses memory by a memory operand. */
export const isMemoryAccess = (op: number): boolean => WIDTH[op]! > 0;
/** Log2 of the bytes accessed. */
export const naturalAlign = (op: number): number => 31 - Math.clz32(WIDTH[op]!);

const storeNames = ['i32.store', 'i64.store', 'f32.store', 'f64.store', 'v128.store'] as const;
const loadNames = ['i32.load', 'i64.load', 'f32.load', 'f64.load', 'v128.load'] as const;

/** The store of a whole value of a number or vector type. */
export const storeOf = (type: ValueType): Opcode => Op[storeNames[typeSlot(type)]!];
/** The load of a whole value of a number or vector type. */
export const loadOf = (type: ValueType): Opcode => Op[loadNames[typeSlot(type)]!];
/** Bytes of a number or vector type. */
export const bytesOf = (type: ValueType): number => WIDTH[storeOf(type)]!;
