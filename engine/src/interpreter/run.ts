/**
 * The interpreter's loop: one flat switch over the core page of register instructions (words.ts); other pages are called.
 * Labels are numbers, not names: only then V8 makes a jump table in all its tiers (measured in tools/bench/dispatch.ts).
 * run.test.ts checks the numbers against the names beside them, and that the loop stays below 61,440 bytes of bytecode,
 * above which V8 does not optimise it. Index arithmetic ends in `| 0`, which spares an overflow check.
 *
 * While an instruction executes, `pc` is the index of its first word. Frames overlap: the arguments that a caller leaves
 * on top of its operands are the first slots of the callee's frame, and so are the results on the way back.
 */
import {Trap, trap } from '../base/trap.ts';
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
import {KERNELS as VECTOR_KERNELS} from './kernels.ts';
import {FRAME_WORDS, MAX_DEPTH, machine, RETURN_AT} from './machine.ts';
import {codeOf} from './prepare.ts';
import {runAtomic} from './run-atomic.ts';
import {runGc} from './run-gc.ts';
import {runMisc} from './run-misc.ts';
import {runVector} from './run-vector.ts';
import {unwind} from './unwind.ts';
import {ATOMIC_START, GC_START, VECTOR_START} from './words.ts';

/** Bound here, the machine is a constant of this module, and so are the addresses of its arrays. */
const MACHINE = machine;

const KERNELS = VECTOR_KERNELS;
const NO_MEMORY = new Memory({limits: {min: 0n, max: 0n}, address: 'i32', shared: false, pageSizeLog2: 16});
const OUT_OF_BOUNDS = trapCode('memory-out-of-bounds');

function outOfBounds(): never {
  throw new Trap(OUT_OF_BOUNDS);
}

/** Whether a memory is larger than the loop knows: another thread may have grown it. */
function isStale(memory: Memory, knownSize: number): boolean {
  memory.refresh();
  return memory.byteLength > knownSize;
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
  const {ints: I, code: C, refs} = MACHINE;
  const from = fp + C[at]!;
  for (let i = 0, n = C[at + 1]!; i < n; i += 1) I[fp + i] = I[from + i]!;
  const refFrom = rp + C[at + 2]!;
  for (let i = 0, n = C[at + 3]!; i < n; i += 1) refs[rp + i] = refs[refFrom + i]!;
}

/**
 * Runs a function whose arguments stand at `base` and `refBase` until it returns; its results stand there then. Throws
 * Trap and ExnInstance (`m.failedAt` says where); the machine is then as it was before.
 */
export function run(func: Func, base: number, refBase: number): void {
  const m = MACHINE;
  const {mode, ints: I, floats: F, doubles: D, code: C, frames, callers, refs, lanes} = m;
  const baseDepth = m.depth;
  let depth = baseDepth;
  let code = codeOf(func, mode);
  let instance = code.instance;
  let {funcs, globals} = instance;
  let memory = instance.memories[0] ?? NO_MEMORY;
  let view = memory.view;
  let memorySize = memory.byteLength;
  let isInHost = false;
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
        // Operand words as slots of the frame: read at once, whatever they are.
        const x = (fp + C[(pc + 1) | 0]!) | 0;
        const y = (fp + C[(pc + 2) | 0]!) | 0;
        const z = (fp + C[(pc + 3) | 0]!) | 0;
        switch (C[pc]!) {
        case 0: /* jump */ pc = C[(pc + 1) | 0]!; continue;
        case 1: /* br_nz */ pc = I[x]! !== 0 ? C[(pc + 2) | 0]! : (pc + 3) | 0; continue;
        case 2: /* br_z */ pc = I[x]! === 0 ? C[(pc + 2) | 0]! : (pc + 3) | 0; continue;
        case 3: /* br_eq */ pc = I[x]! === I[y]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 4: /* br_ne */ pc = I[x]! !== I[y]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 5: /* br_lt_s */ pc = I[x]! < I[y]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 6: /* br_le_s */ pc = I[x]! <= I[y]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 7: /* br_lt_u */ pc = I[x]! >>> 0 < I[y]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 8: /* br_le_u */ pc = I[x]! >>> 0 <= I[y]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 9: /* br_eq_k */ pc = I[x]! === C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 10: /* br_ne_k */ pc = I[x]! !== C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 11: /* br_lt_s_k */ pc = I[x]! < C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 12: /* br_ge_s_k */ pc = I[x]! >= C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 13: /* br_gt_s_k */ pc = I[x]! > C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 14: /* br_le_s_k */ pc = I[x]! <= C[(pc + 2) | 0]! ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 15: /* br_lt_u_k */ pc = I[x]! >>> 0 < C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 16: /* br_ge_u_k */ pc = I[x]! >>> 0 >= C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 17: /* br_gt_u_k */ pc = I[x]! >>> 0 > C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 18: /* br_le_u_k */ pc = I[x]! >>> 0 <= C[(pc + 2) | 0]! >>> 0 ? C[(pc + 3) | 0]! : (pc + 4) | 0; continue;
        case 19: /* copy32 */ I[x] = I[y]!; pc = (pc + 3) | 0; continue;
        case 20: /* copy64 */
          I[x] = I[y]!;
          I[(x + 1) | 0] = I[(y + 1) | 0]!;
          pc = (pc + 3) | 0;
          continue;
        case 21: /* const32 */ I[x] = C[(pc + 2) | 0]!; pc = (pc + 3) | 0; continue;
        case 22: /* const64 */
          I[x] = C[(pc + 2) | 0]!;
          I[(x + 1) | 0] = C[(pc + 3) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        case 23: /* i32.add */ I[x] = (I[y]! + I[z]!) | 0; pc = (pc + 4) | 0; continue;
        case 24: /* i32.add_k */ I[x] = (I[y]! + C[(pc + 3) | 0]!) | 0; pc = (pc + 4) | 0; continue;
        case 25: /* i32.sub */ I[x] = (I[y]! - I[z]!) | 0; pc = (pc + 4) | 0; continue;
        case 26: /* i32.mul */ I[x] = Math.imul(I[y]!, I[z]!); pc = (pc + 4) | 0; continue;
        case 27: /* i32.mul_k */ I[x] = Math.imul(I[y]!, C[(pc + 3) | 0]!); pc = (pc + 4) | 0; continue;
        case 28: /* i32.and */ I[x] = I[y]! & I[z]!; pc = (pc + 4) | 0; continue;
        case 29: /* i32.and_k */ I[x] = I[y]! & C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case 30: /* i32.or */ I[x] = I[y]! | I[z]!; pc = (pc + 4) | 0; continue;
        case 31: /* i32.or_k */ I[x] = I[y]! | C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case 32: /* i32.xor */ I[x] = I[y]! ^ I[z]!; pc = (pc + 4) | 0; continue;
        case 33: /* i32.xor_k */ I[x] = I[y]! ^ C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case 34: /* i32.shl */ I[x] = I[y]! << I[z]!; pc = (pc + 4) | 0; continue;
        case 35: /* i32.shl_k */ I[x] = I[y]! << C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case 36: /* i32.shr_s */ I[x] = I[y]! >> I[z]!; pc = (pc + 4) | 0; continue;
        case 37: /* i32.shr_s_k */ I[x] = I[y]! >> C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case 38: /* i32.shr_u */ I[x] = I[y]! >>> I[z]!; pc = (pc + 4) | 0; continue;
        case 39: /* i32.shr_u_k */ I[x] = I[y]! >>> C[(pc + 3) | 0]!; pc = (pc + 4) | 0; continue;
        case 40: /* i32.rotl */ {
          const a = I[y]!;
          const n = I[z]!;
          I[x] = (a << n) | (a >>> -n);
          pc = (pc + 4) | 0;
          continue;
        }
        case 41: /* i32.rotl_k */ {
          const a = I[y]!;
          const n = C[(pc + 3) | 0]!;
          I[x] = (a << n) | (a >>> -n);
          pc = (pc + 4) | 0;
          continue;
        }
        case 42: /* i32.rotr */ {
          const a = I[y]!;
          const n = I[z]!;
          I[x] = (a >>> n) | (a << -n);
          pc = (pc + 4) | 0;
          continue;
        }
        case 43: /* i32.rotr_k */ {
          const a = I[y]!;
          const n = C[(pc + 3) | 0]!;
          I[x] = (a >>> n) | (a << -n);
          pc = (pc + 4) | 0;
          continue;
        }
        // Loads and stores: the sum of address and offset is exact, so one comparison finds every access out of bounds.
        case 44: /* i32.load */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          I[x] = view.getInt32(at, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 45: /* i32.load8_s */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          I[x] = view.getInt8(at);
          pc = (pc + 4) | 0;
          continue;
        }
        case 46: /* i32.load8_u */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          I[x] = view.getUint8(at);
          pc = (pc + 4) | 0;
          continue;
        }
        case 47: /* i32.load16_s */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          I[x] = view.getInt16(at, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 48: /* i32.load16_u */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          I[x] = view.getUint16(at, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 49: /* i32.store */ {
          const at = (I[x]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          view.setInt32(at, I[y]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 50: /* i32.store8 */ {
          const at = (I[x]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          view.setInt8(at, I[y]!);
          pc = (pc + 4) | 0;
          continue;
        }
        case 51: /* i32.store16 */ {
          const at = (I[x]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          view.setInt16(at, I[y]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 54: /* f64.load */
        case 52: /* i64.load */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 8 > memorySize) outOfBounds();
          I[x] = view.getInt32(at, true);
          I[(x + 1) | 0] = view.getInt32(at + 4, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 55: /* f64.store */
        case 53: /* i64.store */ {
          const at = (I[x]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 8 > memorySize) outOfBounds();
          view.setInt32(at, I[y]!, true);
          view.setInt32(at + 4, I[(y + 1) | 0]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 56: /* i64.load8_s */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          const low = view.getInt8(at);
          I[x] = low;
          I[(x + 1) | 0] = low >> 31;
          pc = (pc + 4) | 0;
          continue;
        }
        case 57: /* i64.load8_u */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 1 > memorySize) outOfBounds();
          const low = view.getUint8(at);
          I[x] = low;
          I[(x + 1) | 0] = 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case 58: /* i64.load16_s */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          const low = view.getInt16(at, true);
          I[x] = low;
          I[(x + 1) | 0] = low >> 31;
          pc = (pc + 4) | 0;
          continue;
        }
        case 59: /* i64.load16_u */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 2 > memorySize) outOfBounds();
          const low = view.getUint16(at, true);
          I[x] = low;
          I[(x + 1) | 0] = 0;
          pc = (pc + 4) | 0;
          continue;
        }
        case 60: /* i64.load32_s */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          const low = view.getInt32(at, true);
          I[x] = low;
          I[(x + 1) | 0] = low >> 31;
          pc = (pc + 4) | 0;
          continue;
        }
        case 61: /* i64.load32_u */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 4 > memorySize) outOfBounds();
          const low = view.getInt32(at, true);
          I[x] = low;
          I[(x + 1) | 0] = 0;
          pc = (pc + 4) | 0;
          continue;
        }
        // Calls and returns leave the switch; the code below it switches frames.
        case 62: /* call */ callee = funcs[C[(pc + 1) | 0]!]!; argBase = y; refBaseOfCallee = (rp + C[(pc + 3) | 0]!) | 0; next = (pc + 4) | 0; break;
        case 63: /* call_indirect */
          callee = indirect(instance, I[x]!, C[(pc + 2) | 0]!, C[(pc + 3) | 0]!);
          argBase = (fp + C[(pc + 4) | 0]!) | 0;
          refBaseOfCallee = (rp + C[(pc + 5) | 0]!) | 0;
          next = (pc + 6) | 0;
          break;
        case 64: /* return */ callee = null; break;
        case 65: /* return32 */ I[fp] = I[x]!; callee = null; break;
        case 66: /* return64 */
          I[fp] = I[x]!;
          I[fp + 1] = I[(x + 1) | 0]!;
          callee = null;
          break;
        case 67: /* global.get32 */ I[x] = globals[C[(pc + 2) | 0]!]!.w0; pc = (pc + 3) | 0; continue;
        case 68: /* global.get64 */ {
          const g = globals[C[(pc + 2) | 0]!]!;
          I[x] = g.w0;
          I[(x + 1) | 0] = g.w1;
          pc = (pc + 3) | 0;
          continue;
        }
        case 69: /* global.set32 */ globals[C[(pc + 2) | 0]!]!.w0 = I[x]!; pc = (pc + 3) | 0; continue;
        case 70: /* global.set64 */ {
          const g = globals[C[(pc + 2) | 0]!]!;
          g.w0 = I[x]!;
          g.w1 = I[(x + 1) | 0]!;
          pc = (pc + 3) | 0;
          continue;
        }
        case 71: /* select32 */
          I[x] = I[fp + (I[(fp + C[(pc + 4) | 0]!) | 0]! !== 0 ? C[(pc + 2) | 0]! : C[(pc + 3) | 0]!)]!;
          pc = (pc + 5) | 0;
          continue;
        case 72: /* select64 */ {
          const from = fp + (I[(fp + C[(pc + 4) | 0]!) | 0]! !== 0 ? C[(pc + 2) | 0]! : C[(pc + 3) | 0]!);
          I[x] = I[from]!;
          I[(x + 1) | 0] = I[(from + 1) | 0]!;
          pc = (pc + 5) | 0;
          continue;
        }
        case 73: /* br_table */ {
          const index = I[x]! >>> 0;
          const last = C[(pc + 2) | 0]!;
          pc = C[pc + 3 + (index < last ? index : last)]!;
          continue;
        }
        case 74: /* i32.eqz */ I[x] = I[y]! === 0 ? 1 : 0; pc = (pc + 3) | 0; continue;
        case 75: /* i32.eq */ I[x] = I[y]! === I[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 76: /* i32.ne */ I[x] = I[y]! !== I[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 77: /* i32.lt_s */ I[x] = I[y]! < I[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 78: /* i32.le_s */ I[x] = I[y]! <= I[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 79: /* i32.lt_u */
          I[x] = I[y]! >>> 0 < I[z]! >>> 0 ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 80: /* i32.le_u */
          I[x] = I[y]! >>> 0 <= I[z]! >>> 0 ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 81: /* i32.eq_k */ I[x] = I[y]! === C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 82: /* i32.ne_k */ I[x] = I[y]! !== C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 83: /* i32.lt_s_k */ I[x] = I[y]! < C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 84: /* i32.ge_s_k */ I[x] = I[y]! >= C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 85: /* i32.gt_s_k */ I[x] = I[y]! > C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 86: /* i32.le_s_k */ I[x] = I[y]! <= C[(pc + 3) | 0]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 87: /* i32.lt_u_k */ I[x] = I[y]! >>> 0 < C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 88: /* i32.ge_u_k */ I[x] = I[y]! >>> 0 >= C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 89: /* i32.gt_u_k */ I[x] = I[y]! >>> 0 > C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 90: /* i32.le_u_k */ I[x] = I[y]! >>> 0 <= C[(pc + 3) | 0]! >>> 0 ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 91: /* i32.div_s */ I[x] = i32.div_s(I[y]!, I[z]!); pc = (pc + 4) | 0; continue;
        case 92: /* i32.div_u */ I[x] = i32.div_u(I[y]!, I[z]!); pc = (pc + 4) | 0; continue;
        case 93: /* i32.rem_s */ I[x] = i32.rem_s(I[y]!, I[z]!); pc = (pc + 4) | 0; continue;
        case 94: /* i32.rem_u */ I[x] = i32.rem_u(I[y]!, I[z]!); pc = (pc + 4) | 0; continue;
        case 95: /* i32.clz */ I[x] = Math.clz32(I[y]!); pc = (pc + 3) | 0; continue;
        case 96: /* i32.ctz */ I[x] = i32.ctz(I[y]!); pc = (pc + 3) | 0; continue;
        case 97: /* i32.popcnt */ I[x] = i32.popcnt(I[y]!); pc = (pc + 3) | 0; continue;
        case 98: /* i32.extend8_s */ I[x] = (I[y]! << 24) >> 24; pc = (pc + 3) | 0; continue;
        case 99: /* i32.extend16_s */ I[x] = (I[y]! << 16) >> 16; pc = (pc + 3) | 0; continue;
        // i64: two halves, low first. Results may stand where operands stood, so operands are read first.
        case 100: /* i64.add */ {
          const al = I[y]!;
          const low = (al + I[z]!) | 0;
          I[(x + 1) | 0] = I[(y + 1) | 0]! + I[(z + 1) | 0]! + (low >>> 0 < al >>> 0 ? 1 : 0);
          I[x] = low;
          pc = (pc + 4) | 0;
          continue;
        }
        case 101: /* i64.sub */ {
          const al = I[y]!;
          const bl = I[z]!;
          I[(x + 1) | 0] = I[(y + 1) | 0]! - I[(z + 1) | 0]! - (al >>> 0 < bl >>> 0 ? 1 : 0);
          I[x] = al - bl;
          pc = (pc + 4) | 0;
          continue;
        }
        case 102: /* i64.mul */
          i64.mul(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 103: /* i64.and */
          I[x] = I[y]! & I[z]!;
          I[(x + 1) | 0] = I[(y + 1) | 0]! & I[(z + 1) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        case 104: /* i64.or */
          I[x] = I[y]! | I[z]!;
          I[(x + 1) | 0] = I[(y + 1) | 0]! | I[(z + 1) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        case 105: /* i64.xor */
          I[x] = I[y]! ^ I[z]!;
          I[(x + 1) | 0] = I[(y + 1) | 0]! ^ I[(z + 1) | 0]!;
          pc = (pc + 4) | 0;
          continue;
        case 106: /* i64.shl */
          i64.shl(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!);
          pc = (pc + 4) | 0;
          continue;
        case 107: /* i64.shr_s */
          i64.shr_s(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!);
          pc = (pc + 4) | 0;
          continue;
        case 108: /* i64.shr_u */
          i64.shr_u(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!);
          pc = (pc + 4) | 0;
          continue;
        case 109: /* i64.rotl */
          i64.rotl(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!);
          pc = (pc + 4) | 0;
          continue;
        case 110: /* i64.rotr */
          i64.rotr(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!);
          pc = (pc + 4) | 0;
          continue;
        case 111: /* i64.shl_k */
          i64.shl(I, x, I[y]!, I[(y + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 112: /* i64.shr_s_k */
          i64.shr_s(I, x, I[y]!, I[(y + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 113: /* i64.shr_u_k */
          i64.shr_u(I, x, I[y]!, I[(y + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 114: /* i64.rotl_k */
          i64.rotl(I, x, I[y]!, I[(y + 1) | 0]!, C[(pc + 3) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 115: /* i64.add_k */ {
          const al = I[y]!;
          const bl = C[(pc + 3) | 0]!;
          const low = (al + bl) | 0;
          I[(x + 1) | 0] = I[(y + 1) | 0]! + (bl >> 31) + (low >>> 0 < al >>> 0 ? 1 : 0);
          I[x] = low;
          pc = (pc + 4) | 0;
          continue;
        }
        case 116: /* i64.and_k */ {
          const bl = C[(pc + 3) | 0]!;
          I[x] = I[y]! & bl;
          I[(x + 1) | 0] = I[(y + 1) | 0]! & (bl >> 31);
          pc = (pc + 4) | 0;
          continue;
        }
        case 117: /* i64.eqz */
          I[x] = (I[y]! | I[(y + 1) | 0]!) === 0 ? 1 : 0;
          pc = (pc + 3) | 0;
          continue;
        case 118: /* i64.eq */
          I[x] = I[y]! === I[z]! && I[(y + 1) | 0]! === I[(z + 1) | 0]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 119: /* i64.ne */
          I[x] = I[y]! !== I[z]! || I[(y + 1) | 0]! !== I[(z + 1) | 0]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 120: /* i64.lt_s */
          I[x] = i64.lt_s(I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!) ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 121: /* i64.le_s */
          I[x] = i64.lt_s(I[z]!, I[(z + 1) | 0]!, I[y]!, I[(y + 1) | 0]!) ? 0 : 1;
          pc = (pc + 4) | 0;
          continue;
        case 122: /* i64.lt_u */
          I[x] = i64.lt_u(I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!) ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 123: /* i64.le_u */
          I[x] = i64.lt_u(I[z]!, I[(z + 1) | 0]!, I[y]!, I[(y + 1) | 0]!) ? 0 : 1;
          pc = (pc + 4) | 0;
          continue;
        case 124: /* i64.extend_i32_s */ {
          const low = I[y]!;
          I[x] = low;
          I[(x + 1) | 0] = low >> 31;
          pc = (pc + 3) | 0;
          continue;
        }
        case 125: /* i64.extend_i32_u */
          I[x] = I[y]!;
          I[(x + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        case 126: /* i64.extend8_s */ {
          const low = (I[y]! << 24) >> 24;
          I[x] = low;
          I[(x + 1) | 0] = low >> 31;
          pc = (pc + 3) | 0;
          continue;
        }
        case 127: /* i64.extend16_s */ {
          const low = (I[y]! << 16) >> 16;
          I[x] = low;
          I[(x + 1) | 0] = low >> 31;
          pc = (pc + 3) | 0;
          continue;
        }
        case 128: /* i64.div_s */
          i64.div_s(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 129: /* i64.div_u */
          i64.div_u(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 130: /* i64.rem_s */
          i64.rem_s(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 131: /* i64.rem_u */
          i64.rem_u(I, x, I[y]!, I[(y + 1) | 0]!, I[z]!, I[(z + 1) | 0]!);
          pc = (pc + 4) | 0;
          continue;
        case 132: /* i64.clz */
          I[x] = i64.clz(I[y]!, I[(y + 1) | 0]!);
          I[(x + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        case 133: /* i64.ctz */
          I[x] = i64.ctz(I[y]!, I[(y + 1) | 0]!);
          I[(x + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        case 134: /* i64.popcnt */
          I[x] = i32.popcnt(I[y]!) + i32.popcnt(I[(y + 1) | 0]!);
          I[(x + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        // Floats: a NaN result is written as the canonical NaN, whatever bits the host made.
        case 135: /* f64.add */ {
          const r = D[y >> 1]! + D[z >> 1]!;
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 4) | 0;
          continue;
        }
        case 136: /* f64.sub */ {
          const r = D[y >> 1]! - D[z >> 1]!;
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 4) | 0;
          continue;
        }
        case 137: /* f64.mul */ {
          const r = D[y >> 1]! * D[z >> 1]!;
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 4) | 0;
          continue;
        }
        case 138: /* f64.div */ {
          const r = D[y >> 1]! / D[z >> 1]!;
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 4) | 0;
          continue;
        }
        case 146: /* f64.min */ {
          const r = Math.min(D[y >> 1]!, D[z >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 4) | 0;
          continue;
        }
        case 147: /* f64.max */ {
          const r = Math.max(D[y >> 1]!, D[z >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 4) | 0;
          continue;
        }
        case 139: /* f64.sqrt */ {
          const r = Math.sqrt(D[y >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 3) | 0;
          continue;
        }
        case 149: /* f64.ceil */ {
          const r = Math.ceil(D[y >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 3) | 0;
          continue;
        }
        case 150: /* f64.floor */ {
          const r = Math.floor(D[y >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 3) | 0;
          continue;
        }
        case 151: /* f64.trunc */ {
          const r = Math.trunc(D[y >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 3) | 0;
          continue;
        }
        case 152: /* f64.nearest */ {
          const r = f64.nearest(D[y >> 1]!);
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 3) | 0;
          continue;
        }
        case 142: /* f64.eq */
          I[x] = D[y >> 1]! === D[z >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 143: /* f64.ne */
          I[x] = D[y >> 1]! !== D[z >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 144: /* f64.lt */
          I[x] = D[y >> 1]! < D[z >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 145: /* f64.le */
          I[x] = D[y >> 1]! <= D[z >> 1]! ? 1 : 0;
          pc = (pc + 4) | 0;
          continue;
        case 153: /* f32.add */ {
          const r = F[y]! + F[z]!;
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case 154: /* f32.sub */ {
          const r = F[y]! - F[z]!;
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case 155: /* f32.mul */ {
          const r = F[y]! * F[z]!;
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case 156: /* f32.div */ {
          const r = F[y]! / F[z]!;
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case 164: /* f32.min */ {
          const r = Math.min(F[y]!, F[z]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case 165: /* f32.max */ {
          const r = Math.max(F[y]!, F[z]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 4) | 0;
          continue;
        }
        case 157: /* f32.sqrt */ {
          const r = Math.sqrt(F[y]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case 167: /* f32.ceil */ {
          const r = Math.ceil(F[y]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case 168: /* f32.floor */ {
          const r = Math.floor(F[y]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case 169: /* f32.trunc */ {
          const r = Math.trunc(F[y]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case 170: /* f32.nearest */ {
          const r = f64.nearest(F[y]!);
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case 160: /* f32.eq */ I[x] = F[y]! === F[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 161: /* f32.ne */ I[x] = F[y]! !== F[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 162: /* f32.lt */ I[x] = F[y]! < F[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 163: /* f32.le */ I[x] = F[y]! <= F[z]! ? 1 : 0; pc = (pc + 4) | 0; continue;
        case 158: /* f32.abs */ I[x] = I[y]! & 0x7fffffff; pc = (pc + 3) | 0; continue;
        case 140: /* f64.abs */
          I[(x + 1) | 0] = I[(y + 1) | 0]! & 0x7fffffff;
          I[x] = I[y]!;
          pc = (pc + 3) | 0;
          continue;
        case 159: /* f32.neg */ I[x] = I[y]! ^ -0x80000000; pc = (pc + 3) | 0; continue;
        case 141: /* f64.neg */
          I[(x + 1) | 0] = I[(y + 1) | 0]! ^ -0x80000000;
          I[x] = I[y]!;
          pc = (pc + 3) | 0;
          continue;
        case 166: /* f32.copysign */
          I[x] = (I[y]! & 0x7fffffff) | (I[z]! & -0x80000000);
          pc = (pc + 4) | 0;
          continue;
        case 148: /* f64.copysign */
          I[(x + 1) | 0] = (I[(y + 1) | 0]! & 0x7fffffff) | (I[(z + 1) | 0]! & -0x80000000);
          I[x] = I[y]!;
          pc = (pc + 4) | 0;
          continue;
        case 171: /* i32.trunc_f32_s */ I[x] = convert.i32_trunc_f64_s(F[y]!); pc = (pc + 3) | 0; continue;
        case 175: /* i64.trunc_f32_s */ i64.trunc_s(I, x, F[y]!); pc = (pc + 3) | 0; continue;
        case 172: /* i32.trunc_f32_u */ I[x] = convert.i32_trunc_f64_u(F[y]!); pc = (pc + 3) | 0; continue;
        case 176: /* i64.trunc_f32_u */ i64.trunc_u(I, x, F[y]!); pc = (pc + 3) | 0; continue;
        case 173: /* i32.trunc_f64_s */
          I[x] = convert.i32_trunc_f64_s(D[y >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case 177: /* i64.trunc_f64_s */ i64.trunc_s(I, x, D[y >> 1]!); pc = (pc + 3) | 0; continue;
        case 174: /* i32.trunc_f64_u */
          I[x] = convert.i32_trunc_f64_u(D[y >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case 178: /* i64.trunc_f64_u */ i64.trunc_u(I, x, D[y >> 1]!); pc = (pc + 3) | 0; continue;
        case 179: /* i32.trunc_sat_f32_s */
          I[x] = convert.i32_trunc_sat_f64_s(F[y]!);
          pc = (pc + 3) | 0;
          continue;
        case 183: /* i64.trunc_sat_f32_s */ i64.trunc_sat_s(I, x, F[y]!); pc = (pc + 3) | 0; continue;
        case 180: /* i32.trunc_sat_f32_u */
          I[x] = convert.i32_trunc_sat_f64_u(F[y]!);
          pc = (pc + 3) | 0;
          continue;
        case 184: /* i64.trunc_sat_f32_u */ i64.trunc_sat_u(I, x, F[y]!); pc = (pc + 3) | 0; continue;
        case 181: /* i32.trunc_sat_f64_s */
          I[x] = convert.i32_trunc_sat_f64_s(D[y >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case 185: /* i64.trunc_sat_f64_s */ i64.trunc_sat_s(I, x, D[y >> 1]!); pc = (pc + 3) | 0; continue;
        case 182: /* i32.trunc_sat_f64_u */
          I[x] = convert.i32_trunc_sat_f64_u(D[y >> 1]!);
          pc = (pc + 3) | 0;
          continue;
        case 186: /* i64.trunc_sat_f64_u */ i64.trunc_sat_u(I, x, D[y >> 1]!); pc = (pc + 3) | 0; continue;
        case 187: /* f32.convert_i32_s */ F[x] = I[y]!; pc = (pc + 3) | 0; continue;
        case 188: /* f32.convert_i32_u */ F[x] = I[y]! >>> 0; pc = (pc + 3) | 0; continue;
        case 191: /* f64.convert_i32_s */ D[x >> 1] = I[y]!; pc = (pc + 3) | 0; continue;
        case 192: /* f64.convert_i32_u */ D[x >> 1] = I[y]! >>> 0; pc = (pc + 3) | 0; continue;
        case 189: /* f32.convert_i64_s */
          F[x] = i64.toF32_s(I[y]!, I[(y + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case 193: /* f64.convert_i64_s */
          D[x >> 1] = i64.toF64_s(I[y]!, I[(y + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case 190: /* f32.convert_i64_u */
          F[x] = i64.toF32_u(I[y]!, I[(y + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case 194: /* f64.convert_i64_u */
          D[x >> 1] = i64.toF64_u(I[y]!, I[(y + 1) | 0]!);
          pc = (pc + 3) | 0;
          continue;
        case 195: /* f32.demote_f64 */ {
          const r = D[y >> 1]!;
          if (r === r) F[x] = r;
          else I[x] = F32_NAN;
          pc = (pc + 3) | 0;
          continue;
        }
        case 196: /* f64.promote_f32 */ {
          const r = F[y]!;
          if (r === r) D[x >> 1] = r;
          else nanF64(I, x);
          pc = (pc + 3) | 0;
          continue;
        }
        case 197: /* vector1 */ KERNELS[C[(pc + 3) | 0]!]!(lanes, x, y, 0, 0); pc = (pc + 4) | 0; continue;
        case 198: /* vector2 */ KERNELS[C[(pc + 4) | 0]!]!(lanes, x, y, z, 0); pc = (pc + 5) | 0; continue;
        case 199: /* vector3 */
          KERNELS[C[(pc + 5) | 0]!]!(lanes, x, y, z, (fp + C[(pc + 4) | 0]!) | 0);
          pc = (pc + 6) | 0;
          continue;
        case 200: /* v128.load */ {
          const at = (I[y]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 16 > memorySize) outOfBounds();
          for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = view.getInt32(at + 4 * i, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 201: /* v128.store */ {
          const at = (I[x]! >>> 0) + (C[(pc + 3) | 0]! >>> 0);
          if (at + 16 > memorySize) outOfBounds();
          for (let i = 0; i < 4; i += 1) view.setInt32(at + 4 * i, I[(y + i) | 0]!, true);
          pc = (pc + 4) | 0;
          continue;
        }
        case 202: /* use_memory */
          memory = instance.memories[C[(pc + 1) | 0]!]!;
          view = memory.view;
          memorySize = memory.byteLength;
          pc = (pc + 2) | 0;
          continue;
        case 203: /* memory.size */
          I[x] = instance.memories[C[(pc + 2) | 0]!]!.pages;
          I[(x + 1) | 0] = 0;
          pc = (pc + 3) | 0;
          continue;
        case 204: /* memory.grow */ {
          const grown = growMemory(instance.memories[C[(pc + 3) | 0]!]!, I[y]!, I[(y + 1) | 0]!);
          I[x] = grown;
          I[(x + 1) | 0] = grown >> 31;
          view = memory.view;
          memorySize = memory.byteLength;
          pc = (pc + 4) | 0;
          continue;
        }
        case 205: /* unreachable */ trap('unreachable'); break;
        case 206: /* fuel */
          m.fuel -= C[(pc + 1) | 0]!;
          if (m.fuel < 0) trap('out-of-fuel');
          pc = (pc + 2) | 0;
          continue;
        case 207: /* count */ code.counts[C[(pc + 1) | 0]!]! += 1; pc = (pc + 2) | 0; continue;
        case 208: /* call_ref */ callee = funcOf(refs[(rp + C[(pc + 1) | 0]!) | 0]!); argBase = y; refBaseOfCallee = (rp + C[(pc + 3) | 0]!) | 0; next = (pc + 4) | 0; break;
        case 209: /* return_call */ callee = funcs[C[(pc + 1) | 0]!]!; slide(fp, rp, pc + 2); argBase = fp; refBaseOfCallee = rp; next = -1; break;
        case 210: /* return_call_indirect */
          callee = indirect(instance, I[x]!, C[(pc + 2) | 0]!, C[(pc + 3) | 0]!);
          slide(fp, rp, pc + 4);
          argBase = fp;
          refBaseOfCallee = rp;
          next = -1;
          break;
        case 211: /* return_call_ref */ callee = funcOf(refs[(rp + C[(pc + 1) | 0]!) | 0]!); slide(fp, rp, pc + 2); argBase = fp; refBaseOfCallee = rp; next = -1; break;
        case 212: /* copy128 */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(y + i) | 0]!; pc = (pc + 3) | 0; continue;
        case 213: /* const128 */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = C[(pc + 2 + i) | 0]!; pc = (pc + 6) | 0; continue;
        case 214: /* select128 */ {
          const from = I[(fp + C[(pc + 4) | 0]!) | 0]! !== 0 ? y : z;
          for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(from + i) | 0]!;
          pc = (pc + 5) | 0;
          continue;
        }
        case 215: /* v128.and */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(y + i) | 0]! & I[(z + i) | 0]!; pc = (pc + 4) | 0; continue;
        case 216: /* v128.or */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(y + i) | 0]! | I[(z + i) | 0]!; pc = (pc + 4) | 0; continue;
        case 217: /* v128.xor */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(y + i) | 0]! ^ I[(z + i) | 0]!; pc = (pc + 4) | 0; continue;
        case 218: /* i32x4.add */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(y + i) | 0]! + I[(z + i) | 0]!; pc = (pc + 4) | 0; continue;
        case 219: /* i32x4.sub */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = I[(y + i) | 0]! - I[(z + i) | 0]!; pc = (pc + 4) | 0; continue;
        case 220: /* i32x4.mul */ for (let i = 0; i < 4; i += 1) I[(x + i) | 0] = Math.imul(I[(y + i) | 0]!, I[(z + i) | 0]!); pc = (pc + 4) | 0; continue;
        case 221: /* f32x4.add */
          for (let i = 0; i < 4; i += 1) {
            const r = F[(y + i) | 0]! + F[(z + i) | 0]!;
            if (r === r) F[(x + i) | 0] = r;
            else I[(x + i) | 0] = F32_NAN;
          }
          pc = (pc + 4) | 0;
          continue;
        case 222: /* f32x4.sub */
          for (let i = 0; i < 4; i += 1) {
            const r = F[(y + i) | 0]! - F[(z + i) | 0]!;
            if (r === r) F[(x + i) | 0] = r;
            else I[(x + i) | 0] = F32_NAN;
          }
          pc = (pc + 4) | 0;
          continue;
        case 223: /* f32x4.mul */
          for (let i = 0; i < 4; i += 1) {
            const r = F[(y + i) | 0]! * F[(z + i) | 0]!;
            if (r === r) F[(x + i) | 0] = r;
            else I[(x + i) | 0] = F32_NAN;
          }
          pc = (pc + 4) | 0;
          continue;
        case 224: /* f64x2.add */
          for (let i = 0; i < 2; i += 1) {
            const r = D[((y >> 1) + i) | 0]! + D[((z >> 1) + i) | 0]!;
            if (r === r) D[((x >> 1) + i) | 0] = r;
            else nanF64(I, (x + 2 * i) | 0);
          }
          pc = (pc + 4) | 0;
          continue;
        case 225: /* f64x2.sub */
          for (let i = 0; i < 2; i += 1) {
            const r = D[((y >> 1) + i) | 0]! - D[((z >> 1) + i) | 0]!;
            if (r === r) D[((x >> 1) + i) | 0] = r;
            else nanF64(I, (x + 2 * i) | 0);
          }
          pc = (pc + 4) | 0;
          continue;
        case 226: /* f64x2.mul */
          for (let i = 0; i < 2; i += 1) {
            const r = D[((y >> 1) + i) | 0]! * D[((z >> 1) + i) | 0]!;
            if (r === r) D[((x >> 1) + i) | 0] = r;
            else nanF64(I, (x + 2 * i) | 0);
          }
          pc = (pc + 4) | 0;
          continue;
        default:
          if (C[pc]! < VECTOR_START) pc = runMisc(pc, fp, rp) | 0;
          else if (C[pc]! < GC_START) pc = runVector(pc, fp, memory) | 0;
          else pc = (C[pc]! < ATOMIC_START ? runGc(pc, fp, rp) : runAtomic(pc, fp, memory)) | 0;
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
          isInHost = true;
          callHost(callee, argBase, refBaseOfCallee);
          isInHost = false;
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
          // codeOf, by hand: V8 has no room left to inline it here.
          const known = callee.prepared[mode] as Code | undefined;
          const target = known !== undefined && known.epoch === m.epoch ? known : codeOf(callee, mode);
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
      // What a host function ends with is no access of ours, though the memory may have grown meanwhile.
      if (!isInHost && error instanceof Trap && error.code === OUT_OF_BOUNDS && isStale(memory, memorySize)) {
        view = memory.view;
        memorySize = memory.byteLength;
        continue;
      }
      isInHost = false;
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
  if (fp + code.frameWords > MACHINE.limit) trap('stack-overflow');
  MACHINE.ints.fill(0, fp + code.zeroFrom, fp + code.zeroTo);
}
