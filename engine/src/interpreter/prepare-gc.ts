/**
 * Preparing instructions on structures, arrays, i31 and casts (spec section 4.6.4).
 */
import {present} from '../base/assert.ts';
import {fieldCells} from '../runtime/gc.ts';
import type {Mnemonic} from '../wasm/opcodes.ts';
import {canonicalHeap} from '../wasm/subtyping.ts';
import {type ArrayType, type HeapType, isRef, type StructType, type ValueType} from '../wasm/types.ts';
import type {Body} from './body.ts';
import {cellKind} from './cells.ts';
import {Storage, storageOf} from './operands.ts';
import {branchOn} from './prepare-control.ts';
import type {Prepare} from './prepare-numeric.ts';
import {Word, type WordName} from './words.ts';

const structType = (body: Body): StructType => body.module.types[body.reader.index]!.composite as StructType;
const arrayType = (body: Body): ArrayType => body.module.types[body.reader.index]!.composite as ArrayType;

/** Emits an instruction that may trap. */
function emit(body: Body, word: WordName, ...operands: readonly number[]): void {
  body.mark();
  body.emitter.op(Word[word]);
  for (const operand of operands) body.emitter.operand(operand);
}

const pop = (body: Body): number => body.operands.read(body.operands.pop());
const isRefElement = (body: Body): boolean => isRef(arrayType(body).element.type);
/** Storage of an unpacked field type. */
const unpacked = (type: ValueType): Storage =>
  storageOf(type) === Storage.slot && cellKind(type) <= 4 ? Storage.word : storageOf(type);

/** Takes `count` values that stand in their own slots; returns where they start. */
function popRun(body: Body, count: number): readonly [number, number] {
  const {operands} = body;
  operands.flushTop(count);
  operands.truncate(operands.count - count);
  return [operands.wordTop, operands.refTop];
}

const structNew: Prepare = (body) => {
  const [slot, refSlot] = popRun(body, structType(body).fields.length);
  emit(body, 'struct.new', body.operands.push(Storage.ref), body.reader.index, slot, refSlot);
};

const structGet =
  (isSigned: boolean): Prepare =>
  (body) => {
    const {fields} = structType(body);
    const {type} = present(fields[body.reader.index2], 'field');
    const cell = fieldCells(fields).starts[body.reader.index2]!;
    const source = pop(body);
    if (isRef(type)) emit(body, 'struct.get_ref', body.operands.push(Storage.ref), source, cell);
    else emit(body, 'struct.get', body.operands.push(unpacked(type)), source, cell, cellKind(type, isSigned));
  };

const structSet: Prepare = (body) => {
  const {fields} = structType(body);
  const {type} = present(fields[body.reader.index2], 'field');
  const cell = fieldCells(fields).starts[body.reader.index2]!;
  const value = pop(body);
  const target = pop(body);
  if (isRef(type)) emit(body, 'struct.set_ref', target, value, cell);
  else emit(body, 'struct.set', target, value, cell, cellKind(type));
};

const arrayNew: Prepare = (body) => {
  const length = pop(body);
  const value = pop(body);
  const d = body.operands.push(Storage.ref);
  if (isRefElement(body)) emit(body, 'array.new_ref', d, length, value, body.reader.index);
  else emit(body, 'array.new', d, length, body.reader.index, value);
};

const arrayNewFixed: Prepare = (body) => {
  const {index, index2: count} = body.reader;
  const [slot, refSlot] = popRun(body, count);
  emit(body, 'array.new_fixed', body.operands.push(Storage.ref), index, count, slot, refSlot);
};

const arrayNewFrom =
  (word: WordName): Prepare =>
  (body) => {
    const length = pop(body);
    const from = pop(body);
    emit(body, word, body.operands.push(Storage.ref), from, length, body.reader.index, body.reader.index2);
  };

const arrayGet =
  (isSigned: boolean): Prepare =>
  (body) => {
    const {type} = arrayType(body).element;
    const index = pop(body);
    const source = pop(body);
    if (isRef(type)) emit(body, 'array.get_ref', body.operands.push(Storage.ref), source, index);
    else emit(body, 'array.get', body.operands.push(unpacked(type)), source, index, cellKind(type, isSigned));
  };

const arraySet: Prepare = (body) => {
  const value = pop(body);
  const index = pop(body);
  const target = pop(body);
  if (isRefElement(body)) emit(body, 'array.set_ref', target, index, value);
  else emit(body, 'array.set', target, index, value, cellKind(arrayType(body).element.type));
};

const arrayFill: Prepare = (body) => {
  const count = pop(body);
  const value = pop(body);
  const index = pop(body);
  const target = pop(body);
  if (isRefElement(body)) emit(body, 'array.fill_ref', target, index, value, count);
  else emit(body, 'array.fill', target, index, value, count, cellKind(arrayType(body).element.type));
};

const arrayCopy: Prepare = (body) => {
  const count = pop(body);
  const from = pop(body);
  const source = pop(body);
  const at = pop(body);
  const target = pop(body);
  emit(body, 'array.copy', target, at, source, from, count, cellKind(arrayType(body).element.type));
};

const arrayInit =
  (word: 'array.init_data' | 'array.init_elem'): Prepare =>
  (body) => {
    const count = pop(body);
    const from = pop(body);
    const at = pop(body);
    const target = pop(body);
    const {index, index2: segment} = body.reader;
    if (word === 'array.init_elem') emit(body, word, target, at, from, count, segment);
    else emit(body, word, target, at, from, count, segment, index);
  };

const heapWord = (body: Body, heap: HeapType): number => canonicalHeap(heap, body.instance.typeIds);

const refTest =
  (nullable: 0 | 1): Prepare =>
  (body) => {
    const source = pop(body);
    emit(body, 'ref.test', body.operands.push(Storage.word), source, heapWord(body, body.reader.heap), nullable);
  };

const refCast =
  (nullable: 0 | 1): Prepare =>
  (body) => {
    const source = pop(body);
    emit(body, 'ref.cast', body.operands.push(Storage.ref), source, heapWord(body, body.reader.heap), nullable);
  };

/** The reference stays on top in both ways on. */
const brOnCast =
  (holds: WordName, fails: WordName): Prepare =>
  (body) => {
    const {operands, reader} = body;
    const block = body.target(reader.index);
    operands.flushTop(1);
    const slots = [operands.slot[operands.count - 1]!, heapWord(body, reader.heap2), reader.castFlags >> 1];
    if (block.kind === 'function') body.prepareToLeave();
    branchOn(body, block, {
      holds: () => body.emitTest(Word[holds], slots),
      fails: () => body.emitTest(Word[fails], slots),
    });
  };

/** The same reference under another type. */
const keep: Prepare = () => {};

const i31Get =
  (word: WordName): Prepare =>
  (body) => {
    const source = pop(body);
    emit(body, word, body.operands.push(Storage.word), source);
  };

export const gc = {
  'struct.new': structNew,
  'struct.new_default': (body) => emit(body, 'struct.new_default', body.operands.push(Storage.ref), body.reader.index),
  'struct.get': structGet(false),
  'struct.get_s': structGet(true),
  'struct.get_u': structGet(false),
  'struct.set': structSet,
  'array.new': arrayNew,
  'array.new_default': (body) => {
    const length = pop(body);
    emit(body, 'array.new_default', body.operands.push(Storage.ref), length, body.reader.index);
  },
  'array.new_fixed': arrayNewFixed,
  'array.new_data': arrayNewFrom('array.new_data'),
  'array.new_elem': arrayNewFrom('array.new_elem'),
  'array.get': arrayGet(false),
  'array.get_s': arrayGet(true),
  'array.get_u': arrayGet(false),
  'array.set': arraySet,
  'array.len': (body) => {
    const source = pop(body);
    emit(body, 'array.len', body.operands.push(Storage.word), source);
  },
  'array.fill': arrayFill,
  'array.copy': arrayCopy,
  'array.init_data': arrayInit('array.init_data'),
  'array.init_elem': arrayInit('array.init_elem'),
  'ref.test': refTest(0),
  'ref.test_null': refTest(1),
  'ref.cast': refCast(0),
  'ref.cast_null': refCast(1),
  br_on_cast: brOnCast('br_cast', 'br_cast_fail'),
  br_on_cast_fail: brOnCast('br_cast_fail', 'br_cast'),
  'any.convert_extern': keep,
  'extern.convert_any': keep,
  'ref.i31': (body) => {
    const source = pop(body);
    emit(body, 'ref.i31', body.operands.push(Storage.ref), source);
  },
  'i31.get_s': i31Get('i31.get_s'),
  'i31.get_u': i31Get('i31.get_u'),
} satisfies Partial<Record<Mnemonic, Prepare>>;
