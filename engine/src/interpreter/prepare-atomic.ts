/**
 * Preparing atomic instructions: the mnemonic says the operation, the table the width.
 */
import {SIGNATURE, WIDTH} from '../wasm/columns.ts';
import {type Mnemonic, Op, threads} from '../wasm/opcodes.ts';
import type {Body} from './body.ts';
import {storageOf} from './operands.ts';
import {access, addressSlot} from './prepare-memory.ts';
import type {Prepare} from './prepare-numeric.ts';
import {rmwOperations} from './run-atomic.ts';
import {Word, type WordName} from './words.ts';

type AtomicWord = Extract<WordName, `atomic.${string}`>;

const operationOf = (name: string): number => rmwOperations.findIndex((operation) => name.includes(`.${operation}`));

function wordOf(name: string): AtomicWord {
  if (name.endsWith('notify')) return 'atomic.notify';
  if (name.includes('wait')) return 'atomic.wait';
  if (name.includes('cmpxchg')) return 'atomic.cmpxchg';
  if (name.includes('rmw')) return 'atomic.rmw';
  return name.includes('load') ? 'atomic.load' : 'atomic.store';
}

/** The slot of a popped address operand, as 32 bits; an address that is out of bounds and not aligned traps as the latter. */
function atomicSlot(body: Body, i: number, width: number): number {
  const {operands, emitter, reader} = body;
  if (body.instance.memories[reader.memory]!.type.address === 'i32' || reader.high !== 0)
    return addressSlot(body, i, reader.memory);
  const slot = operands.slot[i]!;
  const source = operands.read(i);
  body.mark();
  emitter.op(Word.narrow_atomic);
  for (const operand of [slot, source, reader.low, width]) emitter.operand(operand);
  return slot;
}

/** Operands, then what stands between them and the offset, then offset and width. */
function prepare(name: keyof typeof threads.rows): Prepare {
  const op = Op[name];
  const word = wordOf(name);
  const signature = SIGNATURE[op]!;
  const result = signature.results[0];
  const middle = word === 'atomic.rmw' ? [operationOf(name)] : [];
  return (body: Body) => {
    const {operands, emitter, reader} = body;
    const values = signature.operands
      .slice(1)
      .map(() => operands.read(operands.pop()))
      .reverse();
    const address = atomicSlot(body, operands.pop(), WIDTH[op]!);
    const slots = [...(result === undefined ? [] : [operands.push(storageOf(result))]), address, ...values, ...middle];
    access(body, () => {
      emitter.op(Word[word]);
      for (const operand of [...slots, reader.low, WIDTH[op]!]) emitter.operand(operand);
    });
  };
}

const names = (Object.keys(threads.rows) as (keyof typeof threads.rows)[]).filter((name) => name !== 'atomic.fence');

/** Atomic accesses are sequentially consistent in JS, so that a fence has nothing to do. */
export const atomics: Partial<Record<Mnemonic, Prepare>> = {
  'atomic.fence': () => {},
  ...Object.fromEntries(names.map((name) => [name, prepare(name)])),
};
