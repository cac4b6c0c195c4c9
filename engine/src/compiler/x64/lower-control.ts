/**
 * Lowering of entry, branches, calls and returns under the wasm convention (abi.ts).
 */
import {assert, present} from '#engine/base/assert.ts';
import {type Builtin, builtins, VmContext} from '#engine/runtime/layout.ts';
import {InstFlag, RegClass} from '../backend/mfunc.ts';
import {isTried, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {F32, F64, type Type, V128} from '../ir/types.ts';
import {C_ARGUMENTS, conventionOf, type Places} from './abi.ts';
import {MEMORY} from './builder.ts';
import {Inst} from './insts.ts';
import {condition, type X64} from './lower.ts';
import {Pseudo} from './pseudo.ts';
import {R11, RAX} from './regs.ts';
import {rules} from './rules.ts';

const {call: CALL, call_builtin: CALL_BUILTIN, return_call: RETURN_CALL} = Ir;

const builtinRows = Object.keys(builtins).map((name) => builtins[name as Builtin]);

/** Row that copies a whole stack slot of a type. */
function slotLoad(type: Type): number {
  return type === V128 ? Inst['movups rm'] : type === F32 || type === F64 ? Inst['movsd rm'] : Inst['mov.q rm'];
}

function slotStore(type: Type): number {
  return type === V128 ? Inst['movups mr'] : type === F32 || type === F64 ? Inst['movsd mr'] : Inst['mov.q mr'];
}

/** Parameters: registers at once, stack arguments where they are wanted (they can be read again instead of being stored). */
export function lowerEntry(x: X64, params: readonly Value[]): void {
  const {l, b, f} = x;
  const {at, bytes} = conventionOf(f.signature).params;
  l.m.incomingBytes = bytes;
  l.inst(Pseudo.args);
  params.forEach((v, n) => {
    if ((at[n] as number) >= 0 && l.isWanted(v)) l.defFixed(l.reg(v), at[n] as number);
  });
  params.forEach((v, n) => {
    if ((at[n] as number) >= 0 || !l.isWanted(v)) return;
    b.atIncoming(~(at[n] as number));
    l.m.remat[l.reg(v)] = b.load(slotLoad(f.type(v)), l.reg(v), MEMORY);
  });
}

/** Two-way branch, on the flags of a comparison where possible. */
export function lowerBranch(x: X64, v: Value): void {
  const test = condition(x, x.f.a(v), rules.branch);
  x.l.m.imm[x.l.inst(Pseudo.branch)] = test;
}

export function lowerBrTable(x: X64, v: Value, successors: number): void {
  const {l, f} = x;
  const cases = l.jumpTable(v);
  assert(successors >= 2 && cases.length >= 2, 'a br_table with one target is a jump');
  const i = l.inst(Pseudo.table);
  l.m.imm[i] = l.m.jumpTables.push([...cases]) - 1;
  l.readLate(l.reg(f.a(v)));
  l.scratch(RegClass.int);
  l.scratch(RegClass.int);
}

export function lowerTrap(x: X64, v: Value): void {
  x.l.m.imm[x.l.inst(Pseudo.trap)] = x.f.imm(v);
}

/** Stores the items of a list that go on the stack; `at` prepares the operand for an offset in their area. */
function storeStack(x: X64, values: readonly Value[], places: Places, at: (offset: number) => void): void {
  values.forEach((v, n) => {
    const place = places.at[n] as number;
    if (place >= 0) return;
    at(~place);
    x.b.store(slotStore(x.f.type(v)), x.l.reg(v));
  });
}

/** Uses of the items of a list that go in registers. */
function passRegisters(x: X64, values: readonly Value[], places: Places): void {
  values.forEach((v, n) => {
    if ((places.at[n] as number) >= 0) x.l.readFixed(x.l.reg(v), places.at[n] as number);
  });
}

function listOf(x: X64, v: Value): Value[] {
  return Array.from({length: x.f.listLength(v)}, (_, n) => x.f.listItem(v, n));
}

export function lowerReturn(x: X64, v: Value): void {
  const {l, b, f} = x;
  const {params, results} = conventionOf(f.signature);
  const values = listOf(x, v);
  storeStack(x, values, results, (offset) => b.atIncoming(params.bytes + offset));
  l.m.imm[l.inst(Pseudo.return)] = params.bytes;
  passRegisters(x, values, results);
}

export function lowerCall(x: X64, v: Value): void {
  const {l, b, f} = x;
  if (f.op(v) === CALL_BUILTIN) return lowerBuiltin(x, v);
  const {params, results} = conventionOf(f.signatures.get(f.aux(v)));
  const values = listOf(x, v);
  l.m.hasCalls = true;
  l.m.outgoingBytes = Math.max(l.m.outgoingBytes, params.bytes + results.bytes);
  storeStack(x, values, params, (offset) => b.atOutgoing(offset));
  const wanted = l.resultsOf(v);
  const i = startCall(x, v);
  l.m.high[i] = params.bytes;
  passRegisters(x, values, params);
  if (isTried(f, v)) {
    l.m.flags[i]! |= InstFlag.tries;
    return;
  }
  defineResults(x, wanted, results);
  loadResults(x, wanted, results, params.bytes);
}

type Wanted = readonly (Value | undefined)[];

function defineResults({l}: X64, wanted: Wanted, results: Places): void {
  wanted.forEach((result, n) => {
    if (result !== undefined && (results.at[n] as number) >= 0) l.defFixed(l.reg(result), results.at[n] as number);
  });
}

/** Results on the stack stand above the arguments that the callee dropped. */
function loadResults({l, b, f}: X64, wanted: Wanted, results: Places, dropped: number): void {
  wanted.forEach((result, n) => {
    if (result === undefined || (results.at[n] as number) >= 0) return;
    b.atOutgoing(dropped + ~(results.at[n] as number));
    b.load(slotLoad(f.type(result)), l.reg(result), MEMORY);
  });
}

/** The start of a block that a call leads to; `define` adds what is in its registers. */
function arrive({l}: X64, define: () => void): void {
  const i = l.inst(Pseudo.results);
  l.m.flags[i] = InstFlag.call;
  define();
}

/** What a call with a landing pad gave. */
export function lowerReturned(x: X64, call: Value): void {
  const {l, f} = x;
  const wanted = l.resultsOf(call);
  if (f.op(call) === CALL_BUILTIN) {
    if (l.isWanted(call)) arrive(x, () => l.defFixed(l.reg(call), RAX));
    return;
  }
  const {params, results} = conventionOf(f.signatures.get(f.aux(call)));
  if (wanted.some((result) => result !== undefined)) arrive(x, () => defineResults(x, wanted, results));
  loadResults(x, wanted, results, params.bytes);
}

/** The unwinder arrives with the exception in the register of a first result. */
export function lowerLanding(x: X64, v: Value): void {
  arrive(x, () => x.l.defFixed(x.l.reg(v), RAX));
}

/** The call instruction with its target; a target in memory is called there. */
function startCall(x: X64, v: Value): number {
  const {l, b, f} = x;
  if (f.op(v) === CALL) {
    const i = l.inst(Pseudo.call);
    l.m.imm[i] = f.imm(v);
    l.m.flags[i] = InstFlag.call;
    return i;
  }
  const target = x.sunkLoad(f.a(v)) ? MEMORY : l.reg(f.a(v));
  const i = l.inst(Pseudo['call.m']);
  l.m.flags[i] = InstFlag.call;
  b.rm(target);
  return i;
}

/** Trap code of an entry at a return address: the builtin itself says which trap it is. */
export const RETURN_ADDRESS = 0xff;

function lowerBuiltin(x: X64, v: Value): void {
  const {l, b, f} = x;
  const row = present(builtinRows[f.imm(v)], `builtin ${f.imm(v)}`);
  const values = listOf(x, v);
  l.m.hasCalls = true;
  const table = l.temp(RegClass.int);
  const result = !isTried(x.f, v) && l.isWanted(v) ? l.reg(v) : 0;
  b.atBase(l.reg(values[0] as Value), VmContext.builtins, 0);
  b.load(Inst['mov.q rm'], table, MEMORY);
  const i = l.inst(Pseudo['call.m']);
  l.m.flags[i] = InstFlag.call;
  b.atBase(table, row.offset, 0);
  b.takeMemory();
  l.m.trap[i] = RETURN_ADDRESS;
  assert(values.length <= C_ARGUMENTS.length, `builtin with ${values.length} arguments`);
  values.forEach((value, n) => {
    l.readFixed(l.reg(value), C_ARGUMENTS[n] as number);
  });
  if (isTried(x.f, v)) l.m.flags[i]! |= InstFlag.tries;
  else if (result !== 0) l.defFixed(result, RAX);
}

/** A tail call: arguments end where our own ended; the return address moves when their size differs. */
export function lowerTailCall(x: X64, v: Value): void {
  const {l, b, f} = x;
  const own = conventionOf(f.signature).params.bytes;
  const {params} = conventionOf(f.signatures.get(f.aux(v)));
  const values = listOf(x, v);
  const isDirect = f.op(v) === RETURN_CALL;
  l.m.tailBytes = Math.max(l.m.tailBytes, params.bytes - own);
  let returnAddress = 0;
  if (params.bytes !== own) {
    returnAddress = l.temp(RegClass.int);
    b.atIncoming(-8);
    b.load(Inst['mov.q rm'], returnAddress, MEMORY);
  }
  storeStack(x, values, params, (offset) => b.atIncoming(own - params.bytes + offset));
  const i = l.inst(isDirect ? Pseudo.tail : Pseudo['tail.m']);
  if (isDirect) l.m.imm[i] = f.imm(v);
  else l.readFixed(l.reg(f.a(v)), RAX);
  l.m.high[i] = params.bytes;
  if (returnAddress !== 0) l.readFixed(returnAddress, R11);
  passRegisters(x, values, params);
}
