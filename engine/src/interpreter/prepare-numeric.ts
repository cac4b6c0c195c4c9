/**
 * Preparing numeric instructions: their register form by signature, with constants as right operands where there is a
 * `_k` word. Conversions that only change the type of the same bits cost nothing.
 */
import {present} from '../base/assert.ts';
import {SIGNATURE} from '../wasm/columns.ts';
import {Op, type Simple} from '../wasm/opcodes.ts';
import type {Body} from './body.ts';
import {inverseOf} from './conditions.ts';
import {Writes} from './emitter.ts';
import {hasKernel, kernelNumber} from './kernels.ts';
import {machine} from './machine.ts';
import {Place, Storage, storageOf} from './operands.ts';
import {Word, type WordName, wordOf} from './words.ts';

export type Prepare = (body: Body) => void;

/** Comparisons that are others with their operands exchanged. */
const exchanged: Readonly<Record<string, WordName>> = {
  'i32.gt_s': 'i32.lt_s',
  'i32.gt_u': 'i32.lt_u',
  'i32.ge_s': 'i32.le_s',
  'i32.ge_u': 'i32.le_u',
  'i64.gt_s': 'i64.lt_s',
  'i64.gt_u': 'i64.lt_u',
  'i64.ge_s': 'i64.le_s',
  'i64.ge_u': 'i64.le_u',
  'f32.gt': 'f32.lt',
  'f32.ge': 'f32.le',
  'f64.gt': 'f64.lt',
  'f64.ge': 'f64.le',
};

/** Words with a constant as right operand, when it stands on the right, and when it stands on the left. */
const constantRight: Readonly<Record<string, WordName>> = {
  'i32.add': 'i32.add_k',
  'i32.mul': 'i32.mul_k',
  'i32.and': 'i32.and_k',
  'i32.or': 'i32.or_k',
  'i32.xor': 'i32.xor_k',
  'i32.shl': 'i32.shl_k',
  'i32.shr_s': 'i32.shr_s_k',
  'i32.shr_u': 'i32.shr_u_k',
  'i32.rotl': 'i32.rotl_k',
  'i32.rotr': 'i32.rotr_k',
  'i32.eq': 'i32.eq_k',
  'i32.ne': 'i32.ne_k',
  'i32.lt_s': 'i32.lt_s_k',
  'i32.lt_u': 'i32.lt_u_k',
  'i32.gt_s': 'i32.gt_s_k',
  'i32.gt_u': 'i32.gt_u_k',
  'i32.le_s': 'i32.le_s_k',
  'i32.le_u': 'i32.le_u_k',
  'i32.ge_s': 'i32.ge_s_k',
  'i32.ge_u': 'i32.ge_u_k',
  'i64.add': 'i64.add_k',
  'i64.and': 'i64.and_k',
  'i64.shl': 'i64.shl_k',
  'i64.shr_s': 'i64.shr_s_k',
  'i64.shr_u': 'i64.shr_u_k',
  'i64.rotl': 'i64.rotl_k',
};
const constantLeft: Readonly<Record<string, WordName>> = {
  'i32.add': 'i32.add_k',
  'i32.mul': 'i32.mul_k',
  'i32.and': 'i32.and_k',
  'i32.or': 'i32.or_k',
  'i32.xor': 'i32.xor_k',
  'i32.eq': 'i32.eq_k',
  'i32.ne': 'i32.ne_k',
  'i32.lt_s': 'i32.gt_s_k',
  'i32.lt_u': 'i32.gt_u_k',
  'i32.gt_s': 'i32.lt_s_k',
  'i32.gt_u': 'i32.lt_u_k',
  'i32.le_s': 'i32.ge_s_k',
  'i32.le_u': 'i32.ge_u_k',
  'i32.ge_s': 'i32.le_s_k',
  'i32.ge_u': 'i32.le_u_k',
  'i64.add': 'i64.add_k',
  'i64.and': 'i64.and_k',
};
/** Subtraction of a constant is addition of its negative. */
const negated: Readonly<Record<string, WordName>> = {
  'i32.sub': 'i32.add_k',
  'i64.sub': 'i64.add_k',
  'i64.rotr': 'i64.rotl_k',
};

const lookup = (table: Readonly<Record<string, WordName>>, name: string): number | null => {
  const word = table[name];
  return word === undefined ? null : Word[word];
};

function binary(name: Simple): Prepare {
  const swap = name in exchanged;
  const word = present(swap ? Word[exchanged[name]!] : wordOf(name), name);
  const right = lookup(constantRight, name);
  const left = lookup(constantLeft, name);
  const minus = lookup(negated, name);
  const signature = present(SIGNATURE[Op[name]], name);
  const storage = storageOf(signature.results[0]!);
  const traps = /div|rem/.test(name) && name.startsWith('i');
  return (body) => {
    const {operands, emitter} = body;
    const b = operands.pop();
    const a = operands.pop();
    if (right !== null && operands.isImmediate(b)) {
      const source = operands.read(a);
      emitter.op3(right, operands.push(storage), source, operands.low[b]!);
    } else if (minus !== null && operands.isImmediate(b) && operands.low[b]! !== -0x80000000) {
      const source = operands.read(a);
      emitter.op3(minus, operands.push(storage), source, -operands.low[b]!);
    } else if (left !== null && operands.isImmediate(a)) {
      const low = operands.low[a]!;
      const source = operands.read(b);
      emitter.op3(left, operands.push(storage), source, low);
    } else {
      const x = operands.read(a);
      const y = operands.read(b);
      if (traps) body.mark();
      const d = operands.push(storage);
      if (swap) emitter.op3(word, d, y, x);
      else emitter.op3(word, d, x, y);
    }
  };
}

/** Unary instructions that another word does. */
const synonyms: Readonly<Record<string, WordName>> = {'i64.extend32_s': 'i64.extend_i32_s'};

function unary(name: Simple): Prepare {
  const word = lookup(synonyms, name) ?? present(wordOf(name), name);
  const signature = present(SIGNATURE[Op[name]], name);
  const storage = storageOf(signature.results[0]!);
  const traps = name.includes('.trunc_f');
  return (body) => {
    const {operands, emitter} = body;
    const source = operands.read(operands.pop());
    if (traps) body.mark();
    emitter.op2(word, operands.push(storage), source);
  };
}

/** Changes the type of the top operand; its bits stay where they are. */
function retype(storage: Storage): Prepare {
  return ({operands}) => {
    operands.storage[operands.count - 1] = storage;
  };
}

/** Inverts a comparison that was just made instead of testing its result. */
const eqz: Prepare = (body) => {
  const {operands, emitter} = body;
  const top = operands.count - 1;
  if (operands.place[top] === Place.own && emitter.lastWrites(operands.slot[top]!, Writes.words)) {
    const inverse = inverseOf(emitter.lastWord());
    if (inverse !== undefined) {
      emitter.words[emitter.last] = inverse;
      return;
    }
  }
  const source = operands.read(operands.pop());
  emitter.op2(Word['i32.eqz'], operands.push(Storage.word), source);
};

function wide(name: Simple): Prepare {
  const word = present(wordOf(name), name);
  const count = present(SIGNATURE[Op[name]], name).operands.length;
  return (body) => {
    const {operands, emitter} = body;
    operands.flushTop(count);
    for (let i = 0; i < count; i += 1) operands.pop();
    const slot = operands.push(Storage.slot);
    operands.push(Storage.slot);
    emitter.op1(word, slot);
  };
}

const {vector1: VECTOR1, vector2: VECTOR2, vector3: VECTOR3} = Word;

/** A vector instruction: the number of its kernel is the last word. */
export function vector(name: Simple): Prepare {
  const signature = present(SIGNATURE[Op[name]], name);
  const storage = storageOf(signature.results[0]!);
  const count = signature.operands.length;
  const word = [VECTOR1, VECTOR2, VECTOR3][count - 1]!;
  return ({operands, emitter}) => {
    const popped = Array.from({length: count}, () => operands.pop()).reverse();
    const slots = popped.map((i) => operands.read(i));
    emitter.op1(word, operands.push(storage));
    for (const slot of slots) emitter.operand(slot);
    emitter.operand(kernelNumber(name, machine.relaxed));
  };
}

const special: Readonly<Record<string, Prepare>> = {
  nop: () => {},
  'i32.eqz': eqz,
  'i32.wrap_i64': retype(Storage.word),
  'i32.reinterpret_f32': retype(Storage.word),
  'f32.reinterpret_i32': retype(Storage.word),
  'i64.reinterpret_f64': retype(Storage.slot),
  'f64.reinterpret_i64': retype(Storage.slot),
};

/** How a simple instruction without immediates is prepared. */
export function prepareNumeric(name: Simple): Prepare {
  const known = special[name];
  if (known !== undefined) return known;
  const {operands, results} = present(SIGNATURE[Op[name]], name);
  if (hasKernel(name) && wordOf(name) === undefined) return vector(name);
  if (results.length === 2) return wide(name);
  return operands.length === 2 ? binary(name) : unary(name);
}
