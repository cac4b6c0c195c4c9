/**
 * Preparing instructions on variables, references, tables, segments and whole memories (spec sections 4.6.2 to 4.6.6).
 */
import type {Op} from '../wasm/opcodes.ts';
import {V128} from '../wasm/types.ts';
import type {Body} from './body.ts';
import {Writes} from './emitter.ts';
import {Place, Storage, storageOf} from './operands.ts';
import {tableIndexSlot} from './prepare-control.ts';
import {addressSlot} from './prepare-memory.ts';
import type {Prepare} from './prepare-numeric.ts';
import {Word} from './words.ts';

const {
  select32: SELECT32,
  select64: SELECT64,
  select128: SELECT128,
  select_ref: SELECT_REF,
  'global.get32': GET32,
  'global.get64': GET64,
  'global.get128': GET128,
  'global.get_ref': GET_REF,
  'global.set32': SET32,
  'global.set64': SET64,
  'global.set128': SET128,
  'global.set_ref': SET_REF,
  'memory.size': MEMORY_SIZE,
  'memory.grow': MEMORY_GROW,
  'memory.init': MEMORY_INIT,
  'memory.copy': MEMORY_COPY,
  'memory.fill': MEMORY_FILL,
  'data.drop': DATA_DROP,
  'elem.drop': ELEM_DROP,
  'table.get': TABLE_GET,
  'table.set': TABLE_SET,
  'table.size': TABLE_SIZE,
  'table.grow': TABLE_GROW,
  'table.fill': TABLE_FILL,
  'table.init': TABLE_INIT,
  'table.copy': TABLE_COPY,
  'ref.is_null': REF_IS_NULL,
  'ref.func': REF_FUNC,
  null_ref: NULL_REF,
  'ref.as_non_null': REF_AS_NON_NULL,
  'ref.eq': REF_EQ,
} = Word;

const SELECT = [SELECT32, SELECT64, SELECT128, SELECT_REF] as const;
const GLOBAL_GET = [GET32, GET64, GET128, GET_REF] as const;
const GLOBAL_SET = [SET32, SET64, SET128, SET_REF] as const;

const select: Prepare = ({operands, emitter}) => {
  const test = operands.pop();
  const b = operands.pop();
  const a = operands.pop();
  const storage = operands.storage[a]!;
  const condition = operands.read(test);
  const x = operands.read(a);
  const y = operands.read(b);
  emitter.op4(SELECT[storage], operands.push(storage), x, y, condition);
};

const localSet: Prepare = ({operands, emitter, reader}) => {
  const local = reader.index;
  const i = operands.pop();
  const slot = operands.localSlot[local]!;
  const storage = operands.storage[i]!;
  const writes = storage === Storage.ref ? Writes.refs : Writes.words;
  const isFresh = operands.place[i] === Place.own && emitter.lastWrites(operands.slot[i]!, writes);
  if (isFresh && !operands.isAliased(local)) {
    emitter.words[emitter.last + 1] = slot;
    return;
  }
  operands.flushLocal(local);
  operands.moveTo(i, slot);
};

/** Sets the local; the operand then stands for it. */
const localTee: Prepare = (body) => {
  const {operands, reader} = body;
  const top = operands.count - 1;
  if (operands.place[top] === Place.own) {
    localSet(body);
    operands.pushLocal(reader.index);
    return;
  }
  operands.flushLocal(reader.index);
  operands.moveTo(operands.count - 1, operands.localSlot[reader.index]!);
};

const low = (bits: bigint): number => Number(BigInt.asIntN(32, bits));

/** A global that cannot change is a constant of this instance. */
const globalGet: Prepare = ({instance, operands, emitter, reader}) => {
  const {
    type: {type, mutable},
    value,
  } = instance.globals[reader.index]!;
  const storage = storageOf(type);
  if (!mutable && typeof value === 'bigint' && type !== V128)
    operands.pushConstant(storage, low(value), low(value >> 32n));
  else emitter.op2(GLOBAL_GET[storage], operands.push(storage), reader.index);
};

const globalSet: Prepare = ({operands, emitter, reader}) => {
  const i = operands.pop();
  emitter.op2(GLOBAL_SET[operands.storage[i]!], operands.read(i), reader.index);
};

const isWide = (body: Body, table: number): boolean => body.instance.tables[table]!.type.address === 'i64';

/** A count operand of a bulk instruction: as wide as the narrower of its tables. */
function bulk(body: Body, word: number, slots: readonly number[], indices: readonly number[]): void {
  body.mark();
  body.emitter.op(word);
  for (const slot of slots) body.emitter.operand(slot);
  for (const index of indices) body.emitter.operand(index);
}

const memoryInit: Prepare = (body) => {
  const {operands, reader} = body;
  const [count, source, target] = [operands.pop(), operands.pop(), operands.pop()];
  const at = addressSlot(body, target, reader.index2);
  bulk(body, MEMORY_INIT, [at, operands.read(source), operands.read(count)], [reader.index, reader.index2]);
};

const memoryCopy: Prepare = (body) => {
  const {operands, reader} = body;
  const {index: to, index2: from} = reader;
  const [count, source, target] = [operands.pop(), operands.pop(), operands.pop()];
  const narrow = body.instance.memories[to]!.type.address === 'i32' ? to : from;
  const slots = [addressSlot(body, target, to), addressSlot(body, source, from), addressSlot(body, count, narrow)];
  bulk(body, MEMORY_COPY, slots, [to, from]);
};

const memoryFill: Prepare = (body) => {
  const {operands, reader} = body;
  const [count, value, target] = [operands.pop(), operands.pop(), operands.pop()];
  const at = addressSlot(body, target, reader.index);
  const n = addressSlot(body, count, reader.index);
  bulk(body, MEMORY_FILL, [at, operands.read(value), n], [reader.index]);
};

const tableInit: Prepare = (body) => {
  const {operands, reader} = body;
  const [count, source, target] = [operands.pop(), operands.pop(), operands.pop()];
  const at = tableIndexSlot(body, target, reader.index2);
  bulk(body, TABLE_INIT, [at, operands.read(source), operands.read(count)], [reader.index, reader.index2]);
};

const tableCopy: Prepare = (body) => {
  const {operands, reader} = body;
  const {index: to, index2: from} = reader;
  const [count, source, target] = [operands.pop(), operands.pop(), operands.pop()];
  const slots = [
    tableIndexSlot(body, target, to),
    tableIndexSlot(body, source, from),
    tableIndexSlot(body, count, isWide(body, to) ? from : to),
  ];
  bulk(body, TABLE_COPY, slots, [to, from]);
};

const tableFill: Prepare = (body) => {
  const {operands, reader} = body;
  const [count, value, target] = [operands.pop(), operands.pop(), operands.pop()];
  const at = tableIndexSlot(body, target, reader.index);
  const n = tableIndexSlot(body, count, reader.index);
  bulk(body, TABLE_FILL, [at, operands.read(value), n], [reader.index]);
};

const tableGet: Prepare = (body) => {
  const {operands, emitter, reader} = body;
  const index = tableIndexSlot(body, operands.pop(), reader.index);
  body.mark();
  emitter.op3(TABLE_GET, operands.push(Storage.ref), index, reader.index);
};

const tableSet: Prepare = (body) => {
  const {operands, emitter, reader} = body;
  const value = operands.read(operands.pop());
  const index = tableIndexSlot(body, operands.pop(), reader.index);
  body.mark();
  emitter.op3(TABLE_SET, index, value, reader.index);
};

const tableGrow: Prepare = (body) => {
  const {operands, emitter, reader} = body;
  const count = tableIndexSlot(body, operands.pop(), reader.index);
  const value = operands.read(operands.pop());
  emitter.op4(
    TABLE_GROW,
    operands.push(isWide(body, reader.index) ? Storage.slot : Storage.word),
    value,
    count,
    reader.index,
  );
};

/** One reference in, one number out. */
const refTest =
  (word: number): Prepare =>
  ({operands, emitter}) => {
    const source = operands.read(operands.pop());
    emitter.op2(word, operands.push(Storage.word), source);
  };

const sizeStorage = (body: Body): Storage =>
  body.instance.memories[body.reader.index]!.type.address === 'i64' ? Storage.slot : Storage.word;

export const state = {
  drop: ({operands}) => void operands.pop(),
  select: select,
  select_t: select,
  'local.get': ({operands, reader}) => operands.pushLocal(reader.index),
  'local.set': localSet,
  'local.tee': localTee,
  'global.get': globalGet,
  'global.set': globalSet,
  'i32.const': ({operands, reader}) => operands.pushConstant(Storage.word, reader.i32, 0),
  'i64.const': ({operands, reader}) => operands.pushConstant(Storage.slot, reader.low, reader.high),
  'f32.const': ({operands, reader}) => operands.pushConstant(Storage.word, reader.low, 0),
  'f64.const': ({operands, reader}) => operands.pushConstant(Storage.slot, reader.low, reader.high),
  'memory.size': (body) => body.emitter.op2(MEMORY_SIZE, body.operands.push(sizeStorage(body)), body.reader.index),
  'memory.grow': (body) => {
    const source = body.operands.read(body.operands.pop());
    body.emitter.op3(MEMORY_GROW, body.operands.push(sizeStorage(body)), source, body.reader.index);
  },
  'memory.init': memoryInit,
  'memory.copy': memoryCopy,
  'memory.fill': memoryFill,
  'data.drop': ({emitter, reader}) => emitter.op1(DATA_DROP, reader.index),
  'elem.drop': ({emitter, reader}) => emitter.op1(ELEM_DROP, reader.index),
  'table.get': tableGet,
  'table.set': tableSet,
  'table.size': (body) =>
    body.emitter.op2(
      TABLE_SIZE,
      body.operands.push(isWide(body, body.reader.index) ? Storage.slot : Storage.word),
      body.reader.index,
    ),
  'table.grow': tableGrow,
  'table.fill': tableFill,
  'table.init': tableInit,
  'table.copy': tableCopy,
  'ref.null': ({operands, emitter}) => emitter.op1(NULL_REF, operands.push(Storage.ref)),
  'ref.func': ({operands, emitter, reader}) => emitter.op2(REF_FUNC, operands.push(Storage.ref), reader.index),
  'ref.is_null': refTest(REF_IS_NULL),
  'ref.as_non_null': (body) => {
    const source = body.operands.read(body.operands.pop());
    body.mark();
    body.emitter.op2(REF_AS_NON_NULL, body.operands.push(Storage.ref), source);
  },
  'ref.eq': ({operands, emitter}) => {
    const b = operands.read(operands.pop());
    const a = operands.read(operands.pop());
    emitter.op3(REF_EQ, operands.push(Storage.word), a, b);
  },
} satisfies Partial<Record<keyof typeof Op, Prepare>>;
