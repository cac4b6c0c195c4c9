/**
 * Vector instructions with immediates, three operands or memory; the others are one word each (simple.ts). Those that touch
 * memory become a plain load or store of a whole vector or of a scalar, and the lane operation around it: splat, extension,
 * replacement in a vector (in zero for load32_zero and load64_zero), extraction.
 */
import {NAME, SIGNATURE, WIDTH} from '#engine/wasm/columns.ts';
import type {simd} from '#engine/wasm/opcodes.ts';
import {NONE, type Value} from '../ir/func.ts';
import {ARITY, Ir, type IrOp, opByName} from '../ir/ops.ts';
import {F32, F64, I32, irType, type Type, V128} from '../ir/types.ts';
import {isVectorOp, laneCount, type VectorOp} from '../ir/vector-ops.ts';
import {loadFrom, storeTo} from './memory.ts';
import type {State} from './state.ts';

type Name = keyof typeof simd.rows;
type Loading = Exclude<Extract<Name, `v128.load${string}`>, 'v128.load'>;
type Storing = Exclude<Extract<Name, `v128.store${string}`>, 'v128.store'>;

/** Scalar load and its type, what makes a vector of it, and for `zero` what is made of that vector. */
type LoadRow = readonly [load: IrOp, type: Type, op: VectorOp, kind: 'splat' | 'zero' | 'lane', then?: VectorOp];

// biome-ignore format: a table
const loads = {
  'v128.load8x8_s':   ['load', F64, 'f64x2.replace_lane', 'zero', 'i16x8.extend_low_i8x16_s'],
  'v128.load8x8_u':   ['load', F64, 'f64x2.replace_lane', 'zero', 'i16x8.extend_low_i8x16_u'],
  'v128.load16x4_s':  ['load', F64, 'f64x2.replace_lane', 'zero', 'i32x4.extend_low_i16x8_s'],
  'v128.load16x4_u':  ['load', F64, 'f64x2.replace_lane', 'zero', 'i32x4.extend_low_i16x8_u'],
  'v128.load32x2_s':  ['load', F64, 'f64x2.replace_lane', 'zero', 'i64x2.extend_low_i32x4_s'],
  'v128.load32x2_u':  ['load', F64, 'f64x2.replace_lane', 'zero', 'i64x2.extend_low_i32x4_u'],
  'v128.load8_splat':  ['load8_u', I32, 'i8x16.splat', 'splat'],
  'v128.load16_splat': ['load16_u', I32, 'i16x8.splat', 'splat'],
  'v128.load32_splat': ['load', F32, 'f32x4.splat', 'splat'],
  'v128.load64_splat': ['load', F64, 'f64x2.splat', 'splat'],
  'v128.load32_zero':  ['load', F32, 'f32x4.replace_lane', 'zero'],
  'v128.load64_zero':  ['load', F64, 'f64x2.replace_lane', 'zero'],
  'v128.load8_lane':   ['load8_u', I32, 'i8x16.replace_lane', 'lane'],
  'v128.load16_lane':  ['load16_u', I32, 'i16x8.replace_lane', 'lane'],
  'v128.load32_lane':  ['load', F32, 'f32x4.replace_lane', 'lane'],
  'v128.load64_lane':  ['load', F64, 'f64x2.replace_lane', 'lane'],
} as const satisfies Record<Loading, LoadRow>;

// biome-ignore format: a table
const stores = {
  'v128.store8_lane':  ['i8x16.extract_lane_u', I32, 'store8'],
  'v128.store16_lane': ['i16x8.extract_lane_u', I32, 'store16'],
  'v128.store32_lane': ['f32x4.extract_lane', F32, 'store'],
  'v128.store64_lane': ['f64x2.extract_lane', F64, 'store'],
} as const satisfies Record<Storing, readonly [VectorOp, Type, IrOp]>;

/** Translates an instruction of the vector page; false when it is none that belongs here. */
export function vectorInstruction(s: State, opcode: number): boolean {
  const name = NAME[opcode] ?? '';
  if (name === 'v128.const') s.push(s.emit(Ir.const, V128, NONE, NONE, NONE, vectorAt(s)));
  else if (Object.hasOwn(loads, name)) loadVector(s, opcode, loads[name as Loading]);
  else if (Object.hasOwn(stores, name)) storeLane(s, opcode, name as Storing);
  else if (isVectorOp(name)) operation(s, opcode, name);
  else return false;
  return true;
}

/** Id of the sixteen bytes of the instruction's immediate. */
function vectorAt(s: State): number {
  const {bytes, bytesAt} = s.reader;
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytesAt, 16);
  const word = (i: number): number => view.getInt32(4 * i, true);
  return s.f.addVector(word(0), word(1), word(2), word(3));
}

function operation(s: State, opcode: number, name: VectorOp): void {
  const op = opByName(name)!;
  const imm = name === 'i8x16.shuffle' ? vectorAt(s) : laneCount[name] > 0 ? s.reader.lane : 0;
  const operands: Value[] = [NONE, NONE, NONE];
  for (let i = ARITY[op]! - 1; i >= 0; i--) operands[i] = s.pop();
  const [a, b, c] = operands;
  s.push(s.emit(op, irType(SIGNATURE[opcode]!.results[0]!), a, b, c, imm));
}

function loadVector(s: State, opcode: number, [load, type, op, kind, then]: LoadRow): void {
  const into = kind === 'lane' ? s.pop() : NONE;
  const scalar = loadFrom(s, Ir[load], type, s.pop(), WIDTH[opcode]!);
  if (kind === 'splat') return s.push(s.emit(Ir[op], V128, scalar));
  const vector = kind === 'lane' ? into : s.zero(V128);
  const replaced = s.emit(Ir[op], V128, vector, scalar, NONE, kind === 'lane' ? s.reader.lane : 0);
  s.push(then === undefined ? replaced : s.emit(Ir[then], V128, replaced));
}

function storeLane(s: State, opcode: number, name: Storing): void {
  const [extract, type, store] = stores[name];
  const lane = s.emit(Ir[extract], type, s.pop(), NONE, NONE, s.reader.lane);
  storeTo(s, Ir[store], s.pop(), lane, WIDTH[opcode]!);
}
