/**
 * Random SSA functions for tests: any graph of blocks with parameters, values used wherever they dominate, memory and
 * traps. Most of it is reducible; loops may not end, so that evaluation wants a step limit.
 */
import {type Block, ENTRY, Func, NONE, type Value} from './func.ts';
import {FieldClass, Ir, type IrOp, MemoryAccess} from './ops.ts';
import {I32, I64, Signatures, type Type, V128, VOID} from './types.ts';
import {laneCount, vectorOps, vectorRows} from './vector-ops.ts';

/** A number in 0 .. n - 1. */
export type Draw = (n: number) => number;

/** Numbers from a seed. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const binary: readonly IrOp[] = [
  'iadd',
  'isub',
  'imul',
  'iand',
  'ior',
  'ixor',
  'ishl',
  'ishr_s',
  'ishr_u',
  'irotl',
  'idiv_s',
  'irem_u',
];
/** Without floats, whose NaNs are free. */
const vectors = vectorOps.filter((name) => !/f32|f64|relaxed/.test(name));
const compare: readonly IrOp[] = ['ieq', 'ine', 'ilt_s', 'ilt_u', 'igt_s', 'ige_u'];
/** Addresses are multiples of 4 in one page of memory, often at its end. */
export const MEMORY_BYTES = 65536;
const LAST_WORD = MEMORY_BYTES - 4;
/** Where the globals are, behind the memory. */
export const GLOBALS = 0x20000;
const numbers = [0, 1, -1, 2, 3, 4, 7, 8, 31, 32, 255, 256, 65535, -8];

class Builder {
  readonly f = new Func();
  readonly #draw: Draw;
  readonly #withVectors: boolean;
  #block: Block = ENTRY;
  /** Values that dominate the present place. */
  #visible: Value[] = [];

  constructor(draw: Draw, withVectors: boolean) {
    this.#draw = draw;
    this.#withVectors = withVectors;
  }

  build(): Func {
    const signatures = new Signatures();
    this.f.clear(0, signatures.intern([I64, I32, I64, I32], [I32, I64]), signatures);
    this.f.addBlock();
    for (const type of this.f.signature.params) this.#visible.push(this.f.addParam(ENTRY, type));
    this.#region(3 + this.#draw(3));
    this.f.beginList();
    this.f.pushList(this.#pick(I32));
    this.f.pushList(this.#pick(I64));
    this.f.append(this.#block, this.f.addList(Ir.return, VOID));
    return this.f;
  }

  #emit(op: IrOp, type: Type, a: Value = NONE, b: Value = NONE, c: Value = NONE, imm = 0, aux = 0): Value {
    const v = this.f.append(this.#block, this.f.add(Ir[op], type, a, b, c, imm, aux));
    if (type !== VOID) this.#visible.push(v);
    return v;
  }

  #pick(type: Type): Value {
    const fitting = this.#visible.filter((v) => this.f.type(v) === type && v !== this.f.param(ENTRY, 0));
    if (fitting.length > 0 && this.#draw(5) > 0) return fitting[this.#draw(fitting.length)]!;
    const n = numbers[this.#draw(numbers.length)]!;
    return this.#emit('const', type, NONE, NONE, NONE, n, type === I64 && n < 0 ? -1 : 0);
  }

  #type(): Type {
    return this.#draw(2) === 0 ? I32 : I64;
  }

  #values(count: number): void {
    for (let i = 0; i < count; i++) this.#value();
  }

  #value(): void {
    const type = this.#type();
    const address = (): Value =>
      this.#emit('iand', I32, this.#pick(I32), this.#emit('const', I32, NONE, NONE, NONE, LAST_WORD));
    const vmctx = this.f.param(ENTRY, 0);
    // biome-ignore format: one kind a line
    switch (this.#draw(this.#withVectors ? 14 : 13)) {
      case 0: case 1: case 2: this.#emit(binary[this.#draw(binary.length)]!, type, this.#pick(type), this.#pick(type)); return;
      case 3: this.#emit(compare[this.#draw(compare.length)]!, I32, this.#pick(type), this.#pick(type)); return;
      case 4: this.#emit('ieqz', I32, this.#pick(type)); return;
      case 5: this.#emit('wrap', I32, this.#pick(I64)); return;
      case 6: this.#emit(this.#draw(2) === 0 ? 'extend_s' : 'extend_u', I64, this.#pick(I32)); return;
      case 7: this.#emit('select', type, this.#pick(I32), this.#pick(type), this.#pick(type)); return;
      case 8: this.#emit('load', type, vmctx, address(), NONE, this.#draw(2) * 8, MemoryAccess.pack(0, false)); return;
      case 9: this.#emit('store', VOID, vmctx, address(), this.#pick(type), this.#draw(2) * 8, MemoryAccess.pack(0, false)); return;
      case 10: this.#emit('trap_if', VOID, this.#emit('ieq', I32, this.#pick(I32), this.#pick(I32)), NONE, NONE, 1); return;
      case 11: this.#wide(); return;
      case 12: this.#global(type, vmctx); return;
      default: this.#vector();
    }
  }

  /** An operation on vectors, and now and then a lane of one. */
  #vector(): void {
    const name = vectors[this.#draw(vectors.length)]!;
    const imm = name === 'i8x16.shuffle' ? this.#lanes() : this.#draw(laneCount[name]);
    const [operands = '', result] = vectorRows[name][0].split(':');
    const [a, b, c] = [...operands].map((letter) =>
      letter === 'v' ? this.#pickVector() : this.#pick(letter === 'i' ? I32 : I64),
    );
    this.#emit(name, result === 'v' ? V128 : result === 'i' ? I32 : I64, a, b, c, imm);
  }

  #pickVector(): Value {
    const known = this.#visible.filter((v) => this.f.type(v) === V128);
    if (known.length > 0 && this.#draw(4) > 0) return known[this.#draw(known.length)]!;
    if (this.#draw(3) === 0) return this.#emit('const', V128, NONE, NONE, NONE, this.#lanes());
    return this.#emit('i32x4.splat', V128, this.#pick(I32));
  }

  /** Sixteen lanes of two vectors, often in order. */
  #lanes(): number {
    const start = this.#draw(17);
    const lane = (i: number): number => (this.#draw(6) === 0 ? this.#draw(32) : start + i);
    const word = (i: number): number => lane(i) | (lane(i + 1) << 8) | (lane(i + 2) << 16) | (lane(i + 3) << 24);
    return this.f.addVector(word(0), word(4), word(8), word(12));
  }

  #wide(): void {
    const operands = [0, 1, 2, 3].map(() => this.#pick(I64)) as [Value, Value, Value, Value];
    const kind = this.#draw(4);
    let low: Value;
    if (kind < 2) {
      this.f.beginList();
      for (const operand of operands) this.f.pushList(operand);
      low = this.f.append(this.#block, this.f.addList(kind === 0 ? Ir.iadd128 : Ir.isub128, I64));
      this.#visible.push(low);
    } else {
      low = this.#emit(kind === 2 ? 'imul_wide_s' : 'imul_wide_u', I64, operands[0], operands[1]);
    }
    this.#emit('result', I64, low, NONE, NONE, 1);
  }

  #global(type: Type, vmctx: Value): void {
    const offset = GLOBALS + 16 * this.#draw(2) + (type === I32 ? 64 : 0);
    if (this.#draw(2) === 0) this.#emit('vm_store', VOID, vmctx, this.#pick(type), NONE, offset, FieldClass.global);
    else this.#emit('vm_load', type, vmctx, NONE, NONE, offset, FieldClass.global);
  }

  /** Straight code, an if, or a loop, `depth` deep. */
  #region(depth: number): void {
    this.#values(1 + this.#draw(5));
    if (depth === 0) return;
    for (let i = 1 + this.#draw(2); i > 0; i--) {
      if (this.#draw(3) === 0) this.#loop(depth - 1);
      else this.#if(depth - 1);
    }
    this.#values(this.#draw(3));
  }

  #if(depth: number): void {
    const condition = this.#pick(I32);
    const [then, otherwise, join] = [this.f.addBlock(), this.f.addBlock(), this.f.addBlock()];
    const types = [this.#type(), this.#type()];
    const params = types.map((type) => this.f.addParam(join, type));
    this.f.beginEdges();
    this.f.pushEdge(then);
    this.f.pushEdge(otherwise);
    this.f.append(this.#block, this.f.addTerminator(Ir.br_if, condition));
    const outside = this.#visible;
    for (const arm of [then, otherwise]) {
      this.#visible = [...outside];
      this.#block = arm;
      this.#region(depth);
      this.#jump(join, types);
    }
    this.#visible = [...outside, ...params];
    this.#block = join;
  }

  #jump(target: Block, types: readonly Type[]): void {
    const args = types.map((type) => this.#pick(type));
    this.f.beginEdges();
    this.f.pushEdge(target);
    for (const arg of args) this.f.pushArg(arg);
    this.f.append(this.#block, this.f.addTerminator(Ir.jump));
  }

  #loop(depth: number): void {
    const [header, after] = [this.f.addBlock(), this.f.addBlock()];
    const types = [I32, this.#type()];
    const params = types.map((type) => this.f.addParam(header, type));
    this.#jump(header, types);
    this.#visible = [...this.#visible, ...params];
    const inside = this.#visible.length;
    this.#block = header;
    this.#region(depth);
    const args = types.map((type) => this.#pick(type));
    const again = this.#emit('iand', I32, this.#pick(I32), this.#emit('const', I32, NONE, NONE, NONE, 1));
    this.f.beginEdges();
    this.f.pushEdge(header);
    for (const arg of args) this.f.pushArg(arg);
    this.f.pushEdge(after);
    this.f.append(this.#block, this.f.addTerminator(Ir.br_if, again));
    this.#visible = this.#visible.slice(0, inside);
    this.#block = after;
  }
}

/** A function (vmctx, i32, i64, i32) -> i32, i64, on request with operations on vectors. */
export function randomFunc(draw: Draw, withVectors = false): Func {
  return new Builder(draw, withVectors).build();
}
