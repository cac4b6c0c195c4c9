/**
 * Preparing loads and stores. The words work on memory 0 with 32-bit addresses: another memory is switched to and back,
 * 64-bit addresses are narrowed first (an address above 32 bits is out of bounds of every memory).
 */
import {present} from '../base/assert.ts';
import {SIGNATURE} from '../wasm/columns.ts';
import {Op, type Simple} from '../wasm/opcodes.ts';
import type {Body} from './body.ts';
import {storageOf} from './operands.ts';
import type {Prepare} from './prepare-numeric.ts';
import {Word, type WordName, wordOf} from './words.ts';

const {use_memory: USE_MEMORY, narrow_memory: NARROW_MEMORY, memory_trap: MEMORY_TRAP} = Word;

/** Accesses that move the same bits as another. */
const sameBits: Readonly<Record<string, WordName>> = {
  'f32.load': 'i32.load',
  'f32.store': 'i32.store',
  'i64.store8': 'i32.store8',
  'i64.store16': 'i32.store16',
  'i64.store32': 'i32.store',
};

const accessWord = (name: Simple): number => present(name in sameBits ? Word[sameBits[name]!] : wordOf(name), name);

/** Emits an access to the memory that the reader names, switching to it where it is not memory 0. */
export function access(body: Body, emit: () => void): void {
  const {emitter} = body;
  const {memory, high} = body.reader;
  if (high !== 0) {
    body.mark();
    emitter.op(MEMORY_TRAP);
  }
  if (memory !== 0 && !stayIn(body, memory)) emitter.op1(USE_MEMORY, memory);
  body.mark();
  emit();
  if (memory !== 0) emitter.op1(USE_MEMORY, 0);
  body.lastMemory = memory;
}

/** Takes back the switch to memory 0 when it is the last instruction; whether the wanted memory is in use then. */
function stayIn(body: Body, memory: number): boolean {
  if (body.emitter.lastWord() !== USE_MEMORY) return false;
  body.emitter.dropLast();
  return body.lastMemory === memory;
}

/** The slot of a popped address operand, as 32 bits. */
export function addressSlot(body: Body, i: number, memory: number): number {
  const {operands, emitter} = body;
  const source = operands.read(i);
  if (body.instance.memories[memory]!.type.address === 'i32') return source;
  const slot = operands.slot[i]!;
  body.mark();
  emitter.op2(NARROW_MEMORY, slot, source);
  return slot;
}

function load(name: Simple): Prepare {
  const word = accessWord(name);
  const storage = storageOf(present(SIGNATURE[Op[name]], name).results[0]!);
  return (body) => {
    const {operands, emitter, reader} = body;
    const address = addressSlot(body, operands.pop(), reader.memory);
    const d = operands.push(storage);
    access(body, () => emitter.op3(word, d, address, reader.low));
  };
}

function store(name: Simple): Prepare {
  const word = accessWord(name);
  return (body) => {
    const {operands, emitter, reader} = body;
    const value = operands.pop();
    const address = operands.pop();
    const source = operands.read(value);
    const slot = addressSlot(body, address, reader.memory);
    access(body, () => emitter.op3(word, slot, source, reader.low));
  };
}

/** How a load or store is prepared. */
export function prepareAccess(name: Simple): Prepare {
  return present(SIGNATURE[Op[name]], name).results.length === 0 ? store(name) : load(name);
}
