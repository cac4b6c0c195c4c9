/**
 * The text form of SSA: what goldens compare and `parse.ts` reads. Values and blocks are numbered in order of appearance,
 * so that the text depends on the program and not on the history of the object.
 *
 *   func f1 "name" (v1: i64, v2: i32) -> i32, i64
 *   b1:
 *     v3 = const.i32 3                                 type of the result behind the dot
 *     v4 = load.i64 v3, v2 +16 mem0                    immediates behind the operands
 *     br_if v4 b2(v3), b3
 *   b2(v5: i32):
 *     v6 = call.i32 f3 s1 (v1, v5)                     index and signature id of the callee
 */
import {trapName} from '#engine/base/traps.ts';
import {f32FromBits, f64FromBits} from '#engine/numeric/bits.ts';
import {Cfg} from '../analysis/cfg.ts';
import {AtomicAccess, atomicOperators} from './atomics.ts';
import {type Block, type Edge, ENTRY, type Func, NONE, type Value} from './func.ts';
import {ARITY, FIELD_CLASS_NAMES, HAS_EDGES, HAS_LIST, type IrOp, MemoryAccess, opNames} from './ops.ts';
import {F32, F64, I64, REF, type Type, typeNames, V128, VOID} from './types.ts';
import {isVectorOp, laneCount} from './vector-ops.ts';

export interface PrintOptions {
  /** Append `; @offset rule` to each instruction. */
  readonly origins?: ((v: Value) => string) | undefined;
}

/** Text of a whole function, without a final newline. */
export function printFunc(f: Func, options: PrintOptions = {}): string {
  return new Printer(f, options).print();
}

class Printer {
  readonly #f: Func;
  readonly #options: PrintOptions;
  readonly #values: Int32Array;
  readonly #blocks: Int32Array;
  #count = 0;

  constructor(f: Func, options: PrintOptions) {
    this.#f = f;
    this.#options = options;
    this.#values = new Int32Array(f.valueCount + 1);
    this.#blocks = new Int32Array(f.blockCount + 1);
  }

  print(): string {
    const f = this.#f;
    const order = blockOrder(f);
    order.forEach((b, i) => {
      this.#blocks[b] = i + 1;
    });
    for (const b of order) this.#number(b);
    const name = f.name === '' ? '' : ` ${JSON.stringify(f.name)}`;
    const results = f.signature.results.map((type) => typeNames[type]).join(', ');
    const lines = [`func f${f.index}${name} (${this.#params(ENTRY)})${results === '' ? '' : ` -> ${results}`}`];
    for (const b of order) {
      const params = b === ENTRY || f.paramCount(b) === 0 ? '' : `(${this.#params(b)})`;
      lines.push(`b${this.#blocks[b]}${params}:`);
      for (let v = f.first(b); v !== NONE; v = f.next(v)) lines.push(this.#line(v));
    }
    return lines.join('\n');
  }

  #number(b: Block): void {
    const f = this.#f;
    for (let i = 0; i < f.paramCount(b); i++) this.#values[f.param(b, i)] = ++this.#count;
    for (let v = f.first(b); v !== NONE; v = f.next(v)) if (f.type(v) !== VOID) this.#values[v] = ++this.#count;
    // void calls are named only when a result refers to them, which does not occur: their results are typed
  }

  #v(v: Value): string {
    return `v${this.#values[v] === 0 ? `?${v}` : this.#values[v]}`;
  }

  #params(b: Block): string {
    const f = this.#f;
    const list: string[] = [];
    for (let i = 0; i < f.paramCount(b); i++)
      list.push(`${this.#v(f.param(b, i))}: ${typeNames[f.type(f.param(b, i))]}`);
    return list.join(', ');
  }

  #line(v: Value): string {
    const f = this.#f;
    const type = f.type(v);
    const op = f.op(v);
    const name = opNames[op]!;
    const head = type === VOID ? `  ${name}` : `  ${this.#v(v)} = ${name}.${typeNames[type]}`;
    const parts = [head];
    const operands: string[] = [];
    for (let i = 0; i < ARITY[op]!; i++) operands.push(this.#v(f.operand(v, i)));
    if (operands.length > 0) parts.push(operands.join(', '));
    const immediate = this.#immediate(name, v, type);
    if (immediate !== '') parts.push(immediate);
    if (HAS_LIST[op] === 1) parts.push(this.#list(v));
    if (HAS_EDGES[op] === 1) parts.push(this.#edges(v));
    const origin = this.#options.origins?.(v);
    if (origin !== undefined) parts.push(`; ${origin}`);
    return parts.join(' ');
  }

  #list(v: Value): string {
    const items: string[] = [];
    for (let i = 0; i < this.#f.listLength(v); i++) items.push(this.#v(this.#f.listItem(v, i)));
    return `(${items.join(', ')})`;
  }

  #edges(v: Value): string {
    const items: string[] = [];
    for (let i = 0; i < this.#f.edgeCount(v); i++) items.push(this.#edge(this.#f.edge(v, i)));
    return items.join(', ');
  }

  #edge(e: Edge): string {
    const args: string[] = [];
    for (let i = 0; i < this.#f.argCount(e); i++) args.push(this.#v(this.#f.arg(e, i)));
    const block = this.#blocks[this.#f.edgeTarget(e)];
    return args.length === 0 ? `b${block}` : `b${block}(${args.join(', ')})`;
  }

  #immediate(name: IrOp, v: Value, type: Type): string {
    const f = this.#f;
    const [imm, aux] = [f.imm(v), f.aux(v)];
    switch (name) {
      case 'const':
        return constantText(f, v, type);
      case 'result':
        return String(imm);
      case 'load':
      case 'load8_s':
      case 'load8_u':
      case 'load16_s':
      case 'load16_u':
      case 'load32_s':
      case 'load32_u':
      case 'store':
      case 'store8':
      case 'store16':
      case 'store32':
        return `+${imm >>> 0} mem${MemoryAccess.memory(aux)}${MemoryAccess.isChecked(aux) ? ' checked' : ''}${MemoryAccess.isWhole(aux) ? ' whole' : ''}`;
      case 'atomic_load':
      case 'atomic_store':
      case 'atomic_cmpxchg':
        return atomicText(aux);
      case 'atomic_rmw':
        return `${atomicOperators[imm]} ${atomicText(aux)}`;
      case 'bound':
        return `+${aux >>> 0} bytes ${imm}`;
      case 'vm_load':
      case 'vm_load8_s':
      case 'vm_load8_u':
      case 'vm_load16_s':
      case 'vm_load16_u':
      case 'vm_store':
      case 'vm_store8':
      case 'vm_store16':
      case 'vm_address':
        return `+${imm >>> 0} ${FIELD_CLASS_NAMES[aux]}`;
      case 'call':
      case 'return_call':
        return `f${imm} s${aux}`;
      case 'call_ref_code':
      case 'return_call_ref_code':
        return `s${aux}`;
      case 'call_builtin':
        return `builtin${imm}`;
      case 'trap':
      case 'trap_if':
        return trapName(imm) ?? `trap${imm}`;
      case 'i8x16.shuffle':
        return lanesOf(f.vector(imm)).join(' ');
      default:
        return isVectorOp(name) && laneCount[name] > 0 ? String(imm) : '';
    }
  }
}

const atomicText = (aux: number): string =>
  `bytes ${AtomicAccess.bytes(aux)} mem${AtomicAccess.memory(aux)}${AtomicAccess.isChecked(aux) ? ' checked' : ''}`;

/** Decimal for integers; floats as hexadecimal bits with the value as a remark. */
function constantText(f: Func, v: Value, type: Type): string {
  const hex = (bits: bigint, digits: number): string => `0x${bits.toString(16).padStart(digits, '0')}`;
  switch (type) {
    case I64:
      return String(f.imm64(v));
    case F32:
      return `${hex(BigInt.asUintN(32, BigInt(f.imm(v))), 8)} {${f32FromBits(f.imm(v))}}`;
    case F64:
      return `${hex(BigInt.asUintN(64, f.imm64(v)), 16)} {${f64FromBits(f.imm64(v))}}`;
    case REF:
      return 'null';
    case V128:
      return hex(f.vector(f.imm(v)), 32);
    default:
      return String(f.imm(v));
  }
}

/** The sixteen bytes of a vector. */
function lanesOf(bits: bigint): number[] {
  return Array.from({length: 16}, (_, i) => Number((bits >> BigInt(8 * i)) & 0xffn));
}

/** Reverse postorder when every block has its terminator, else the order of creation. */
function blockOrder(f: Func): Block[] {
  const blocks: Block[] = [];
  const cfg = new Cfg().compute(f);
  for (let i = 0; i < cfg.blockCount; i++) blocks.push(cfg.at(i));
  return blocks;
}
