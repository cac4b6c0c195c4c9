/**
 * What the pseudo-instructions become that the driver leaves to us: calls, and sequences with branches (pseudo.ts).
 */
import {assert} from '#engine/base/assert.ts';
import {trapCode} from '#engine/base/traps.ts';
import {RETURN_ADDRESS} from '../backend/emit.ts';
import {SLOT} from '../backend/regalloc/resolve.ts';
import {type Emitter, V_SCRATCH} from './emit.ts';
import {atomicLoop, compareAndSwapLoop} from './expand-atomics.ts';
import {Cond, Inst} from './insts.ts';
import {Convert, Pseudo, pseudoName} from './pseudo.ts';
import {SP, X9, X16} from './regs.ts';

const INVALID_CONVERSION = trapCode('invalid-conversion');
const INTEGER_OVERFLOW = trapCode('integer-overflow');

/** Emits one pseudo-instruction that is not a branch between blocks. */
export function expand(e: Emitter, i: number, code: number): void {
  switch (code) {
    case Pseudo.call:
    case Pseudo['call.m']:
      return call(e, i, code === Pseudo.call);
    case Pseudo.tail:
    case Pseudo['tail.m']:
      return tail(e, i, code === Pseudo.tail);
    case Pseudo['select.v']:
      return select(e, i);
    case Pseudo['range.s']:
      return range(e, i, true);
    case Pseudo['range.d']:
      return range(e, i, false);
    case Pseudo['atomic.b']:
    case Pseudo['atomic.h']:
    case Pseudo['atomic.w']:
    case Pseudo['atomic.x']:
      return atomicLoop(e, i, code - Pseudo['atomic.b']);
    case Pseudo['cas.b']:
    case Pseudo['cas.h']:
    case Pseudo['cas.w']:
    case Pseudo['cas.x']:
      return compareAndSwapLoop(e, i, code - Pseudo['cas.b']);
    default:
      assert(false, `pseudo-instruction ${pseudoName(code) ?? code}`);
  }
}

function call(e: Emitter, i: number, isDirect: boolean): void {
  const {a, f} = e;
  if (isDirect) a.call(f.imm[i] as number);
  else {
    const callee = e.operand(i, 0);
    if (callee >= SLOT) e.stackAccess(Inst['ldr.x'], X16, e.slotOffset(callee));
    a.op(Inst.blr, callee >= SLOT ? X16 : callee);
  }
  if (f.trap[i] === RETURN_ADDRESS) a.trapAt(a.offset, 0, f.wasm[i] as number);
  const dropped = f.high[i] as number;
  a.siteHere(e.pad, dropped);
  e.addToStack(SP, -dropped); // the callee dropped its arguments
}

/** Our own arguments go, and room is left for those of the callee. */
function tail(e: Emitter, i: number, isDirect: boolean): void {
  const {a, f} = e;
  e.dropFrame(f.incomingBytes - (f.high[i] as number));
  if (isDirect) a.jumpToFunction(f.imm[i] as number);
  else a.op(Inst.br, X9);
}

/** d (= the value if false) := the value if true, when the condition holds. */
function select(e: Emitter, i: number): void {
  const {a} = e;
  const over = a.label();
  a.branch((e.f.imm[i] as number) ^ 1, over);
  a.op(Inst['mov.16b'], e.operand(i, 0), e.operand(i, 2));
  a.bind(over);
}

const view = new DataView(new ArrayBuffer(8));

function words(value: number, isSingle: boolean): number[] {
  if (isSingle) {
    view.setFloat32(0, value, true);
    return [view.getInt32(0, true)];
  }
  view.setFloat64(0, value, true);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

/**
 * Bounds of the floats that fit into an integer type: the lower one, whether it fits itself, and the upper one, which does
 * not. An f32 just below -2^31 is -2^31 - 256, so that -2^31 is its bound; -2^31 - 1 is an f64.
 */
function bounds(bits: number, isSingle: boolean): readonly [low: number, isLowIn: boolean, high: number] {
  const isWide = (bits & Convert.wide) !== 0;
  if ((bits & Convert.unsigned) !== 0) return [-1, false, isWide ? 2 ** 64 : 2 ** 32];
  if (isWide) return [-(2 ** 63), true, 2 ** 63];
  return isSingle ? [-(2 ** 31), true, 2 ** 31] : [-(2 ** 31) - 1, false, 2 ** 31];
}

/** Traps unless low < x < high; a NaN fails the first comparison, and is told from the rest beside the path. */
function range(e: Emitter, i: number, isSingle: boolean): void {
  const {a, f} = e;
  const [x, scratch] = [e.operand(i, 0), e.operand(i, 1)];
  const wasm = f.wasm[i] as number;
  const [low, isLowIn, high] = bounds(f.imm[i] as number, isSingle);
  const wrong = a.label();
  e.vectorConstant(scratch, words(low, isSingle));
  e.vectorConstant(V_SCRATCH, words(high, isSingle));
  a.op(isSingle ? Inst['fcmp.s'] : Inst['fcmp.d'], x, scratch);
  a.op(isSingle ? Inst['fccmp.s'] : Inst['fccmp.d'], x, V_SCRATCH, 0, isLowIn ? Cond.ge : Cond.gt);
  a.branch(Cond.pl, wrong);
  e.later(() => {
    const isNan = a.label();
    a.bind(wrong);
    a.op(isSingle ? Inst['fcmp.s'] : Inst['fcmp.d'], x, x);
    a.branch(Cond.vs, isNan);
    e.trapHere(INTEGER_OVERFLOW, wasm);
    a.bind(isNan);
    e.trapHere(INVALID_CONVERSION, wasm);
  });
}
