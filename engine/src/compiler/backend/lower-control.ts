/**
 * Lowering of entry, branches, calls and returns under the wasm convention (convention.ts), for every target: what goes in
 * which register or stack place, and in which order. The target moves values to and from stack places and says what calls
 * another function.
 */
import {assert, present} from '#engine/base/assert.ts';
import {type Builtin, builtins} from '#engine/runtime/layout.ts';
import {isTried, type Value} from '../ir/func.ts';
import {Ir, opNames} from '../ir/ops.ts';
import type {Signature, Type} from '../ir/types.ts';
import type {Convention, Places} from './convention.ts';
import {RETURN_ADDRESS} from './emit.ts';
import type {Lowering} from './lower.ts';
import {InstFlag, RegClass} from './mfunc.ts';
import type {PseudoIds} from './pseudo.ts';

const {
  call: CALL,
  call_builtin: CALL_BUILTIN,
  return_call: RETURN_CALL,
  return_call_ref_code: RETURN_CALL_REF_CODE,
  br_if: BR_IF,
  br_table: BR_TABLE,
  return: RETURN,
  trap: TRAP,
} = Ir;

const builtinRows = Object.keys(builtins).map((name) => builtins[name as Builtin]);

/** Stack areas: own arguments, with the results behind them, and those of calls. */
export type Area = 'incoming' | 'outgoing';

/** What a target says about control flow. */
export interface ControlTarget {
  readonly l: Lowering;
  readonly pseudo: PseudoIds;
  readonly conventionOf: (signature: Signature) => Convention;
  /** Registers of integer arguments and of the result in the C convention. */
  readonly cArguments: readonly number[];
  readonly cResult: number;
  /** Where a tail call wants the address of the callee's code. */
  readonly tailRegister: number;
  /** Branches to the first successor when a value is not zero. */
  branch(v: Value): void;
  /** Loads a stack item into a virtual register; the id of the instruction. */
  loadStack(area: Area, offset: number, type: Type, d: number): number;
  storeStack(area: Area, offset: number, type: Type, from: number): void;
  /** A `call.m` of the code whose address `v` is; its id. */
  indirectCall(v: Value): number;
  /** A `call.m` of the code at `offset` of the table whose address stands in the vmctx. */
  builtinCall(vmctx: number, offset: number): number;
  /** Before a tail call whose stack arguments take another room than our own: what else it reads, a vreg in a register each. */
  beforeTail(): readonly (readonly [vreg: number, register: number])[];
}

/** Parameters: registers at once, stack arguments where they are wanted (they can be read again instead of being stored). */
export function lowerEntry(t: ControlTarget, params: readonly Value[]): void {
  const {l} = t;
  const {at, bytes} = t.conventionOf(l.f.signature).params;
  l.m.incomingBytes = bytes;
  l.inst(t.pseudo.args);
  params.forEach((v, n) => {
    if ((at[n] as number) >= 0 && l.isWanted(v)) l.defFixed(l.reg(v), at[n] as number);
  });
  params.forEach((v, n) => {
    if ((at[n] as number) >= 0 || !l.isWanted(v)) return;
    const load = t.loadStack('incoming', ~(at[n] as number), l.f.type(v), l.reg(v));
    l.m.remat[l.reg(v)] = load; // the load may have replaced the columns by longer ones
  });
}

/** Lowers the terminator of a block with several successors or none. */
export function lowerTerminator(t: ControlTarget, v: Value, successors: number): void {
  switch (t.l.f.op(v)) {
    case BR_IF:
      return t.branch(t.l.f.a(v));
    case BR_TABLE:
      return lowerBrTable(t, v, successors);
    case RETURN:
      return lowerReturn(t, v);
    case RETURN_CALL:
    case RETURN_CALL_REF_CODE:
      return lowerTailCall(t, v);
    case TRAP:
      return lowerTrap(t, v);
    default:
      throw new Error(`no lowering of terminator ${opNames[t.l.f.op(v)]}`);
  }
}

function lowerTrap({l, pseudo}: ControlTarget, v: Value): void {
  const i = l.inst(pseudo.trap);
  l.m.imm[i] = l.f.imm(v);
}

function lowerBrTable({l, pseudo}: ControlTarget, v: Value, successors: number): void {
  const cases = l.jumpTable(v);
  assert(successors >= 2 && cases.length >= 2, 'a br_table with one target is a jump');
  const i = l.inst(pseudo.table);
  l.m.imm[i] = l.m.jumpTables.push([...cases]) - 1;
  l.readLate(l.reg(l.f.a(v)));
  l.scratch(RegClass.int);
  l.scratch(RegClass.int);
}

/** Stores the items of a list that go on the stack; their area begins at `base`. */
function storeStack(t: ControlTarget, values: readonly Value[], places: Places, area: Area, base: number): void {
  values.forEach((v, n) => {
    const place = places.at[n] as number;
    if (place < 0) t.storeStack(area, base + ~place, t.l.f.type(v), t.l.reg(v));
  });
}

/** Uses of the items of a list that go in registers. */
function passRegisters({l}: ControlTarget, values: readonly Value[], places: Places): void {
  values.forEach((v, n) => {
    if ((places.at[n] as number) >= 0) l.readFixed(l.reg(v), places.at[n] as number);
  });
}

function listOf({l: {f}}: ControlTarget, v: Value): Value[] {
  return Array.from({length: f.listLength(v)}, (_, n) => f.listItem(v, n));
}

function lowerReturn(t: ControlTarget, v: Value): void {
  const {l} = t;
  const {params, results} = t.conventionOf(l.f.signature);
  const values = listOf(t, v);
  storeStack(t, values, results, 'incoming', params.bytes);
  const i = l.inst(t.pseudo.return);
  l.m.imm[i] = params.bytes;
  passRegisters(t, values, results);
}

export function lowerCall(t: ControlTarget, v: Value): void {
  const {l} = t;
  const {f} = l;
  if (f.op(v) === CALL_BUILTIN) return lowerBuiltin(t, v);
  const {params, results} = t.conventionOf(f.signatures.get(f.aux(v)));
  const values = listOf(t, v);
  l.m.hasCalls = true;
  l.m.outgoingBytes = Math.max(l.m.outgoingBytes, params.bytes + results.bytes);
  storeStack(t, values, params, 'outgoing', 0);
  const wanted = l.resultsOf(v);
  const i = f.op(v) === CALL ? directCall(t, v) : t.indirectCall(f.a(v));
  l.m.flags[i] = InstFlag.call;
  l.m.high[i] = params.bytes;
  passRegisters(t, values, params);
  if (isTried(f, v)) {
    l.m.flags[i]! |= InstFlag.tries;
    return;
  }
  defineResults(t, wanted, results);
  loadResults(t, wanted, results, params.bytes);
}

type Wanted = readonly (Value | undefined)[];

function defineResults({l}: ControlTarget, wanted: Wanted, results: Places): void {
  wanted.forEach((result, n) => {
    if (result !== undefined && (results.at[n] as number) >= 0) l.defFixed(l.reg(result), results.at[n] as number);
  });
}

/** Results on the stack stand above the arguments that the callee dropped. */
function loadResults(t: ControlTarget, wanted: Wanted, results: Places, dropped: number): void {
  wanted.forEach((result, n) => {
    if (result === undefined || (results.at[n] as number) >= 0) return;
    t.loadStack('outgoing', dropped + ~(results.at[n] as number), t.l.f.type(result), t.l.reg(result));
  });
}

/** The start of a block that a call leads to; `define` adds what is in its registers. */
function arrive({l, pseudo}: ControlTarget, define: () => void): void {
  const i = l.inst(pseudo.results);
  l.m.flags[i] = InstFlag.call;
  define();
}

/** What a call with a landing pad gave. */
export function lowerReturned(t: ControlTarget, call: Value): void {
  const {l} = t;
  const {f} = l;
  const wanted = l.resultsOf(call);
  if (f.op(call) === CALL_BUILTIN) {
    if (l.isWanted(call)) arrive(t, () => l.defFixed(l.reg(call), t.cResult));
    return;
  }
  const {params, results} = t.conventionOf(f.signatures.get(f.aux(call)));
  if (wanted.some((result) => result !== undefined)) arrive(t, () => defineResults(t, wanted, results));
  loadResults(t, wanted, results, params.bytes);
}

/** The unwinder arrives with the exception in the register of a first result. */
export function lowerLanding(t: ControlTarget, v: Value): void {
  arrive(t, () => t.l.defFixed(t.l.reg(v), t.cResult));
}

function directCall({l, pseudo}: ControlTarget, v: Value): number {
  const i = l.inst(pseudo.call);
  l.m.imm[i] = l.f.imm(v);
  return i;
}

function lowerBuiltin(t: ControlTarget, v: Value): void {
  const {l} = t;
  const row = present(builtinRows[l.f.imm(v)], `builtin ${l.f.imm(v)}`);
  const values = listOf(t, v);
  l.m.hasCalls = true;
  const result = !isTried(l.f, v) && l.isWanted(v) ? l.reg(v) : 0;
  const i = t.builtinCall(l.reg(values[0] as Value), row.offset);
  l.m.flags[i] = InstFlag.call;
  l.m.trap[i] = RETURN_ADDRESS;
  assert(values.length <= t.cArguments.length, `builtin with ${values.length} arguments`);
  values.forEach((value, n) => {
    l.readFixed(l.reg(value), t.cArguments[n] as number);
  });
  if (isTried(l.f, v)) l.m.flags[i]! |= InstFlag.tries;
  else if (result !== 0) l.defFixed(result, t.cResult);
}

/** A tail call: arguments end where our own ended. */
function lowerTailCall(t: ControlTarget, v: Value): void {
  const {l} = t;
  const {f} = l;
  const own = t.conventionOf(f.signature).params.bytes;
  const {params} = t.conventionOf(f.signatures.get(f.aux(v)));
  const values = listOf(t, v);
  const isDirect = f.op(v) === RETURN_CALL;
  l.m.tailBytes = Math.max(l.m.tailBytes, params.bytes - own);
  const further = params.bytes === own ? [] : t.beforeTail();
  storeStack(t, values, params, 'incoming', own - params.bytes);
  const i = l.inst(isDirect ? t.pseudo.tail : t.pseudo['tail.m']);
  if (isDirect) l.m.imm[i] = f.imm(v);
  else l.readFixed(l.reg(f.a(v)), t.tailRegister);
  l.m.high[i] = params.bytes;
  for (const [vreg, register] of further) l.readFixed(vreg, register);
  passRegisters(t, values, params);
}
