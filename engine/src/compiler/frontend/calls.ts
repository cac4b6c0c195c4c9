/**
 * Calls: direct ones inside the image, imports and references through their FuncRef, tables with the checks of
 * `call_indirect`. Tail calls are the same with a terminator.
 */

import {trapCode} from '#engine/base/traps.ts';
import {FuncRef, functionPlace, typeIdOffset} from '#engine/runtime/layout.ts';
import {canonicalHeap, matchesHeap} from '#engine/wasm/subtyping.ts';
import {type HeapType, heapOf, isNullable, refType, type ValueType} from '#engine/wasm/types.ts';
import {NONE, type Value} from '../ir/func.ts';
import {Ir, type OpCode} from '../ir/ops.ts';
import {I32, I64, REF, VOID} from '../ir/types.ts';
import {landHere} from './exceptions.ts';
import {isBelow} from './gc.ts';
import {tableEntry} from './memory.ts';
import {NO_TYPE, type State} from './state.ts';

const {
  call: CALL,
  call_ref_code: CALL_REF_CODE,
  return_call: RETURN_CALL,
  return_call_ref_code: RETURN_CALL_REF_CODE,
  result: RESULT,
  ieqz: IEQZ,
  ine: INE,
} = Ir;
const UNDEFINED_ELEMENT = trapCode('undefined-element');
const UNINITIALIZED_ELEMENT = trapCode('uninitialized-element');
const INDIRECT_CALL_TYPE = trapCode('indirect-call-type');
const NULL_FUNCTION = trapCode('null-function');

export type CallKind = 'call' | 'tail';

/** Appends a call with the top operands as arguments and pushes its results. `code` NONE: own function `index`. */
function emitCall(s: State, kind: CallKind, typeIndex: number, code: Value, vmctx: Value, index: number): void {
  const signatureId = s.facts.typeSignatures[typeIndex]!;
  const {params, results} = s.facts.signatures.get(signatureId);
  const first = s.height - (params.length - 1);
  s.f.beginList();
  s.f.pushList(vmctx);
  for (let i = first; i < s.height; i++) s.f.pushList(s.stack[i]!);
  s.height = first;
  if (kind === 'tail') {
    s.place(s.f.addList(code === NONE ? RETURN_CALL : RETURN_CALL_REF_CODE, VOID, code, index, signatureId));
    s.block = NONE;
    return;
  }
  const call = s.place(
    s.f.addList((code === NONE ? CALL : CALL_REF_CODE) as OpCode, results[0] ?? VOID, code, index, signatureId),
  );
  const types = s.facts.funcTypes[typeIndex]!.results;
  if (results.length > 0) s.pushTyped(call, types[0]!);
  for (let i = 1; i < results.length; i++) s.pushTyped(s.emit(RESULT, results[i]!, call, NONE, NONE, i), types[i]!);
  landHere(s);
}

/** `call` and `return_call`. */
export function callFunction(s: State, kind: CallKind): void {
  const index = s.reader.index;
  const typeIndex = s.facts.functionTypes[index]!;
  const place = functionPlace(s.facts.layout, index);
  if (place.imported) return throughReference(s, kind, typeIndex, s.vmLoad(I64, s.vmctx, place.offset, 'constant'));
  emitCall(s, kind, typeIndex, NONE, s.vmctx, index);
}

/** Calls what a non-null reference or pointer to a FuncRef names. */
function throughReference(s: State, kind: CallKind, typeIndex: number, reference: Value): void {
  const code = s.vmLoad(I64, reference, FuncRef.code, 'func_ref');
  const vmctx = s.vmLoad(I64, reference, FuncRef.vmctx, 'func_ref');
  emitCall(s, kind, typeIndex, code, vmctx, 0);
}

/** `call_indirect` and `return_call_indirect`. */
export function callIndirect(s: State, kind: CallKind): void {
  const [typeIndex, table] = [s.reader.index, s.reader.index2];
  const entry = tableEntry(s, table, s.pop(), UNDEFINED_ELEMENT);
  const reference = s.vmLoad(REF, entry, 0, 'table_entry');
  s.trapIf(s.emit(IEQZ, I32, reference), UNINITIALIZED_ELEMENT);
  checkType(s, reference, typeIndex, s.facts.tables[table]!.element);
  throughReference(s, kind, typeIndex, reference);
}

/** Traps unless the function is of the type or below: one comparison of ids when nothing can be below. */
function checkType(s: State, reference: Value, typeIndex: number, element: ValueType): void {
  const ids = s.facts.typeIds;
  if (matchesHeap(canonicalHeap(heapOf(element), ids), canonicalHeap(typeIndex as HeapType, ids))) return;
  if (!s.facts.module.types[typeIndex]!.final) {
    const matches = isBelow(s, s.vmLoad(I64, reference, FuncRef.type, 'func_ref'), typeIndex);
    return s.trapIf(s.emit(IEQZ, I32, matches), INDIRECT_CALL_TYPE);
  }
  const actual = s.vmLoad(I32, reference, FuncRef.typeId, 'func_ref');
  const expected = s.vmLoad(I32, s.vmctx, typeIdOffset(s.facts.layout, typeIndex), 'constant');
  s.trapIf(s.emit(INE, I32, actual, expected), INDIRECT_CALL_TYPE);
}

/** `call_ref` and `return_call_ref`. */
export function callReference(s: State, kind: CallKind): void {
  const type = s.topType;
  const reference = s.pop();
  if (type === NO_TYPE || isNullable(type)) s.trapIf(s.emit(IEQZ, I32, reference), NULL_FUNCTION);
  throughReference(s, kind, s.reader.index, reference);
}

/** `ref.func`: the address of the FuncRef. */
export function functionReference(s: State): void {
  const {offset, imported} = functionPlace(s.facts.layout, s.reader.index);
  const reference = imported ? s.vmLoad(REF, s.vmctx, offset, 'constant') : s.vmAddress(offset);
  s.pushTyped(reference, refType(s.facts.functionTypes[s.reader.index] as HeapType, false));
}
