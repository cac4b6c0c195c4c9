/**
 * Atomic instructions (threads): the effective address with its alignment and bounds checks, then one operation on a pointer.
 * Waiting and notifying are calls of C functions, which check for themselves.
 */
import {trapCode} from '#engine/base/traps.ts';
import {memoryBaseOffset} from '#engine/runtime/layout.ts';
import {OPCODE_COUNT, WIDTH} from '#engine/wasm/columns.ts';
import {Op, threads} from '#engine/wasm/opcodes.ts';
import {AtomicAccess, type AtomicOperator, atomicOperators} from '../ir/atomics.ts';
import {NONE, type Value} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {I32, I64, type Type, VOID} from '../ir/types.ts';
import {isGuarded} from './facts.ts';
import {asIndex64, boundsChecked, callBuiltin} from './memory.ts';
import type {State} from './state.ts';

const {
  iadd: IADD,
  iand: IAND,
  ilt_u: ILT_U,
  wrap: WRAP,
  const: CONST,
  fence: FENCE,
  atomic_load: ATOMIC_LOAD,
  atomic_store: ATOMIC_STORE,
  atomic_rmw: ATOMIC_RMW,
  atomic_cmpxchg: ATOMIC_CMPXCHG,
} = Ir;
const UNALIGNED_ATOMIC = trapCode('unaligned-atomic');
const OUT_OF_BOUNDS = trapCode('memory-out-of-bounds');

type Translate = (s: State, opcode: number) => void;

/** Effective address, 64 bits: aligned and exact, or a trap. Offsets beyond 32 bits are out of bounds, aligned or not. */
function effectiveAddress(s: State, opcode: number, address: Value): Value {
  const type = s.facts.memories[s.reader.memory]!.address;
  const {low, high} = s.reader;
  const index = asIndex64(s, address, type);
  const offset = s.emit(CONST, I64, NONE, NONE, NONE, low, high);
  const sum = low === 0 && high === 0 ? index : s.emit(IADD, I64, index, offset);
  const bytes = WIDTH[opcode]!;
  if (bytes > 1 && high === 0) s.trapIf(s.emit(IAND, I32, s.emit(WRAP, I32, sum), s.i32(bytes - 1)), UNALIGNED_ATOMIC);
  if (type === 'i64' && sum !== index) s.trapIf(s.emit(ILT_U, I32, sum, offset), OUT_OF_BOUNDS);
  return sum;
}

interface Place {
  readonly pointer: Value;
  readonly aux: number;
}

/** Pops the address; the place behind its checks, alignment first. */
function place(s: State, opcode: number): Place {
  const {memory} = s.reader;
  const bytes = WIDTH[opcode]!;
  const address = effectiveAddress(s, opcode, s.pop());
  const checked = !isGuarded(s.facts.memories[memory]!);
  const inside = checked ? boundsChecked(s, memory, address, bytes) : address;
  const base = s.base(memory, memoryBaseOffset(s.facts.layout, memory));
  return {
    pointer: s.emit(IADD, I64, base, inside),
    aux: AtomicAccess.pack(memory, Math.log2(bytes), checked),
  };
}

function load(type: Type): Translate {
  return (s, opcode) => {
    const {pointer, aux} = place(s, opcode);
    s.push(s.emit(ATOMIC_LOAD, type, pointer, NONE, NONE, 0, aux));
  };
}

function store(s: State, opcode: number): void {
  const value = s.pop();
  const {pointer, aux} = place(s, opcode);
  s.emit(ATOMIC_STORE, VOID, pointer, value, NONE, 0, aux);
}

function rmw(type: Type, operator: AtomicOperator): Translate {
  const code = atomicOperators.indexOf(operator);
  return (s, opcode) => {
    const value = s.pop();
    const {pointer, aux} = place(s, opcode);
    s.push(s.emit(ATOMIC_RMW, type, pointer, value, NONE, code, aux));
  };
}

function cmpxchg(type: Type): Translate {
  return (s, opcode) => {
    const replacement = s.pop();
    const expected = s.pop();
    const {pointer, aux} = place(s, opcode);
    s.push(s.emit(ATOMIC_CMPXCHG, type, pointer, expected, replacement, 0, aux));
  };
}

/** The result of a C function is 64 bits; what it says is an i32. */
function wait(name: 'atomicWait32' | 'atomicWait64'): Translate {
  return (s, opcode) => {
    const {memory} = s.reader;
    const timeout = s.pop();
    const expected = s.pop();
    const address = effectiveAddress(s, opcode, s.pop());
    s.push(s.emit(WRAP, I32, callBuiltin(s, name, [s.i32(memory), address, expected, timeout])));
  };
}

function notify(s: State, opcode: number): void {
  const {memory} = s.reader;
  const count = s.pop();
  const address = effectiveAddress(s, opcode, s.pop());
  s.push(s.emit(WRAP, I32, callBuiltin(s, 'atomicNotify', [s.i32(memory), address, count])));
}

function translationOf(name: string): Translate {
  const type = name.startsWith('i32') ? I32 : I64;
  const operator = atomicOperators.find((candidate) => name.includes(`.${candidate}`));
  if (name === 'atomic.fence') return (s) => void s.emit(FENCE, VOID);
  if (name.endsWith('notify')) return notify;
  if (name.includes('wait')) return wait(name.endsWith('32') ? 'atomicWait32' : 'atomicWait64');
  if (name.includes('cmpxchg')) return cmpxchg(type);
  if (operator !== undefined) return rmw(type, operator);
  return name.includes('load') ? load(type) : store;
}

const translations: (Translate | undefined)[] = new Array(OPCODE_COUNT).fill(undefined);
for (const name of Object.keys(threads.rows)) translations[Op[name as keyof typeof threads.rows]] = translationOf(name);

/** Translates an atomic instruction; false when it is none. */
export function atomic(s: State, opcode: number): boolean {
  const translate = translations[opcode];
  translate?.(s, opcode);
  return translate !== undefined;
}
