/**
 * The page of structures, arrays, casts and i31 (spec section 4.6.4). `runGc` executes one instruction and returns the
 * index of the next.
 */
import {assert} from '../base/assert.ts';
import {trap} from '../base/trap.ts';
import {isOf} from '../runtime/casts.ts';
import {ArrayInstance, type Cell, cellCount, defaultCells, elementBytes, readElements, repeated, StructInstance} from '../runtime/gc.ts';
import type {ArrayType, HeapType, StructType} from '../wasm/types.ts';
import {CELLS, type CellKind, cellKind, fill, gather, load, store} from './cells.ts';
import {machine as m} from './machine.ts';
import {LENGTH, Word, wordNames} from './words.ts';

const {ints: I, refs: R, code: C} = m;

const {
  'struct.new': STRUCT_NEW, 'struct.new_default': STRUCT_NEW_DEFAULT, 'struct.get': STRUCT_GET, 'struct.get_ref': STRUCT_GET_REF,
  'struct.set': STRUCT_SET, 'struct.set_ref': STRUCT_SET_REF, 'array.new': ARRAY_NEW, 'array.new_ref': ARRAY_NEW_REF,
  'array.new_default': ARRAY_NEW_DEFAULT, 'array.new_fixed': ARRAY_NEW_FIXED, 'array.new_data': ARRAY_NEW_DATA,
  'array.new_elem': ARRAY_NEW_ELEM, 'array.get': ARRAY_GET, 'array.get_ref': ARRAY_GET_REF, 'array.set': ARRAY_SET,
  'array.set_ref': ARRAY_SET_REF, 'array.len': ARRAY_LEN, 'array.fill': ARRAY_FILL, 'array.fill_ref': ARRAY_FILL_REF,
  'array.copy': ARRAY_COPY, 'array.init_data': ARRAY_INIT_DATA, 'array.init_elem': ARRAY_INIT_ELEM,
  'ref.test': REF_TEST, 'ref.cast': REF_CAST, 'br_cast': BR_CAST, 'br_cast_fail': BR_CAST_FAIL,
  'ref.i31': REF_I31, 'i31.get_s': I31_GET_S, 'i31.get_u': I31_GET_U,
} = Word;

function struct(at: number): StructInstance {
  const ref = R[at];
  if (!(ref instanceof StructInstance)) trap('null-structure');
  return ref;
}

function array(at: number): ArrayInstance {
  const ref = R[at];
  if (!(ref instanceof ArrayInstance)) trap('null-array');
  return ref;
}

function checkRange(length: number, at: number, count: number): void {
  if (at + count > length) trap('array-out-of-bounds');
}

const structType = (index: number): StructType => m.instance!.module.types[index]!.composite as StructType;
const arrayType = (index: number): ArrayType => m.instance!.module.types[index]!.composite as ArrayType;
const typeId = (index: number): number => m.instance!.typeIds[index]!;

export function runGc(pc: number, fp: number, rp: number): number {
  const op = C[pc]!;
  const d = fp + C[pc + 1]!;
  const r = rp + C[pc + 1]!;
  const p = rp + C[pc + 2]!;
  const n = C[pc + 3]!;
  switch (op) {
    case STRUCT_GET: load(struct(p).cells, n, C[pc + 4]!, d); break;
    case STRUCT_GET_REF: R[r] = struct(p).cells[n]!; break;
    case STRUCT_SET: store(struct(r).cells, n, C[pc + 4]!, fp + C[pc + 2]!); break;
    case STRUCT_SET_REF: struct(r).cells[n] = R[p]!; break;
    case STRUCT_NEW: R[r] = newStruct(C[pc + 2]!, fp + n, rp + C[pc + 4]!); break;
    case STRUCT_NEW_DEFAULT: R[r] = new StructInstance(typeId(C[pc + 2]!), defaultCells(structType(C[pc + 2]!).fields)); break;
    case ARRAY_GET: {
      const {length, cells} = array(p);
      const index = I[fp + n]! >>> 0;
      const kind = C[pc + 4]!;
      checkRange(length, index, 1);
      load(cells, index * CELLS[kind as CellKind], kind, d);
      break;
    }
    case ARRAY_GET_REF: {
      const {length, cells} = array(p);
      const index = I[fp + n]! >>> 0;
      checkRange(length, index, 1);
      R[r] = cells[index]!;
      break;
    }
    case ARRAY_SET: {
      const {length, cells} = array(r);
      const index = I[fp + C[pc + 2]!]! >>> 0;
      const kind = C[pc + 4]!;
      checkRange(length, index, 1);
      store(cells, index * CELLS[kind as CellKind], kind, fp + n);
      break;
    }
    case ARRAY_SET_REF: {
      const {length, cells} = array(r);
      const index = I[fp + C[pc + 2]!]! >>> 0;
      checkRange(length, index, 1);
      cells[index] = R[rp + n]!;
      break;
    }
    case ARRAY_LEN: I[d] = array(p).length; break;
    case REF_TEST: I[d] = isOf(R[p]!, n as HeapType, C[pc + 4] === 1) ? 1 : 0; break;
    case REF_CAST: {
      const ref = R[p]!;
      if (!isOf(ref, n as HeapType, C[pc + 4] === 1)) trap('cast-failure');
      R[r] = ref;
      break;
    }
    case BR_CAST: case BR_CAST_FAIL:
      if (isOf(R[r]!, C[pc + 2]! as HeapType, n === 1) === (op === BR_CAST)) return C[pc + 4]!;
      break;
    case REF_I31: R[r] = (I[fp + C[pc + 2]!]! << 1) >> 1; break;
    case I31_GET_S: I[d] = i31(p); break;
    case I31_GET_U: I[d] = i31(p) & 0x7fffffff; break;
    default: arrays(op, pc, fp, rp);
  }
  return pc + LENGTH[op]!;
}

function i31(at: number): number {
  const ref = R[at];
  if (typeof ref !== 'number') trap('null-i31');
  return ref;
}

function newStruct(type: number, slot: number, refSlot: number): StructInstance {
  return new StructInstance(typeId(type), gather(structType(type).fields.map((field) => cellKind(field.type)), slot, refSlot));
}

/** Whole arrays: making, filling, copying. */
function arrays(op: number, pc: number, fp: number, rp: number): void {
  const r = rp + C[pc + 1]!;
  const x = I[fp + C[pc + 2]!]! >>> 0;
  const y = I[fp + C[pc + 3]!]! >>> 0;
  const z = I[fp + C[pc + 4]!]! >>> 0;
  switch (op) {
    case ARRAY_NEW: R[r] = repeated(typeId(C[pc + 3]!), x, gather([cellKind(arrayType(C[pc + 3]!).element.type)], fp + C[pc + 4]!, 0)); return;
    case ARRAY_NEW_REF: R[r] = repeated(typeId(C[pc + 4]!), x, [R[rp + C[pc + 3]!]!]); return;
    case ARRAY_NEW_DEFAULT: R[r] = repeated(typeId(C[pc + 3]!), x, defaultCells([arrayType(C[pc + 3]!).element])); return;
    case ARRAY_NEW_FIXED: R[r] = newFixed(C[pc + 2]!, C[pc + 3]!, fp + C[pc + 4]!, rp + C[pc + 5]!); return;
    case ARRAY_NEW_DATA: R[r] = newFromData(C[pc + 4]!, C[pc + 5]!, x, y); return;
    case ARRAY_NEW_ELEM: R[r] = newFromElements(C[pc + 4]!, C[pc + 5]!, x, y); return;
    case ARRAY_FILL: {
      const target = array(r);
      checkRange(target.length, x, z);
      fill(target, x, z, gather([C[pc + 5]! as CellKind], fp + C[pc + 3]!, 0));
      return;
    }
    case ARRAY_FILL_REF: {
      const target = array(r);
      checkRange(target.length, x, z);
      target.cells.fill(R[rp + C[pc + 3]!]!, x, x + z);
      return;
    }
    case ARRAY_COPY: copy(array(r), x, rp + C[pc + 3]!, z, I[fp + C[pc + 5]!]! >>> 0, C[pc + 6]!); return;
    case ARRAY_INIT_DATA: initFromData(array(r), x, y, z, C[pc + 5]!, C[pc + 6]!); return;
    case ARRAY_INIT_ELEM: initFromElements(array(r), x, y, z, C[pc + 5]!); return;
    default: assert(false, `word ${wordNames[op] ?? op}`);
  }
}

function newFixed(type: number, length: number, slot: number, refSlot: number): ArrayInstance {
  const kind = cellKind(arrayType(type).element.type);
  return new ArrayInstance(typeId(type), length, gather(new Array<CellKind>(length).fill(kind), slot, refSlot));
}

function newFromData(type: number, segment: number, from: number, length: number): ArrayInstance {
  const {element} = arrayType(type);
  const bytes = m.instance!.data[segment]!;
  if (from + length * elementBytes(element.type) > bytes.length) trap('memory-out-of-bounds');
  const cells: Cell[] = new Array<Cell>(length * cellCount(element.type)).fill(0);
  readElements(cells, 0, element.type, bytes, from, length);
  return new ArrayInstance(typeId(type), length, cells);
}

function newFromElements(type: number, segment: number, from: number, length: number): ArrayInstance {
  const refs = m.instance!.elements[segment]!;
  if (from + length > refs.length) trap('table-out-of-bounds');
  return new ArrayInstance(typeId(type), length, refs.slice(from, from + length));
}

/** The source is looked at after the target: a null target traps first. */
function copy(target: ArrayInstance, at: number, sourceSlot: number, from: number, count: number, kind: number): void {
  const source = array(sourceSlot);
  checkRange(target.length, at, count);
  checkRange(source.length, from, count);
  const n = CELLS[kind as CellKind];
  const moved = source.cells.slice(from * n, (from + count) * n);
  for (let i = 0; i < moved.length; i += 1) target.cells[at * n + i] = moved[i]!;
}

function initFromData(target: ArrayInstance, at: number, from: number, count: number, segment: number, type: number): void {
  const {element} = arrayType(type);
  const bytes = m.instance!.data[segment]!;
  checkRange(target.length, at, count);
  if (from + count * elementBytes(element.type) > bytes.length) trap('memory-out-of-bounds');
  readElements(target.cells, at * cellCount(element.type), element.type, bytes, from, count);
}

function initFromElements(target: ArrayInstance, at: number, from: number, count: number, segment: number): void {
  const refs = m.instance!.elements[segment]!;
  checkRange(target.length, at, count);
  if (from + count > refs.length) trap('table-out-of-bounds');
  for (let i = 0; i < count; i += 1) target.cells[at + i] = refs[from + i]!;
}
