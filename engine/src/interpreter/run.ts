/**
 * The interpreter's loop: one flat switch over the core page of register instructions (words.ts); other pages are called.
 * V8 compiles it to a jump table because the labels are constants of this module; it must stay below 61,440 bytes of
 * bytecode, above which V8 does not optimise it (tools/bench/dispatch.ts watches both). The arrays are constants too, so that
 * their addresses are. Index arithmetic ends in `| 0`, which spares an overflow check.
 *
 * While an instruction executes, `pc` is the index of its first word. Frames overlap: the arguments that a caller leaves
 * on top of its operands are the first slots of the callee's frame, and so are the results on the way back.
 */
import {trap, Trap} from '../base/trap.ts';
import {trapCode} from '../base/traps.ts';
import {F32_NAN} from '../numeric/bits.ts';
import * as convert from '../numeric/convert.ts';
import * as f64 from '../numeric/f64.ts';
import * as i32 from '../numeric/i32.ts';
import * as i64 from '../numeric/i64-halves.ts';
import {ExnInstance} from '../runtime/exception.ts';
import {Func} from '../runtime/func.ts';
import type {Instance} from '../runtime/instance.ts';
import {Memory} from '../runtime/memory.ts';
import type {Table} from '../runtime/table.ts';
import {isSubtypeId} from '../runtime/types.ts';
import type {Ref} from '../runtime/values.ts';
import {type Code, offsetAt} from './code.ts';
import {callHost} from './host-call.ts';
import {FRAME_WORDS, machine as m, MAX_DEPTH, RETURN_AT} from './machine.ts';
import {codeOf} from './prepare.ts';
import {runMisc} from './run-misc.ts';
import {unwind} from './unwind.ts';
import {Word} from './words.ts';

const {
  'jump': JUMP, 'br_nz': BR_NZ, 'br_z': BR_Z, 'br_eq': BR_EQ, 'br_ne': BR_NE, 'br_lt_s': BR_LT_S, 'br_le_s': BR_LE_S,
  'br_lt_u': BR_LT_U, 'br_le_u': BR_LE_U, 'br_eq_k': BR_EQ_K, 'br_ne_k': BR_NE_K, 'br_lt_s_k': BR_LT_S_K,
  'br_ge_s_k': BR_GE_S_K, 'br_gt_s_k': BR_GT_S_K, 'br_le_s_k': BR_LE_S_K, 'br_lt_u_k': BR_LT_U_K,
  'br_ge_u_k': BR_GE_U_K, 'br_gt_u_k': BR_GT_U_K, 'br_le_u_k': BR_LE_U_K, 'copy32': COPY32, 'copy64': COPY64,
  'const32': CONST32, 'const64': CONST64, 'i32.add': I32_ADD, 'i32.add_k': I32_ADD_K, 'i32.sub': I32_SUB,
  'i32.mul': I32_MUL, 'i32.mul_k': I32_MUL_K, 'i32.and': I32_AND, 'i32.and_k': I32_AND_K, 'i32.or': I32_OR,
  'i32.or_k': I32_OR_K, 'i32.xor': I32_XOR, 'i32.xor_k': I32_XOR_K, 'i32.shl': I32_SHL, 'i32.shl_k': I32_SHL_K,
  'i32.shr_s': I32_SHR_S, 'i32.shr_s_k': I32_SHR_S_K, 'i32.shr_u': I32_SHR_U, 'i32.shr_u_k': I32_SHR_U_K,
  'i32.rotl': I32_ROTL, 'i32.rotl_k': I32_ROTL_K, 'i32.rotr': I32_ROTR, 'i32.rotr_k': I32_ROTR_K, 'i32.load': I32_LOAD,
  'i32.load8_s': I32_LOAD8_S, 'i32.load8_u': I32_LOAD8_U, 'i32.load16_s': I32_LOAD16_S, 'i32.load16_u': I32_LOAD16_U,
  'i32.store': I32_STORE, 'i32.store8': I32_STORE8, 'i32.store16': I32_STORE16, 'f64.load': F64_LOAD,
  'i64.load': I64_LOAD, 'f64.store': F64_STORE, 'i64.store': I64_STORE, 'i64.load8_s': I64_LOAD8_S,
  'i64.load8_u': I64_LOAD8_U, 'i64.load16_s': I64_LOAD16_S, 'i64.load16_u': I64_LOAD16_U, 'i64.load32_s': I64_LOAD32_S,
  'i64.load32_u': I64_LOAD32_U, 'call': CALL, 'call_indirect': CALL_INDIRECT, 'return': RETURN, 'return32': RETURN32,
  'return64': RETURN64, 'global.get32': GLOBAL_GET32, 'global.get64': GLOBAL_GET64, 'global.set32': GLOBAL_SET32,
  'global.set64': GLOBAL_SET64, 'select32': SELECT32, 'select64': SELECT64, 'br_table': BR_TABLE, 'i32.eqz': I32_EQZ,
  'i32.eq': I32_EQ, 'i32.ne': I32_NE, 'i32.lt_s': I32_LT_S, 'i32.le_s': I32_LE_S, 'i32.lt_u': I32_LT_U,
  'i32.le_u': I32_LE_U, 'i32.eq_k': I32_EQ_K, 'i32.ne_k': I32_NE_K, 'i32.lt_s_k': I32_LT_S_K, 'i32.ge_s_k': I32_GE_S_K,
  'i32.gt_s_k': I32_GT_S_K, 'i32.le_s_k': I32_LE_S_K, 'i32.lt_u_k': I32_LT_U_K, 'i32.ge_u_k': I32_GE_U_K,
  'i32.gt_u_k': I32_GT_U_K, 'i32.le_u_k': I32_LE_U_K, 'i32.div_s': I32_DIV_S, 'i32.div_u': I32_DIV_U,
  'i32.rem_s': I32_REM_S, 'i32.rem_u': I32_REM_U, 'i32.clz': I32_CLZ, 'i32.ctz': I32_CTZ, 'i32.popcnt': I32_POPCNT,
  'i32.extend8_s': I32_EXTEND8_S, 'i32.extend16_s': I32_EXTEND16_S, 'i64.add': I64_ADD, 'i64.sub': I64_SUB,
  'i64.mul': I64_MUL, 'i64.and': I64_AND, 'i64.or': I64_OR, 'i64.xor': I64_XOR, 'i64.shl': I64_SHL,
  'i64.shr_s': I64_SHR_S, 'i64.shr_u': I64_SHR_U, 'i64.rotl': I64_ROTL, 'i64.rotr': I64_ROTR, 'i64.shl_k': I64_SHL_K,
  'i64.shr_s_k': I64_SHR_S_K, 'i64.shr_u_k': I64_SHR_U_K, 'i64.rotl_k': I64_ROTL_K, 'i64.add_k': I64_ADD_K,
  'i64.and_k': I64_AND_K, 'i64.eqz': I64_EQZ, 'i64.eq': I64_EQ, 'i64.ne': I64_NE, 'i64.lt_s': I64_LT_S,
  'i64.le_s': I64_LE_S, 'i64.lt_u': I64_LT_U, 'i64.le_u': I64_LE_U, 'i64.extend_i32_s': I64_EXTEND_I32_S,
  'i64.extend_i32_u': I64_EXTEND_I32_U, 'i64.extend8_s': I64_EXTEND8_S, 'i64.extend16_s': I64_EXTEND16_S,
  'i64.div_s': I64_DIV_S, 'i64.div_u': I64_DIV_U, 'i64.rem_s': I64_REM_S, 'i64.rem_u': I64_REM_U, 'i64.clz': I64_CLZ,
  'i64.ctz': I64_CTZ, 'i64.popcnt': I64_POPCNT, 'f64.add': F64_ADD, 'f64.sub': F64_SUB, 'f64.mul': F64_MUL,
  'f64.div': F64_DIV, 'f64.min': F64_MIN, 'f64.max': F64_MAX, 'f64.sqrt': F64_SQRT, 'f64.ceil': F64_CEIL,
  'f64.floor': F64_FLOOR, 'f64.trunc': F64_TRUNC, 'f64.nearest': F64_NEAREST, 'f64.eq': F64_EQ, 'f64.ne': F64_NE,
  'f64.lt': F64_LT, 'f64.le': F64_LE, 'f32.add': F32_ADD, 'f32.sub': F32_SUB, 'f32.mul': F32_MUL, 'f32.div': F32_DIV,
  'f32.min': F32_MIN, 'f32.max': F32_MAX, 'f32.sqrt': F32_SQRT, 'f32.ceil': F32_CEIL, 'f32.floor': F32_FLOOR,
  'f32.trunc': F32_TRUNC, 'f32.nearest': F32_NEAREST, 'f32.eq': F32_EQ, 'f32.ne': F32_NE, 'f32.lt': F32_LT,
  'f32.le': F32_LE, 'f32.abs': F32_ABS, 'f64.abs': F64_ABS, 'f32.neg': F32_NEG, 'f64.neg': F64_NEG,
  'f32.copysign': F32_COPYSIGN, 'f64.copysign': F64_COPYSIGN, 'i32.trunc_f32_s': I32_TRUNC_F32_S,
  'i64.trunc_f32_s': I64_TRUNC_F32_S, 'i32.trunc_f32_u': I32_TRUNC_F32_U, 'i64.trunc_f32_u': I64_TRUNC_F32_U,
  'i32.trunc_f64_s': I32_TRUNC_F64_S, 'i64.trunc_f64_s': I64_TRUNC_F64_S, 'i32.trunc_f64_u': I32_TRUNC_F64_U,
  'i64.trunc_f64_u': I64_TRUNC_F64_U, 'i32.trunc_sat_f32_s': I32_TRUNC_SAT_F32_S,
  'i64.trunc_sat_f32_s': I64_TRUNC_SAT_F32_S, 'i32.trunc_sat_f32_u': I32_TRUNC_SAT_F32_U,
  'i64.trunc_sat_f32_u': I64_TRUNC_SAT_F32_U, 'i32.trunc_sat_f64_s': I32_TRUNC_SAT_F64_S,
  'i64.trunc_sat_f64_s': I64_TRUNC_SAT_F64_S, 'i32.trunc_sat_f64_u': I32_TRUNC_SAT_F64_U,
  'i64.trunc_sat_f64_u': I64_TRUNC_SAT_F64_U, 'f32.convert_i32_s': F32_CONVERT_I32_S,
  'f32.convert_i32_u': F32_CONVERT_I32_U, 'f64.convert_i32_s': F64_CONVERT_I32_S,
  'f64.convert_i32_u': F64_CONVERT_I32_U, 'f32.convert_i64_s': F32_CONVERT_I64_S,
  'f64.convert_i64_s': F64_CONVERT_I64_S, 'f32.convert_i64_u': F32_CONVERT_I64_U,
  'f64.convert_i64_u': F64_CONVERT_I64_U, 'f32.demote_f64': F32_DEMOTE_F64, 'f64.promote_f32': F64_PROMOTE_F32,
  'use_memory': USE_MEMORY, 'memory.size': MEMORY_SIZE, 'memory.grow': MEMORY_GROW, 'unreachable': UNREACHABLE,
  'fuel': FUEL, 'count': COUNT, 'call_ref': CALL_REF, 'return_call': RETURN_CALL,
  'return_call_indirect': RETURN_CALL_INDIRECT, 'return_call_ref': RETURN_CALL_REF,
} = Word;

const {ints: I, floats: F, doubles: D, code: C, frames, callers, refs} = m;

const NO_MEMORY = new Memory({limits: {min: 0n, max: 0n}, address: 'i32', shared: false, pageSizeLog2: 16});
const OUT_OF_BOUNDS = trapCode('memory-out-of-bounds');

function outOfBounds(): never {
  throw new Trap(OUT_OF_BOUNDS);
}

function nanF64(words: Int32Array, at: number): void {
  words[at] = 0;
  words[at + 1] = 0x7ff80000;
}

function growMemory(memory: Memory, low: number, high: number): number {
  return memory.grow(memory.type.address === 'i32' ? low >>> 0 : i64.toF64_u(low, high));
}

function funcOf(ref: Ref): Func {
  if (!(ref instanceof Func)) trap('null-function');
  return ref;
}

/** The function that call_indirect finds, of a type that matches the one with type index `type`. */
function indirect(instance: Instance, index: number, table: number, type: number): Func {
  const {elements} = instance.tables[table] as Table;
  if (index >>> 0 >= elements.length) trap('undefined-element');
  const func = elements[index >>> 0]!;
  if (!(func instanceof Func)) trap('uninitialized-element');
  const wanted = instance.typeIds[type]!;
  if (func.typeId !== wanted && !isSubtypeId(func.typeId, wanted)) trap('indirect-call-type');
  return func;
}

/** Moves the arguments of a tail call to the start of the frame. Words at `at`: slot, word count, reference slot, count. */
function slide(fp: number, rp: number, at: number): void {
  const from = fp + C[at]!;
  I.copyWithin(fp, from, from + C[at + 1]!);
  const refFrom = rp + C[at + 2]!;
  refs.copyWithin(rp, refFrom, refFrom + C[at + 3]!);
}

/**
 * Runs a function whose arguments stand at `base` and `refBase` until it returns; its results stand there then. Throws
 * Trap and ExnInstance (`m.failedAt` says where); the machine is then as it was before.
 */
export function run(func: Func, base: number, refBase: number): void {
  const {mode} = m;
  const baseDepth = m.depth;
  let depth = baseDepth;
  let code = codeOf(func, mode);
  let instance = code.instance;
  let {funcs, globals} = instance;
  let memory = instance.memories[0] ?? NO_MEMORY;
  let view = memory.view;
  let memorySize = memory.byteLength;
  let pc = code.entry | 0;
  let fp = base | 0;
  let rp = refBase | 0;
  let callee: Func | null = null;
  let argBase = base;
  let refBaseOfCallee = refBase;
  let next = 0;
  m.instance = instance;
  enter(code, fp);

  for (;;) {
    try {
      for (;;) {
        switch (C[pc]!) {
        case JUMP: pc = C[(pc + 1) | 0]!; continue;
        case BR_NZ: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! !== 0 ? C[(pc + 2) | 0]! : (pc + 3) | 0; continue;
        case BR_Z: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! === 0 ? C[(pc + 2) | 0]! : (pc + 3) | 0; continue;
        case BR_EQ: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! === I[(fp + C[(pc + 2) | 0]!) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_NE: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! !== I[(fp + C[(pc + 2) | 0]!) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LT_S: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! < I[(fp + C[(pc + 2) | 0]!) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LE_S: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! <= I[(fp + C[(pc + 2) | 0]!) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LT_U: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0 < I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LE_U: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0 <= I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_EQ_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! === C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_NE_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! !== C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LT_S_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! < C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_GE_S_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >= C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_GT_S_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! > C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LE_S_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! <= C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LT_U_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0 < C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_GE_U_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0 >= C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_GT_U_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0 > C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case BR_LE_U_K: pc = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0 <= C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case COPY32: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]!; pc = (pc + 3) | 0; continue;
        case COPY64:
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]!;
          I[(fp + C[(pc + 1) | 0]! + 1) | 0] = I[(fp + C[(pc + 2) | 0]! + 1) | 0]!;
          pc = (pc + 3) | 0;
          continue;
        case CONST32: I[(fp + C[(pc + 1) | 0]!) | 0] = C[(pc + 2) | 0]!; pc = (pc + 3) | 0; continue;
        case CONST64:
          I[(fp + C[(pc + 1) | 0]!) | 0] = C[(pc + 2) | 0]!;
          I[(fp + C[(pc + 1) | 0]! + 1) | 0] = C[(pc + 3) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        case I32_ADD: I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! + I[(fp + C[(pc + 3) | 0]!) | 0]!) | 0; pc = (pc + 4) | 0; continue;
        case I32_ADD_K: I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! + C[(pc + 3) | 0]!) | 0; pc = (pc + 4) | 0; continue;
        case I32_SUB: I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! - I[(fp + C[(pc + 3) | 0]!) | 0]!) | 0; pc = (pc + 4) | 0; continue;
        case I32_MUL: I[(fp + C[(pc + 1) | 0]!) | 0] = Math.imul(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 3) | 0]!) | 0]!); pc = (pc + 4) | 0; continue;
        case I32_MUL_K: I[(fp + C[(pc + 1) | 0]!) | 0] = Math.imul(I[(fp + C[(pc + 2) | 0]!) | 0]!, C[(pc + 3) | 0]!); pc = (pc + 4) | 0; continue;
        case I32_AND: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! & I[(fp + C[(pc + 3) | 0]!) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_AND_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! & C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_OR: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! | I[(fp + C[(pc + 3) | 0]!) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_OR_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! | C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_XOR: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! ^ I[(fp + C[(pc + 3) | 0]!) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_XOR_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! ^ C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_SHL: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! << I[(fp + C[(pc + 3) | 0]!) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_SHL_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! << C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_SHR_S: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >> I[(fp + C[(pc + 3) | 0]!) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_SHR_S_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >> C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_SHR_U: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> I[(fp + C[(pc + 3) | 0]!) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_SHR_U_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case I32_ROTL: {
          const a = I[(fp + C[(pc + 2) | 0]!) | 0]!;
          const n = I[(fp + C[(pc + 3) | 0]!) | 0]!;
          I[(fp + C[(pc + 1) | 0]!) | 0] = (a << n) | (a >>> -n);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_ROTL_K: {
          const a = I[(fp + C[(pc + 2) | 0]!) | 0]!;
          const n = C[(pc + 3) | 0]!;
          I[(fp + C[(pc + 1) | 0]!) | 0] = (a << n) | (a >>> -n);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_ROTR: {
          const a = I[(fp + C[(pc + 2) | 0]!) | 0]!;
          const n = I[(fp + C[(pc + 3) | 0]!) | 0]!;
          I[(fp + C[(pc + 1) | 0]!) | 0] = (a >>> n) | (a << -n);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_ROTR_K: {
          const a = I[(fp + C[(pc + 2) | 0]!) | 0]!;
          const n = C[(pc + 3) | 0]!;
          I[(fp + C[(pc + 1) | 0]!) | 0] = (a >>> n) | (a << -n);
          pc = (pc + 4) | 0;
          continue;
        }
        // Loads and stores: the sum of address and offset is exact, so one comparison finds every access out of bounds.
        case I32_LOAD: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          I[(fp + C[(pc + 1) | 0]!) | 0] = view.getInt32(at, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_LOAD8_S: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          I[(fp + C[(pc + 1) | 0]!) | 0] = view.getInt8(at);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_LOAD8_U: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          I[(fp + C[(pc + 1) | 0]!) | 0] = view.getUint8(at);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_LOAD16_S: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          I[(fp + C[(pc + 1) | 0]!) | 0] = view.getInt16(at, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_LOAD16_U: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          I[(fp + C[(pc + 1) | 0]!) | 0] = view.getUint16(at, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_STORE: {
          const at = (I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          view.setInt32(at, I[(fp + C[(pc + 2) | 0]!) | 0]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_STORE8: {
          const at = (I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          view.setInt8(at, I[(fp + C[(pc + 2) | 0]!) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_STORE16: {
          const at = (I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          view.setInt16(at, I[(fp + C[(pc + 2) | 0]!) | 0]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_LOAD:
        case I64_LOAD: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 8 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          I[d] = view.getInt32(at, true);
          I[(d + 1) | 0] = view.getInt32(at + 4, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_STORE:
        case I64_STORE: {
          const at = (I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 8 > memorySize) outOfBounds();
          const b = (fp + C[(pc + 2) | 0]!) | 0;
          view.setInt32(at, I[b]!, true);
          view.setInt32(at + 4, I[(b + 1) | 0]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LOAD8_S: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const low = view.getInt8(at);
          I[d] = low;
          I[(d + 1) | 0] = low >> 31;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LOAD8_U: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const low = view.getUint8(at);
          I[d] = low;
          I[(d + 1) | 0] = 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LOAD16_S: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const low = view.getInt16(at, true);
          I[d] = low;
          I[(d + 1) | 0] = low >> 31;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LOAD16_U: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const low = view.getUint16(at, true);
          I[d] = low;
          I[(d + 1) | 0] = 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LOAD32_S: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const low = view.getInt32(at, true);
          I[d] = low;
          I[(d + 1) | 0] = low >> 31;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LOAD32_U: {
          const at = (I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const low = view.getInt32(at, true);
          I[d] = low;
          I[(d + 1) | 0] = 0;
          pc = (pc + 4) | 0;
          continue;
        }
        // Calls and returns leave the switch; the code below it switches frames.
        case CALL: callee = funcs[C[(pc + 1) | 0]!]!; argBase = (fp + C[(pc + 2) | 0]!) | 0; refBase = (rp + C[(pc + 3) | 0]!) | 0; next = (pc + 4) | 0; break;
        case CALL_INDIRECT: {
          callee = indirect(instance, I[(fp + C[(pc + 1) | 0]!) | 0]!, C[(pc + 2) | 0]!, C[(pc + 3) | 0]!);
          argBase = (fp + C[(pc + 4) | 0]!) | 0;
          refBase = (rp + C[(pc + 5) | 0]!) | 0;
          next = (pc + 6) | 0;
          break;
        }
        case RETURN: callee = null; break;
        case RETURN32: I[fp] = I[(fp + C[(pc + 1) | 0]!) | 0]!; callee = null; break;
        case RETURN64: 
          I[fp] = I[(fp + C[(pc + 1) | 0]!) | 0]!;
          I[fp + 1] = I[(fp + C[(pc + 1) | 0]! + 1) | 0]!;
          callee = null;
          break;
        case GLOBAL_GET32: I[(fp + C[(pc + 1) | 0]!) | 0] = globals[C[(pc + 2) | 0]!]!.w0; pc = (pc + 3) | 0; continue;
        case GLOBAL_GET64: {
          const g = globals[C[(pc + 2) | 0]!]!;
          I[(fp + C[(pc + 1) | 0]!) | 0] = g.w0;
          I[(fp + C[(pc + 1) | 0]! + 1) | 0] = g.w1;
          pc = (pc + 3) | 0;
          continue;
        }
        case GLOBAL_SET32: globals[C[(pc + 2) | 0]!]!.w0 = I[(fp + C[(pc + 1) | 0]!) | 0]!; pc = (pc + 3) | 0; continue;
        case GLOBAL_SET64: {
          const g = globals[C[(pc + 2) | 0]!]!;
          g.w0 = I[(fp + C[(pc + 1) | 0]!) | 0]!;
          g.w1 = I[(fp + C[(pc + 1) | 0]! + 1) | 0]!;
          pc = (pc + 3) | 0;
          continue;
        }
        case SELECT32:
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[fp + (I[(fp + C[(pc + 4) | 0]!) | 0]! !== 0 ? C[(pc + 2) | 0]! : C[(pc + 3) | 0]!)]!;
          pc = (pc + 5) | 0;
          continue;
        case SELECT64: {
          const from = fp + (I[(fp + C[(pc + 4) | 0]!) | 0]! !== 0 ? C[(pc + 2) | 0]! : C[(pc + 3) | 0]!);
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[from]!;
          I[(fp + C[(pc + 1) | 0]! + 1) | 0] = I[(from + 1) | 0]!;
          pc = (pc + 5) | 0;
          continue;
        }
        case BR_TABLE: {
          const index = I[(fp + C[(pc + 1) | 0]!) | 0]! >>> 0;
          const last = C[(pc + 2) | 0]!;
          pc = C[pc + 3 + (index < last ? index : last)]!;
          continue;
        }
        case I32_EQZ: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! === 0 ? 1 : 0; pc = (pc + 3) | 0; continue;
        case I32_EQ: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! === I[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_NE: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! !== I[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LT_S: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! < I[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LE_S: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! <= I[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LT_U:
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 < I[(fp + C[(pc + 3) | 0]!) | 0]! >>> 0 ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case I32_LE_U:
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 <= I[(fp + C[(pc + 3) | 0]!) | 0]! >>> 0 ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case I32_EQ_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! === C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_NE_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! !== C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LT_S_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! < C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_GE_S_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >= C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_GT_S_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! > C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LE_S_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! <= C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LT_U_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 < C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_GE_U_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 >= C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_GT_U_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 > C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_LE_U_K: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0 <= C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case I32_DIV_S: I[(fp + C[(pc + 1) | 0]!) | 0] = i32.div_s(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 3) | 0]!) | 0]!); pc = (pc + 4) | 0; continue;
        case I32_DIV_U: I[(fp + C[(pc + 1) | 0]!) | 0] = i32.div_u(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 3) | 0]!) | 0]!); pc = (pc + 4) | 0; continue;
        case I32_REM_S: I[(fp + C[(pc + 1) | 0]!) | 0] = i32.rem_s(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 3) | 0]!) | 0]!); pc = (pc + 4) | 0; continue;
        case I32_REM_U: I[(fp + C[(pc + 1) | 0]!) | 0] = i32.rem_u(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 3) | 0]!) | 0]!); pc = (pc + 4) | 0; continue;
        case I32_CLZ: I[(fp + C[(pc + 1) | 0]!) | 0] = Math.clz32(I[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_CTZ: I[(fp + C[(pc + 1) | 0]!) | 0] = i32.ctz(I[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_POPCNT: I[(fp + C[(pc + 1) | 0]!) | 0] = i32.popcnt(I[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_EXTEND8_S: I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! << 24) >> 24; pc = (pc + 3) | 0; continue;
        case I32_EXTEND16_S: I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! << 16) >> 16; pc = (pc + 3) | 0; continue;
        // i64: two halves, low first. Results may stand where operands stood, so operands are read first.
        case I64_ADD: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          const al = I[a]!;
          const low = (al + I[b]!) | 0;
          I[(d + 1) | 0] = I[(a + 1) | 0]! + I[(b + 1) | 0]! + (low >>> 0 < al >>> 0 ? 1 : 0);
          I[d] = low;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SUB: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          const al = I[a]!;
          const bl = I[b]!;
          I[(d + 1) | 0] = I[(a + 1) | 0]! - I[(b + 1) | 0]! - (al >>> 0 < bl >>> 0 ? 1 : 0);
          I[d] = al - bl;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_MUL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.mul(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_AND: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[d] = I[a]! & I[b]!;
          I[(d + 1) | 0] = I[(a + 1) | 0]! & I[(b + 1) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_OR: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[d] = I[a]! | I[b]!;
          I[(d + 1) | 0] = I[(a + 1) | 0]! | I[(b + 1) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_XOR: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[d] = I[a]! ^ I[b]!;
          I[(d + 1) | 0] = I[(a + 1) | 0]! ^ I[(b + 1) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SHL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.shl(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SHR_S: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.shr_s(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SHR_U: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.shr_u(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_ROTL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.rotl(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_ROTR: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.rotr(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SHL_K: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          i64.shl(I, d, I[a]!, I[(a + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SHR_S_K: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          i64.shr_s(I, d, I[a]!, I[(a + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_SHR_U_K: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          i64.shr_u(I, d, I[a]!, I[(a + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_ROTL_K: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          i64.rotl(I, d, I[a]!, I[(a + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_ADD_K: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const al = I[a]!;
          const bl = C[(pc + 3) | 0]!;
          const low = (al + bl) | 0;
          I[(d + 1) | 0] = I[(a + 1) | 0]! + (bl >> 31) + (low >>> 0 < al >>> 0 ? 1 : 0);
          I[d] = low;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_AND_K: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const bl = C[(pc + 3) | 0]!;
          I[d] = I[a]! & bl;
          I[(d + 1) | 0] = I[(a + 1) | 0]! & (bl >> 31);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_EQZ:
          I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! | I[(fp + C[(pc + 2) | 0]! + 1) | 0]!) === 0 ? 1 : 0;
          pc = (pc + 3) | 0;
          continue;
        case I64_EQ: {
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[a]! === I[b]! && I[(a + 1) | 0]! === I[(b + 1) | 0]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_NE: {
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(fp + C[(pc + 1) | 0]!) | 0] = I[a]! !== I[b]! || I[(a + 1) | 0]! !== I[(b + 1) | 0]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LT_S: {
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(fp + C[(pc + 1) | 0]!) | 0] = i64.lt_s(I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!) ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LE_S: {
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(fp + C[(pc + 1) | 0]!) | 0] = i64.lt_s(I[b]!, I[(b + 1) | 0]!, I[a]!, I[(a + 1) | 0]!) ? 0 : 1;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LT_U: {
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(fp + C[(pc + 1) | 0]!) | 0] = i64.lt_u(I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!) ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_LE_U: {
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(fp + C[(pc + 1) | 0]!) | 0] = i64.lt_u(I[b]!, I[(b + 1) | 0]!, I[a]!, I[(a + 1) | 0]!) ? 0 : 1;
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_EXTEND_I32_S: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const low = I[a]!;
          I[d] = low;
          I[(d + 1) | 0] = low >> 31;
          pc = (pc + 3) | 0;
          continue;
        }
        case I64_EXTEND_I32_U: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          I[d] = I[a]!;
          I[(d + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        }
        case I64_EXTEND8_S: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const low = (I[a]! << 24) >> 24;
          I[d] = low;
          I[(d + 1) | 0] = low >> 31;
          pc = (pc + 3) | 0;
          continue;
        }
        case I64_EXTEND16_S: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const low = (I[a]! << 16) >> 16;
          I[d] = low;
          I[(d + 1) | 0] = low >> 31;
          pc = (pc + 3) | 0;
          continue;
        }
        case I64_DIV_S: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.div_s(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_DIV_U: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.div_u(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_REM_S: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.rem_s(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_REM_U: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          i64.rem_u(I, d, I[a]!, I[(a + 1) | 0]!, I[b]!, I[(b + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case I64_CLZ: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          I[d] = i64.clz(I[a]!, I[(a + 1) | 0]!);
          I[(d + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        }
        case I64_CTZ: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          I[d] = i64.ctz(I[a]!, I[(a + 1) | 0]!);
          I[(d + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        }
        case I64_POPCNT: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          I[d] = i32.popcnt(I[a]!) + i32.popcnt(I[(a + 1) | 0]!);
          I[(d + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        }
        // Floats: a NaN result is written as the canonical NaN, whatever bits the host made.
        case F64_ADD: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = D[(fp + C[(pc + 2) | 0]!) >> 1]! + D[(fp + C[(pc + 3) | 0]!) >> 1]!;
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_SUB: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = D[(fp + C[(pc + 2) | 0]!) >> 1]! - D[(fp + C[(pc + 3) | 0]!) >> 1]!;
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_MUL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = D[(fp + C[(pc + 2) | 0]!) >> 1]! * D[(fp + C[(pc + 3) | 0]!) >> 1]!;
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_DIV: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = D[(fp + C[(pc + 2) | 0]!) >> 1]! / D[(fp + C[(pc + 3) | 0]!) >> 1]!;
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_MIN: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.min(D[(fp + C[(pc + 2) | 0]!) >> 1]!, D[(fp + C[(pc + 3) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_MAX: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.max(D[(fp + C[(pc + 2) | 0]!) >> 1]!, D[(fp + C[(pc + 3) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 4) | 0;
          continue;
        }
        case F64_SQRT: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.sqrt(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 3) | 0;
          continue;
        }
        case F64_CEIL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.ceil(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 3) | 0;
          continue;
        }
        case F64_FLOOR: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.floor(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 3) | 0;
          continue;
        }
        case F64_TRUNC: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.trunc(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 3) | 0;
          continue;
        }
        case F64_NEAREST: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = f64.nearest(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 3) | 0;
          continue;
        }
        case F64_EQ:
          I[(fp + C[(pc + 1) | 0]!) | 0] = D[(fp + C[(pc + 2) | 0]!) >> 1]! === D[(fp + C[(pc + 3) | 0]!) >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case F64_NE:
          I[(fp + C[(pc + 1) | 0]!) | 0] = D[(fp + C[(pc + 2) | 0]!) >> 1]! !== D[(fp + C[(pc + 3) | 0]!) >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case F64_LT:
          I[(fp + C[(pc + 1) | 0]!) | 0] = D[(fp + C[(pc + 2) | 0]!) >> 1]! < D[(fp + C[(pc + 3) | 0]!) >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case F64_LE:
          I[(fp + C[(pc + 1) | 0]!) | 0] = D[(fp + C[(pc + 2) | 0]!) >> 1]! <= D[(fp + C[(pc + 3) | 0]!) >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case F32_ADD: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = F[(fp + C[(pc + 2) | 0]!) | 0]! + F[(fp + C[(pc + 3) | 0]!) | 0]!;
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case F32_SUB: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = F[(fp + C[(pc + 2) | 0]!) | 0]! - F[(fp + C[(pc + 3) | 0]!) | 0]!;
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case F32_MUL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = F[(fp + C[(pc + 2) | 0]!) | 0]! * F[(fp + C[(pc + 3) | 0]!) | 0]!;
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case F32_DIV: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = F[(fp + C[(pc + 2) | 0]!) | 0]! / F[(fp + C[(pc + 3) | 0]!) | 0]!;
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case F32_MIN: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.min(F[(fp + C[(pc + 2) | 0]!) | 0]!, F[(fp + C[(pc + 3) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case F32_MAX: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.max(F[(fp + C[(pc + 2) | 0]!) | 0]!, F[(fp + C[(pc + 3) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case F32_SQRT: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.sqrt(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_CEIL: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.ceil(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_FLOOR: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.floor(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_TRUNC: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = Math.trunc(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_NEAREST: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = f64.nearest(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_EQ: I[(fp + C[(pc + 1) | 0]!) | 0] = F[(fp + C[(pc + 2) | 0]!) | 0]! === F[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case F32_NE: I[(fp + C[(pc + 1) | 0]!) | 0] = F[(fp + C[(pc + 2) | 0]!) | 0]! !== F[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case F32_LT: I[(fp + C[(pc + 1) | 0]!) | 0] = F[(fp + C[(pc + 2) | 0]!) | 0]! < F[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case F32_LE: I[(fp + C[(pc + 1) | 0]!) | 0] = F[(fp + C[(pc + 2) | 0]!) | 0]! <= F[(fp + C[(pc + 3) | 0]!) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case F32_ABS: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! & 0x7fffffff; pc = (pc + 3) | 0; continue;
        case F64_ABS: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          I[(d + 1) | 0] = I[(a + 1) | 0]! & 0x7fffffff;
          I[d] = I[a]!;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_NEG: I[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! ^ -0x80000000; pc = (pc + 3) | 0; continue;
        case F64_NEG: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          I[(d + 1) | 0] = I[(a + 1) | 0]! ^ -0x80000000;
          I[d] = I[a]!;
          pc = (pc + 3) | 0;
          continue;
        }
        case F32_COPYSIGN:
          I[(fp + C[(pc + 1) | 0]!) | 0] = (I[(fp + C[(pc + 2) | 0]!) | 0]! & 0x7fffffff) | (I[(fp + C[(pc + 3) | 0]!) | 0]! & -0x80000000);
          pc = (pc + 4) | 0;
          continue;
        case F64_COPYSIGN: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const a = (fp + C[(pc + 2) | 0]!) | 0;
          const b = (fp + C[(pc + 3) | 0]!) | 0;
          I[(d + 1) | 0] = (I[(a + 1) | 0]! & 0x7fffffff) | (I[(b + 1) | 0]! & -0x80000000);
          I[d] = I[a]!;
          pc = (pc + 4) | 0;
          continue;
        }
        case I32_TRUNC_F32_S: I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_f64_s(F[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I64_TRUNC_F32_S: i64.trunc_s(I, fp + C[(pc + 1) | 0]!, F[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_F32_U: I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_f64_u(F[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I64_TRUNC_F32_U: i64.trunc_u(I, fp + C[(pc + 1) | 0]!, F[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_F64_S:
          I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_f64_s(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case I64_TRUNC_F64_S: i64.trunc_s(I, fp + C[(pc + 1) | 0]!, D[(fp + C[(pc + 2) | 0]!) >> 1]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_F64_U:
          I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_f64_u(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case I64_TRUNC_F64_U: i64.trunc_u(I, fp + C[(pc + 1) | 0]!, D[(fp + C[(pc + 2) | 0]!) >> 1]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_SAT_F32_S:
          I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_sat_f64_s(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case I64_TRUNC_SAT_F32_S: i64.trunc_sat_s(I, fp + C[(pc + 1) | 0]!, F[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_SAT_F32_U:
          I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_sat_f64_u(F[(fp + C[(pc + 2) | 0]!) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case I64_TRUNC_SAT_F32_U: i64.trunc_sat_u(I, fp + C[(pc + 1) | 0]!, F[(fp + C[(pc + 2) | 0]!) | 0]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_SAT_F64_S:
          I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_sat_f64_s(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case I64_TRUNC_SAT_F64_S: i64.trunc_sat_s(I, fp + C[(pc + 1) | 0]!, D[(fp + C[(pc + 2) | 0]!) >> 1]!); pc = (pc + 3) | 0; continue;
        case I32_TRUNC_SAT_F64_U:
          I[(fp + C[(pc + 1) | 0]!) | 0] = convert.i32_trunc_sat_f64_u(D[(fp + C[(pc + 2) | 0]!) >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case I64_TRUNC_SAT_F64_U: i64.trunc_sat_u(I, fp + C[(pc + 1) | 0]!, D[(fp + C[(pc + 2) | 0]!) >> 1]!); pc = (pc + 3) | 0; continue;
        case F32_CONVERT_I32_S: F[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]!; pc = (pc + 3) | 0; continue;
        case F32_CONVERT_I32_U: F[(fp + C[(pc + 1) | 0]!) | 0] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0; pc = (pc + 3) | 0; continue;
        case F64_CONVERT_I32_S: D[(fp + C[(pc + 1) | 0]!) >> 1] = I[(fp + C[(pc + 2) | 0]!) | 0]!; pc = (pc + 3) | 0; continue;
        case F64_CONVERT_I32_U: D[(fp + C[(pc + 1) | 0]!) >> 1] = I[(fp + C[(pc + 2) | 0]!) | 0]! >>> 0; pc = (pc + 3) | 0; continue;
        case F32_CONVERT_I64_S:
          F[(fp + C[(pc + 1) | 0]!) | 0] = i64.toF32_s(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 2) | 0]! + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case F64_CONVERT_I64_S:
          D[(fp + C[(pc + 1) | 0]!) >> 1] = i64.toF64_s(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 2) | 0]! + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case F32_CONVERT_I64_U:
          F[(fp + C[(pc + 1) | 0]!) | 0] = i64.toF32_u(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 2) | 0]! + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case F64_CONVERT_I64_U:
          D[(fp + C[(pc + 1) | 0]!) >> 1] = i64.toF64_u(I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 2) | 0]! + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case F32_DEMOTE_F64: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = D[(fp + C[(pc + 2) | 0]!) >> 1]!;
          if (x === x) F[d] = x;
          else I[d] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case F64_PROMOTE_F32: {
          const d = (fp + C[(pc + 1) | 0]!) | 0;
          const x = F[(fp + C[(pc + 2) | 0]!) | 0]!;
          if (x === x) D[d >> 1] = x;
          else nanF64(I, d);
          pc = (pc + 3) | 0;
          continue;
        }
        case USE_MEMORY: 
          memory = instance.memories[C[(pc + 1) | 0]!]!;
          view = memory.view;
          memorySize = memory.byteLength;
          pc = (pc + 2) | 0;
          continue;
        case MEMORY_SIZE:
          I[(fp + C[(pc + 1) | 0]!) | 0] = instance.memories[C[(pc + 2) | 0]!]!.pages;
          I[(fp + C[(pc + 1) | 0]! + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        case MEMORY_GROW: {
          const grown = growMemory(instance.memories[C[(pc + 3) | 0]!]!, I[(fp + C[(pc + 2) | 0]!) | 0]!, I[(fp + C[(pc + 2) | 0]! + 1) | 0]!);
          I[(fp + C[(pc + 1) | 0]!) | 0] = grown;
          I[(fp + C[(pc + 1) | 0]! + 1) | 0] = grown >> 31;
          view = memory.view;
          memorySize = memory.byteLength;
          pc = (pc + 4) | 0;
          continue;
        }
        case UNREACHABLE: trap('unreachable'); break;
        case FUEL: 
          m.fuel -= C[(pc + 1) | 0]!;
          if (m.fuel < 0) trap('out-of-fuel');
          pc = (pc + 2) | 0;
          continue;
        case COUNT: code.counts[C[(pc + 1) | 0]!]! += 1; pc = (pc + 2) | 0; continue;
        case CALL_REF: callee = funcOf(refs[(rp + C[(pc + 1) | 0]!) | 0]!); argBase = (fp + C[(pc + 2) | 0]!) | 0; refBase = (rp + C[(pc + 3) | 0]!) | 0; next = (pc + 4) | 0; break;
        case RETURN_CALL: callee = funcs[C[(pc + 1) | 0]!]!; slide(fp, rp, pc + 2); argBase = fp; refBaseOfCallee = rp; next = -1; break;
        case RETURN_CALL_INDIRECT: 
          callee = indirect(instance, I[(fp + C[(pc + 1) | 0]!) | 0]!, C[(pc + 2) | 0]!, C[(pc + 3) | 0]!);
          slide(fp, rp, pc + 4);
          argBase = fp;
          refBaseOfCallee = rp;
          next = -1;
          break;
        case RETURN_CALL_REF: callee = funcOf(refs[(rp + C[(pc + 1) | 0]!) | 0]!); slide(fp, rp, pc + 2); argBase = fp; refBaseOfCallee = rp; next = -1; break;
        default:
          pc = runMisc(pc, fp, rp) | 0;
          continue;
        }

        if (callee === null) {
          // Return: the results stand at fp already.
          if (depth === baseDepth) {
            m.depth = depth;
            return;
          }
          depth -= 1;
          code = callers[depth]!;
          pc = frames[depth * FRAME_WORDS]!;
          fp = frames[depth * FRAME_WORDS + 1]!;
          rp = frames[depth * FRAME_WORDS + 2]!;
        } else if (callee.host !== null) {
          // Host functions run on the JS stack, and may grow memories and call back.
          m.depth = depth;
          callHost(callee, argBase, refBaseOfCallee);
          m.instance = instance;
          memory = instance.memories[0] ?? NO_MEMORY;
          view = memory.view;
          memorySize = memory.byteLength;
          if (next < 0) {
            callee = null;
            // A tail call to the host: its results are ours. Go on with the word that returns.
            pc = RETURN_AT;
          } else pc = next;
          continue;
        } else {
          const target = codeOf(callee, mode);
          if (next >= 0) {
            if (argBase + target.frameWords > m.limit || depth >= MAX_DEPTH) trap('stack-overflow');
            callers[depth] = code;
            frames[depth * FRAME_WORDS] = next;
            frames[depth * FRAME_WORDS + 1] = fp;
            frames[depth * FRAME_WORDS + 2] = rp;
            depth += 1;
            fp = argBase;
            rp = refBaseOfCallee;
          } else if (fp + target.frameWords > m.limit) trap('stack-overflow');
          code = target;
          pc = code.entry | 0;
          for (let i = fp + code.zeroFrom, end = fp + code.zeroTo; i < end; i += 1) I[i] = 0;
        }
        if (code.instance !== instance) {
          instance = code.instance;
          m.instance = instance;
          ({funcs, globals} = instance);
          memory = instance.memories[0] ?? NO_MEMORY;
          view = memory.view;
          memorySize = memory.byteLength;
        }
      }
    } catch (error) {
      // A shared memory may have grown in another thread since its size was read: then the access is tried again.
      if (error instanceof Trap && error.code === OUT_OF_BOUNDS && memory.refresh() && memory.byteLength > memorySize) {
        view = memory.view;
        memorySize = memory.byteLength;
        continue;
      }
      m.depth = depth;
      const handler = error instanceof ExnInstance ? unwind(error, baseDepth, code, pc, fp, rp) : null;
      if (handler === null) {
        m.failedAt = offsetAt(code, pc);
        m.depth = baseDepth;
        throw error;
      }
      code = handler.code;
      fp = handler.fp | 0;
      rp = handler.rp | 0;
      pc = handler.clause.target | 0;
      depth = m.depth;
      instance = code.instance;
      m.instance = instance;
      ({funcs, globals} = instance);
      memory = instance.memories[0] ?? NO_MEMORY;
      view = memory.view;
      memorySize = memory.byteLength;
    }
  }
}



/** Checks that the first frame fits and clears its locals. */
function enter(code: Code, fp: number): void {
  if (fp + code.frameWords > m.limit) trap('stack-overflow');
  I.fill(0, fp + code.zeroFrom, fp + code.zeroTo);
}
