/**
 * The register instructions outside the hot page: references, tables, segments, bulk operations, global vectors,
 * wide arithmetic, throwing. `runMisc` executes one and returns the index of the next.
 */
import {assert} from '../base/assert.ts';
import {trap} from '../base/trap.ts';
import * as i64 from '../numeric/i64.ts';
import {copyMemory, copyTable, fillMemory, fillTable, initMemory, initTable} from '../runtime/bulk.ts';
import {ExnInstance} from '../runtime/exception.ts';
import type {Instance} from '../runtime/instance.ts';
import {I64} from '../wasm/types.ts';
import {machine as m} from './machine.ts';
import {readBits, readValues, writeBits} from './slots.ts';
import {traceStep} from './trace.ts';
import {LENGTH, Word, wordNames} from './words.ts';

const {
  'enter_refs': ENTER_REFS, 'copy_ref': COPY_REF, 'null_ref': NULL_REF, 'select_ref': SELECT_REF,
  'global.get_ref': GLOBAL_GET_REF, 'global.set_ref': GLOBAL_SET_REF,
  'global.get128': GLOBAL_GET128, 'global.set128': GLOBAL_SET128, 'ref.is_null': REF_IS_NULL, 'ref.func': REF_FUNC,
  'br_null': BR_NULL, 'br_non_null': BR_NON_NULL, 'ref.as_non_null': REF_AS_NON_NULL, 'ref.eq': REF_EQ,
  'table.get': TABLE_GET, 'table.set': TABLE_SET, 'table.size': TABLE_SIZE, 'table.grow': TABLE_GROW,
  'table.fill': TABLE_FILL, 'table.init': TABLE_INIT, 'elem.drop': ELEM_DROP, 'table.copy': TABLE_COPY,
  'memory.init': MEMORY_INIT, 'data.drop': DATA_DROP, 'memory.copy': MEMORY_COPY, 'memory.fill': MEMORY_FILL,
  'i64.add128': I64_ADD128, 'i64.sub128': I64_SUB128, 'i64.mul_wide_s': I64_MUL_WIDE_S, 'i64.mul_wide_u': I64_MUL_WIDE_U,
  'narrow_memory': NARROW_MEMORY, 'narrow_atomic': NARROW_ATOMIC, 'narrow_table': NARROW_TABLE, 'memory_trap': MEMORY_TRAP, 'trace': TRACE, 'throw': THROW, 'throw_ref': THROW_REF,
} = Word;

const {ints: I, refs: R, code: C} = m;

export function runMisc(pc: number, fp: number, rp: number): number {
  const op = C[pc]!;
  const instance = m.instance!;
  // Operands as word slots and as reference slots; most instructions use some of them.
  const a = fp + C[pc + 1]!;
  const b = fp + C[pc + 2]!;
  switch (op) {
    case ENTER_REFS:
      m.reserveRefs(rp + C[pc + 3]!);
      R.fill(null, rp + C[pc + 1]!, rp + C[pc + 2]!);
      break;
    case COPY_REF: R[rp + C[pc + 1]!] = R[rp + C[pc + 2]!]!; break;
    case NULL_REF: R[rp + C[pc + 1]!] = null; break;
    case SELECT_REF: R[rp + C[pc + 1]!] = R[rp + (I[fp + C[pc + 4]!] !== 0 ? C[pc + 2]! : C[pc + 3]!)]!; break;
    case GLOBAL_GET_REF: R[rp + C[pc + 1]!] = instance.globals[C[pc + 2]!]!.ref; break;
    case GLOBAL_SET_REF: instance.globals[C[pc + 2]!]!.ref = R[rp + C[pc + 1]!]!; break;
    case GLOBAL_GET128: {
      const global = instance.globals[C[pc + 2]!]!;
      I[a] = global.w0;
      I[a + 1] = global.w1;
      I[a + 2] = global.w2;
      I[a + 3] = global.w3;
      break;
    }
    case GLOBAL_SET128: {
      const global = instance.globals[C[pc + 2]!]!;
      global.w0 = I[a]!;
      global.w1 = I[a + 1]!;
      global.w2 = I[a + 2]!;
      global.w3 = I[a + 3]!;
      break;
    }
    case REF_IS_NULL: I[a] = R[rp + C[pc + 2]!] === null ? 1 : 0; break;
    case REF_FUNC: R[rp + C[pc + 1]!] = instance.funcs[C[pc + 2]!]!; break;
    case BR_NULL: if (R[rp + C[pc + 1]!] === null) return C[pc + 2]!; break;
    case BR_NON_NULL: if (R[rp + C[pc + 1]!] !== null) return C[pc + 2]!; break;
    case REF_AS_NON_NULL: {
      const ref = R[rp + C[pc + 2]!]!;
      if (ref === null) trap('null-reference');
      R[rp + C[pc + 1]!] = ref;
      break;
    }
    case REF_EQ: I[a] = R[rp + C[pc + 2]!] === R[rp + C[pc + 3]!] ? 1 : 0; break;
    case I64_ADD128: case I64_SUB128: wideSum(a, op === I64_ADD128); break;
    case I64_MUL_WIDE_S: case I64_MUL_WIDE_U: wideProduct(a, op === I64_MUL_WIDE_S); break;
    case NARROW_MEMORY:
      if (I[b + 1] !== 0) trap('memory-out-of-bounds');
      I[a] = I[b]!;
      break;
    case NARROW_ATOMIC:
      if (I[b + 1] !== 0) trap(((I[b]! >>> 0) + (C[pc + 3]! >>> 0)) % C[pc + 4]! === 0 ? 'memory-out-of-bounds' : 'unaligned-atomic');
      I[a] = I[b]!;
      break;
    case NARROW_TABLE: I[a] = I[b + 1] === 0 ? I[b]! : -1; break;
    case TRACE: traceStep(C[pc + 1]!, fp, rp); break;
    case MEMORY_TRAP: trap('memory-out-of-bounds'); break;
    case THROW: throwTag(pc, fp, rp); break;
    case THROW_REF: throwRef(rp + C[pc + 1]!); break;
    default: segments(instance, pc, fp, rp);
  }
  return pc + LENGTH[op]!;
}

/** Tables and segments, and memories as a whole. */
function segments(instance: Instance, pc: number, fp: number, rp: number): void {
  const {tables, memories, elements, data} = instance;
  const a = fp + C[pc + 1]!;
  const x = I[a]! >>> 0;
  const y = I[fp + C[pc + 2]!]! >>> 0;
  const z = I[fp + C[pc + 3]!]! >>> 0;
  const n = C[pc + 4]!;
  switch (C[pc]!) {
    case TABLE_GET: {
      const table = tables[C[pc + 3]!]!.elements;
      if (y >= table.length) trap('table-out-of-bounds');
      R[rp + C[pc + 1]!] = table[y]!;
      return;
    }
    case TABLE_SET: {
      const table = tables[C[pc + 3]!]!.elements;
      if (x >= table.length) trap('table-out-of-bounds');
      table[x] = R[rp + C[pc + 2]!]!;
      return;
    }
    case TABLE_SIZE:
      I[a] = tables[C[pc + 2]!]!.elements.length;
      I[a + 1] = 0;
      return;
    case TABLE_GROW: {
      const old = tables[n]!.grow(z, R[rp + C[pc + 2]!]!);
      I[a] = old;
      I[a + 1] = old >> 31;
      return;
    }
    case TABLE_FILL: fillTable(tables[n]!, x, R[rp + C[pc + 2]!]!, z); return;
    case TABLE_INIT: initTable(tables[C[pc + 5]!]!, elements[n]!, x, y, z); return;
    case TABLE_COPY: copyTable(tables[n]!, tables[C[pc + 5]!]!, x, y, z); return;
    case ELEM_DROP: elements[C[pc + 1]!] = []; return;
    case MEMORY_INIT: initMemory(memories[C[pc + 5]!]!, data[n]!, x, y, z); return;
    case MEMORY_COPY: copyMemory(memories[n]!, memories[C[pc + 5]!]!, x, y, z); return;
    case MEMORY_FILL: fillMemory(memories[n]!, x, y, z); return;
    case DATA_DROP: data[C[pc + 1]!] = new Uint8Array(0); return;
    default: assert(false, `word ${wordNames[C[pc]!] ?? C[pc]}`);
  }
}

/** Four operands from slot `at` on, two results to it. */
function wideSum(at: number, isAddition: boolean): void {
  const operand = (n: number): bigint => BigInt.asIntN(64, readBits(I, I64, at + 2 * n));
  const [low, high] = (isAddition ? i64.add128 : i64.sub128)(operand(0), operand(1), operand(2), operand(3));
  writeBits(I, I64, at, low);
  writeBits(I, I64, at + 2, high);
}

function wideProduct(at: number, isSigned: boolean): void {
  const a = BigInt.asIntN(64, readBits(I, I64, at));
  const b = BigInt.asIntN(64, readBits(I, I64, at + 2));
  const [low, high] = (isSigned ? i64.mul_wide_s : i64.mul_wide_u)(a, b);
  writeBits(I, I64, at, low);
  writeBits(I, I64, at + 2, high);
}

function throwTag(pc: number, fp: number, rp: number): never {
  const tag = m.instance!.tags[C[pc + 1]!]!;
  throw new ExnInstance(tag, readValues(m, tag.type.params, fp + C[pc + 2]!, rp + C[pc + 3]!));
}

function throwRef(at: number): never {
  const exception = m.refs[at];
  if (!(exception instanceof ExnInstance)) trap('null-exception');
  throw exception;
}
