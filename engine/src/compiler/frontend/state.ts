/**
 * The state of translating one body: the SSA under construction, the place in it, and wasm's operand stack and locals as
 * SSA values. Reused from body to body. While `block` is NONE the code is unreachable and stack and locals mean nothing.
 */
import {assert} from '#engine/base/assert.ts';
import {CodeReader} from '#engine/binary/code.ts';
import type {Body} from '#engine/wasm/module.ts';
import {isRef, type ValueType} from '#engine/wasm/types.ts';
import {TRANSLATION} from '../fuel.ts';
import {type Block, ENTRY, Func, NONE, type Value} from '../ir/func.ts';
import {FieldClass, type FieldClassName, Ir, type OpCode} from '../ir/ops.ts';
import {I32, I64, REF, type Type, VOID} from '../ir/types.ts';
import type {Facts} from './facts.ts';
import {Frames} from './frames.ts';

const {const: CONST, vm_load: VM_LOAD, vm_address: VM_ADDRESS, trap_if: TRAP_IF} = Ir;

/** Static type of an operand that is no reference, or of which nothing is known. */
export const NO_TYPE = 0 as ValueType;

export class State {
  f = new Func();
  facts: Facts;
  reader: CodeReader;
  /** Block that receives the next value; NONE: unreachable. */
  block: Block = NONE;
  stack = new Int32Array(256);
  /** Static types of the references on the stack, from which checks that cannot fail are left out; else NO_TYPE. */
  types = new Int32Array(256);
  height = 0;
  locals = new Int32Array(64);
  localTypes = new Uint8Array(64);
  /** Declared types of the locals that are references, else NO_TYPE. */
  localRefs = new Int32Array(64);
  localCount = 0;
  readonly frames = new Frames();
  /** Base address of memory i in the present block. */
  readonly #bases: Value[] = [];
  #basesBlock: Block = NONE;

  constructor(facts: Facts) {
    this.facts = facts;
    this.reader = new CodeReader({bytes: new Uint8Array(0), offset: 0});
  }

  /** Ready for a body: function cleared, entry block with parameters, locals not yet defined. */
  begin(f: Func, body: Body): void {
    this.f = f;
    this.reader = new CodeReader(body.code);
    this.height = 0;
    this.block = f.addBlock();
    this.#basesBlock = NONE;
    for (const type of f.signature.params) f.addParam(ENTRY, type);
  }

  /** Marks what comes as translated from the present instruction. */
  at(): void {
    this.f.setOrigin(this.reader.offset, TRANSLATION);
  }

  get vmctx(): Value {
    return this.f.param(ENTRY, 0);
  }

  push(v: Value): void {
    this.pushTyped(v, NO_TYPE);
  }
  /** Pushes a value of a wasm type. */
  pushTyped(v: Value, type: ValueType): void {
    if (this.height === this.stack.length) {
      const longer = (column: Int32Array): Int32Array<ArrayBuffer> => {
        const copy = new Int32Array(this.height * 2);
        copy.set(column);
        return copy;
      };
      [this.stack, this.types] = [longer(this.stack), longer(this.types)];
    }
    this.types[this.height] = isRef(type) ? type : NO_TYPE;
    this.stack[this.height++] = v;
  }
  /** Static type of the top operand. */
  get topType(): ValueType {
    return this.types[this.height - 1] as ValueType;
  }
  pop(): Value {
    assert(this.height > 0, 'operand stack is empty');
    return this.stack[--this.height] as Value;
  }

  // ---- values at the present place

  emit(op: OpCode, type: Type, a: Value = NONE, b: Value = NONE, c: Value = NONE, imm = 0, aux = 0): Value {
    return this.f.append(this.block, this.f.add(op, type, a, b, c, imm, aux));
  }
  /** Appends a value that was built with its list or edges. */
  place(v: Value): Value {
    return this.f.append(this.block, v);
  }
  i32(value: number): Value {
    return this.emit(CONST, I32, NONE, NONE, NONE, value | 0);
  }
  /** A 64-bit constant that fits 32 bits, sign-extended. */
  i64(value: number): Value {
    return this.emit(CONST, I64, NONE, NONE, NONE, value | 0, value < 0 ? -1 : 0);
  }
  /** Zero or null. */
  zero(type: Type): Value {
    return this.emit(CONST, type);
  }
  vmLoad(type: Type, pointer: Value, offset: number, field: FieldClassName): Value {
    return this.emit(VM_LOAD, type, pointer, NONE, NONE, offset, FieldClass[field]);
  }
  /** Address inside the vmctx, as a reference. */
  vmAddress(offset: number): Value {
    return this.emit(VM_ADDRESS, REF, this.vmctx, NONE, NONE, offset, FieldClass.constant);
  }
  trapIf(condition: Value, code: number): void {
    this.emit(TRAP_IF, VOID, condition, NONE, NONE, code);
  }
  extendU(v: Value): Value {
    return this.emit(Ir.extend_u, I64, v);
  }

  /** Base address of a memory, loaded once per block. */
  base(memory: number, offset: number): Value {
    if (this.#basesBlock !== this.block) {
      this.#bases.length = 0;
      this.#basesBlock = this.block;
    }
    return (this.#bases[memory] ??= this.vmLoad(I64, this.vmctx, offset, 'constant'));
  }
}
