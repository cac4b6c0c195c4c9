/**
 * The regular part of the front end: numeric instruction -> SSA operation, load and store -> operation, one word each.
 * Complete over the scalar instructions, which the type checker proves; vector instructions without immediates and with
 * one or two operands are the operations of the same name. The columns serve the hot loop.
 */
import type {Scalar} from '#engine/numeric/semantics.ts';
import {OPCODE_COUNT, SIGNATURE} from '#engine/wasm/columns.ts';
import {type memory, Op} from '#engine/wasm/opcodes.ts';
import {Ir, type IrOp} from '../ir/ops.ts';
import {irType} from '../ir/types.ts';
import {laneCount, vectorOps, vectorRows} from '../ir/vector-ops.ts';

/** Numeric instructions with two results or four operands; wide.ts has them. */
export type Wide = 'i64.add128' | 'i64.sub128' | 'i64.mul_wide_s' | 'i64.mul_wide_u';
type MemoryAccessing = Exclude<keyof typeof memory.rows, 'memory.size' | 'memory.grow'>;

// biome-ignore format: a family a line
export const numericOps = {
  'i32.eqz': 'ieqz', 'i32.eq': 'ieq', 'i32.ne': 'ine',
  'i32.lt_s': 'ilt_s', 'i32.lt_u': 'ilt_u', 'i32.gt_s': 'igt_s', 'i32.gt_u': 'igt_u',
  'i32.le_s': 'ile_s', 'i32.le_u': 'ile_u', 'i32.ge_s': 'ige_s', 'i32.ge_u': 'ige_u',
  'i64.eqz': 'ieqz', 'i64.eq': 'ieq', 'i64.ne': 'ine',
  'i64.lt_s': 'ilt_s', 'i64.lt_u': 'ilt_u', 'i64.gt_s': 'igt_s', 'i64.gt_u': 'igt_u',
  'i64.le_s': 'ile_s', 'i64.le_u': 'ile_u', 'i64.ge_s': 'ige_s', 'i64.ge_u': 'ige_u',
  'f32.eq': 'feq', 'f32.ne': 'fne', 'f32.lt': 'flt', 'f32.gt': 'fgt', 'f32.le': 'fle', 'f32.ge': 'fge',
  'f64.eq': 'feq', 'f64.ne': 'fne', 'f64.lt': 'flt', 'f64.gt': 'fgt', 'f64.le': 'fle', 'f64.ge': 'fge',

  'i32.clz': 'iclz', 'i32.ctz': 'ictz', 'i32.popcnt': 'ipopcnt',
  'i32.add': 'iadd', 'i32.sub': 'isub', 'i32.mul': 'imul',
  'i32.div_s': 'idiv_s', 'i32.div_u': 'idiv_u', 'i32.rem_s': 'irem_s', 'i32.rem_u': 'irem_u',
  'i32.and': 'iand', 'i32.or': 'ior', 'i32.xor': 'ixor',
  'i32.shl': 'ishl', 'i32.shr_s': 'ishr_s', 'i32.shr_u': 'ishr_u', 'i32.rotl': 'irotl', 'i32.rotr': 'irotr',
  'i64.clz': 'iclz', 'i64.ctz': 'ictz', 'i64.popcnt': 'ipopcnt',
  'i64.add': 'iadd', 'i64.sub': 'isub', 'i64.mul': 'imul',
  'i64.div_s': 'idiv_s', 'i64.div_u': 'idiv_u', 'i64.rem_s': 'irem_s', 'i64.rem_u': 'irem_u',
  'i64.and': 'iand', 'i64.or': 'ior', 'i64.xor': 'ixor',
  'i64.shl': 'ishl', 'i64.shr_s': 'ishr_s', 'i64.shr_u': 'ishr_u', 'i64.rotl': 'irotl', 'i64.rotr': 'irotr',

  'f32.abs': 'fabs', 'f32.neg': 'fneg', 'f32.ceil': 'fceil', 'f32.floor': 'ffloor', 'f32.trunc': 'ftrunc',
  'f32.nearest': 'fnearest', 'f32.sqrt': 'fsqrt', 'f32.add': 'fadd', 'f32.sub': 'fsub', 'f32.mul': 'fmul',
  'f32.div': 'fdiv', 'f32.min': 'fmin', 'f32.max': 'fmax', 'f32.copysign': 'fcopysign',
  'f64.abs': 'fabs', 'f64.neg': 'fneg', 'f64.ceil': 'fceil', 'f64.floor': 'ffloor', 'f64.trunc': 'ftrunc',
  'f64.nearest': 'fnearest', 'f64.sqrt': 'fsqrt', 'f64.add': 'fadd', 'f64.sub': 'fsub', 'f64.mul': 'fmul',
  'f64.div': 'fdiv', 'f64.min': 'fmin', 'f64.max': 'fmax', 'f64.copysign': 'fcopysign',

  'i32.wrap_i64': 'wrap', 'i64.extend_i32_s': 'extend_s', 'i64.extend_i32_u': 'extend_u',
  'i32.trunc_f32_s': 'trunc_s', 'i32.trunc_f32_u': 'trunc_u', 'i32.trunc_f64_s': 'trunc_s', 'i32.trunc_f64_u': 'trunc_u',
  'i64.trunc_f32_s': 'trunc_s', 'i64.trunc_f32_u': 'trunc_u', 'i64.trunc_f64_s': 'trunc_s', 'i64.trunc_f64_u': 'trunc_u',
  'f32.convert_i32_s': 'convert_s', 'f32.convert_i32_u': 'convert_u', 'f32.convert_i64_s': 'convert_s',
  'f32.convert_i64_u': 'convert_u', 'f64.convert_i32_s': 'convert_s', 'f64.convert_i32_u': 'convert_u',
  'f64.convert_i64_s': 'convert_s', 'f64.convert_i64_u': 'convert_u',
  'f32.demote_f64': 'demote', 'f64.promote_f32': 'promote',
  'i32.reinterpret_f32': 'bitcast', 'i64.reinterpret_f64': 'bitcast', 'f32.reinterpret_i32': 'bitcast', 'f64.reinterpret_i64': 'bitcast',

  'i32.extend8_s': 'iextend8_s', 'i32.extend16_s': 'iextend16_s',
  'i64.extend8_s': 'iextend8_s', 'i64.extend16_s': 'iextend16_s', 'i64.extend32_s': 'iextend32_s',

  'i32.trunc_sat_f32_s': 'trunc_sat_s', 'i32.trunc_sat_f32_u': 'trunc_sat_u',
  'i32.trunc_sat_f64_s': 'trunc_sat_s', 'i32.trunc_sat_f64_u': 'trunc_sat_u',
  'i64.trunc_sat_f32_s': 'trunc_sat_s', 'i64.trunc_sat_f32_u': 'trunc_sat_u',
  'i64.trunc_sat_f64_s': 'trunc_sat_s', 'i64.trunc_sat_f64_u': 'trunc_sat_u',
} as const satisfies Record<Exclude<Scalar, Wide | 'nop'>, IrOp>;

// biome-ignore format: a family a line
export const memoryOps = {
  'i32.load': 'load', 'i64.load': 'load', 'f32.load': 'load', 'f64.load': 'load',
  'i32.load8_s': 'load8_s', 'i32.load8_u': 'load8_u', 'i32.load16_s': 'load16_s', 'i32.load16_u': 'load16_u',
  'i64.load8_s': 'load8_s', 'i64.load8_u': 'load8_u', 'i64.load16_s': 'load16_s', 'i64.load16_u': 'load16_u',
  'i64.load32_s': 'load32_s', 'i64.load32_u': 'load32_u',
  'i32.store': 'store', 'i64.store': 'store', 'f32.store': 'store', 'f64.store': 'store',
  'i32.store8': 'store8', 'i32.store16': 'store16', 'i64.store8': 'store8', 'i64.store16': 'store16', 'i64.store32': 'store32',
} as const satisfies Record<MemoryAccessing, IrOp>;

/** Operation of a numeric instruction by opcode, 0 when it is none. */
export const NUMERIC_OP = new Uint16Array(OPCODE_COUNT);
/** Operation of a load or store by opcode, 0 when it is none. */
export const MEMORY_OP = new Uint16Array(OPCODE_COUNT);
/** Type of the result by opcode. */
export const RESULT_TYPE = new Uint8Array(OPCODE_COUNT);
/** Number of operands by opcode. */
export const OPERANDS = new Uint8Array(OPCODE_COUNT);

function fill(column: Uint16Array, table: Readonly<Record<string, IrOp>>): void {
  for (const [name, op] of Object.entries(table)) {
    const opcode = Op[name as keyof typeof Op];
    const signature = SIGNATURE[opcode]!;
    column[opcode] = Ir[op];
    OPERANDS[opcode] = signature.operands.length;
    if (signature.results.length > 0) RESULT_TYPE[opcode] = irType(signature.results[0]!);
  }
}
const plainVectorOps = vectorOps.filter(
  (name) => name !== 'i8x16.shuffle' && laneCount[name] === 0 && vectorRows[name][0].indexOf(':') < 3,
);
fill(NUMERIC_OP, numericOps);
fill(NUMERIC_OP, Object.fromEntries(plainVectorOps.map((name) => [name, name])));
fill(MEMORY_OP, memoryOps);
fill(MEMORY_OP, {'v128.load': 'load', 'v128.store': 'store'});
