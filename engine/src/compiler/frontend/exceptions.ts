/**
 * Exceptions: `throw` and `throw_ref`, and the calls inside of a `try_table`, each of which gets a landing pad. All pads of
 * a `try_table`, and what it throws itself, meet in one block that compares tags in the order of the clauses and branches;
 * an exception that no clause takes goes on to the next `try_table` outside, or leaves the function by a builtin. Entering
 * costs nothing, and neither does a call that returns.
 */
import {trapCode} from '#engine/base/traps.ts';
import {ExceptionObject, tagOffset} from '#engine/runtime/layout.ts';
import type {ValueType} from '#engine/wasm/types.ts';
import {NONE, type Value} from '../ir/func.ts';
import {FieldClass, Ir} from '../ir/ops.ts';
import {I32, I64, irType, REF, VOID} from '../ir/types.ts';
import type {Frame} from './frames.ts';
import {blockType, enterJoin, jumpTo, returnFrom} from './joins.ts';
import {callBuiltin} from './memory.ts';
import type {State} from './state.ts';

const {br_unwind: BR_UNWIND, br_if: BR_IF, landing: LANDING, vm_store: VM_STORE, trap: TRAP, ieqz: IEQZ, ieq: IEQ} = Ir;
const NULL_EXCEPTION = trapCode('null-exception');
const UNREACHABLE = trapCode('unreachable');

/** Kinds of catch clauses in the binary format. */
const Clause = {catch: 0, catchRef: 1, catchAll: 2, catchAllRef: 3} as const;

export function openTry(s: State): void {
  const {catches, catchCount} = s.reader;
  const type = blockType(s);
  const frame = s.frames.push(catchCount === 0 ? 'block' : 'try', type, s.height - type.params.length);
  if (catchCount > 0) frame.handle([...catches.subarray(0, 3 * catchCount)], s.reader.offset);
}

/** After a call: where it lands when it throws. */
export function landHere(s: State): void {
  const pad = s.frames.innermostTry()?.pad;
  if (pad === undefined || pad === null) return;
  const [next, land] = [s.f.addBlock(), s.f.addBlock()];
  s.f.beginEdges();
  s.f.pushEdge(next);
  s.f.pushEdge(land);
  s.place(s.f.addTerminator(BR_UNWIND));
  s.block = land;
  s.push(s.emit(LANDING, REF));
  jumpTo(s, pad);
  s.height--;
  s.block = next;
}

/** `throw`: makes the exception. */
export function throwTag(s: State): void {
  const types = s.facts.tagTypes[s.reader.index]!.params;
  const tag = tagOf(s, s.reader.index);
  const exception = callBuiltin(s, 'exceptionNew', [tag]);
  s.emit(VM_STORE, VOID, exception, tag, NONE, ExceptionObject.tag, FieldClass.exception);
  s.height -= types.length;
  types.forEach((_, i) => {
    const value = s.stack[s.height + i] as Value;
    s.emit(VM_STORE, VOID, exception, value, NONE, valueOffset(i), FieldClass.exception);
  });
  raise(s, exception);
}

/** `throw_ref`. */
export function throwReference(s: State): void {
  const exception = s.pop();
  s.trapIf(s.emit(IEQZ, I32, exception), NULL_EXCEPTION);
  raise(s, exception);
}

const valueOffset = (index: number): number => ExceptionObject.values + ExceptionObject.stride * index;

const tagOf = (s: State, index: number): Value => s.vmLoad(I64, s.vmctx, tagOffset(s.facts.layout, index), 'constant');

/** An exception goes to the innermost `try_table`, which is a jump, or out of the function. */
function raise(s: State, exception: Value): void {
  const pad = s.frames.innermostTry()?.pad;
  if (pad !== undefined && pad !== null) {
    s.push(exception);
    return jumpTo(s, pad);
  }
  callBuiltin(s, 'throw', [exception]);
  s.emit(TRAP, VOID, NONE, NONE, NONE, UNREACHABLE); // it does not return
  s.block = NONE;
}

/** The `end` of a `try_table`: its handlers, then what follows. */
export function endTry(s: State, frame: Frame): void {
  const {pad} = frame;
  const isThrown = pad !== null && pad.join !== NONE;
  if (s.block !== NONE && (isThrown || frame.join !== NONE)) jumpTo(s, frame);
  s.frames.pop();
  if (isThrown) {
    enterJoin(s, pad);
    s.f.setOrigin(frame.offset, 0);
    dispatch(s, frame.catches, s.pop());
    s.at();
  }
  if (frame.join !== NONE) enterJoin(s, frame);
}

/** Compares tags in the order of the clauses; labels are those around the `try_table`, which has been closed. */
function dispatch(s: State, catches: readonly number[], exception: Value): void {
  let thrown: Value = NONE;
  const {height} = s;
  for (let i = 0; i < catches.length; i += 3) {
    const [kind, tag, label] = [catches[i]!, catches[i + 1]!, s.frames.label(catches[i + 2]!)];
    const isAll = kind >= Clause.catchAll;
    if (!isAll && thrown === NONE) thrown = s.vmLoad(I64, exception, ExceptionObject.tag, 'exception');
    const miss = isAll ? NONE : s.f.addBlock();
    if (!isAll) enterClause(s, s.emit(IEQ, I32, thrown, tagOf(s, tag)), miss);
    if (!isAll) pushPayload(s, exception, s.facts.tagTypes[tag]!.params);
    if (kind === Clause.catchRef || kind === Clause.catchAllRef) s.push(exception);
    if (label.kind === 'body') returnFrom(s);
    else jumpTo(s, label);
    s.block = miss;
    s.height = height;
    if (isAll) return;
  }
  raise(s, exception);
}

function enterClause(s: State, condition: Value, miss: State['block']): void {
  const hit = s.f.addBlock();
  s.f.beginEdges();
  s.f.pushEdge(hit);
  s.f.pushEdge(miss);
  s.place(s.f.addTerminator(BR_IF, condition));
  s.block = hit;
}

function pushPayload(s: State, exception: Value, types: readonly ValueType[]): void {
  types.forEach((type, i) => {
    s.pushTyped(s.vmLoad(irType(type), exception, valueOffset(i), 'exception'), type);
  });
}
