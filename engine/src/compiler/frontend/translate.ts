/**
 * Front end: a validated body becomes SSA. One pass over the code after one scan for assigned locals; every local and
 * stack slot is a value, joins and loop headers get parameters. Unreachable code leaves no trace.
 */
import {Unsupported} from '#engine/base/errors.ts';
import {trapCode} from '#engine/base/traps.ts';
import {CodeReader} from '#engine/binary/code.ts';
import {FEATURE, NAME} from '#engine/wasm/columns.ts';
import type {Body} from '#engine/wasm/module.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {type FuncType, heapOf, isNullable, isRef, refType, type ValueType} from '#engine/wasm/types.ts';
import {ENTRY, type Func, NONE, type Value} from '../ir/func.ts';
import {Ir, type OpCode} from '../ir/ops.ts';
import {F32, F64, I32, I64, irType, REF, type Type} from '../ir/types.ts';
import {atomic} from './atomics.ts';
import * as calls from './calls.ts';
import * as control from './control.ts';
import * as exceptions from './exceptions.ts';
import type {Facts} from './facts.ts';
import {gcInstruction, isGc} from './gc.ts';
import * as joins from './joins.ts';
import * as memory from './memory.ts';
import {vectorInstruction} from './simd.ts';
import {MEMORY_OP, NUMERIC_OP, OPERANDS, RESULT_TYPE} from './simple.ts';
import {NO_TYPE, State} from './state.ts';
import {isWide, wideArithmetic} from './wide.ts';

const {
  unreachable: UNREACHABLE,
  nop: NOP,
  block: BLOCK,
  loop: LOOP,
  if: IF,
  else: ELSE,
  end: END,
  br: BR,
  br_if: BR_IF,
  br_table: BR_TABLE,
  return: RETURN,
  call: CALL,
  call_indirect: CALL_INDIRECT,
  return_call: RETURN_CALL,
  return_call_indirect: RETURN_CALL_INDIRECT,
  call_ref: CALL_REF,
  return_call_ref: RETURN_CALL_REF,
  drop: DROP,
  select: SELECT,
  select_t: SELECT_T,
  'local.get': LOCAL_GET,
  'local.set': LOCAL_SET,
  'local.tee': LOCAL_TEE,
  'global.get': GLOBAL_GET,
  'global.set': GLOBAL_SET,
  'memory.size': MEMORY_SIZE,
  'memory.grow': MEMORY_GROW,
  'i32.const': I32_CONST,
  'i64.const': I64_CONST,
  'f32.const': F32_CONST,
  'f64.const': F64_CONST,
  'memory.init': MEMORY_INIT,
  'data.drop': DATA_DROP,
  'memory.copy': MEMORY_COPY,
  'memory.fill': MEMORY_FILL,
  'table.init': TABLE_INIT,
  'elem.drop': ELEM_DROP,
  'table.copy': TABLE_COPY,
  'table.grow': TABLE_GROW,
  'table.size': TABLE_SIZE,
  'table.fill': TABLE_FILL,
  'table.get': TABLE_GET,
  'table.set': TABLE_SET,
  'ref.null': REF_NULL,
  'ref.is_null': REF_IS_NULL,
  'ref.func': REF_FUNC,
  'ref.as_non_null': REF_AS_NON_NULL,
  br_on_null: BR_ON_NULL,
  br_on_non_null: BR_ON_NON_NULL,
  'ref.eq': REF_EQ,
  try_table: TRY_TABLE,
  throw: THROW,
  throw_ref: THROW_REF,
} = Op;
const {const: CONST, select: IR_SELECT, ieqz: IEQZ, ieq: IEQ} = Ir;
const NULL_REFERENCE = trapCode('null-reference');

/** Translates the bodies of one module; keeps its working memory between them. */
export class Translator {
  readonly #facts: Facts;
  readonly #state: State;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#state = new State(facts);
  }

  /** Fills `f` with the function that `index` names in the function index space. Throws Unsupported. */
  translate(f: Func, index: number): void {
    const own = index - this.#facts.importedFunctions;
    const body = this.#facts.module.bodies[own]!;
    const typeIndex = this.#facts.functionTypes[index]!;
    f.clear(index, this.#facts.typeSignatures[typeIndex]!, this.#facts.signatures);
    const s = this.#state;
    s.begin(f, body);
    s.at();
    const type = this.#facts.funcTypes[typeIndex]!;
    defineLocals(s, body, type);
    s.frames.scan(new CodeReader(body.code), s.localCount);
    s.frames.push('body', {params: [], results: type.results}, 0);
    translateBody(s);
  }
}

/** Parameters, then declared locals as zeros: one constant per type. */
function defineLocals(s: State, body: Body, type: FuncType): void {
  const params = s.f.paramCount(ENTRY) - 1;
  const count = body.locals.reduce((sum, group) => sum + group.count, params);
  if (s.locals.length < count) {
    s.locals = new Int32Array(count * 2);
    s.localTypes = new Uint8Array(count * 2);
    s.localRefs = new Int32Array(count * 2);
  }
  s.localCount = count;
  for (let i = 0; i < params; i++) {
    s.locals[i] = s.f.param(ENTRY, i + 1);
    s.localTypes[i] = s.f.type(s.f.param(ENTRY, i + 1));
    s.localRefs[i] = refOrNone(type.params[i]!);
  }
  const zeros: Value[] = [];
  let at = params;
  for (const group of body.locals) {
    if (group.count === 0) continue;
    const irGroup = irType(group.type);
    const zero = (zeros[irGroup] ??= s.zero(irGroup));
    s.locals.fill(zero, at, at + group.count);
    s.localTypes.fill(irGroup, at, at + group.count);
    s.localRefs.fill(refOrNone(group.type), at, at + group.count);
    at += group.count;
  }
}

const refOrNone = (type: ValueType): ValueType => (isRef(type) ? type : NO_TYPE);

function translateBody(s: State): void {
  while (s.frames.depth > 0) {
    if (s.block === NONE) {
      control.skipUnreachable(s);
      continue;
    }
    const opcode = s.reader.next();
    s.at();
    const numeric = NUMERIC_OP[opcode]!;
    if (numeric !== 0) translateNumeric(s, opcode, numeric as OpCode);
    else if (MEMORY_OP[opcode] !== 0) memory.access(s);
    else translateIrregular(s, opcode);
  }
}

function translateNumeric(s: State, opcode: number, op: OpCode): void {
  const type = RESULT_TYPE[opcode] as Type;
  if (OPERANDS[opcode] === 1) {
    s.push(s.emit(op, type, s.pop()));
    return;
  }
  const right = s.pop();
  s.push(s.emit(op, type, s.pop(), right));
}

function translateIrregular(s: State, opcode: number): void {
  const {reader} = s;
  // biome-ignore format: one instruction a line
  switch (opcode) {
    case LOCAL_GET: s.pushTyped(s.locals[reader.index] as Value, s.localRefs[reader.index] as ValueType); return;
    case LOCAL_SET: s.locals[reader.index] = s.pop(); return;
    case LOCAL_TEE: s.locals[reader.index] = s.stack[s.height - 1]!; return;
    case I32_CONST: s.push(s.i32(reader.i32)); return;
    case I64_CONST: s.push(s.emit(CONST, I64, NONE, NONE, NONE, reader.low, reader.high)); return;
    case F32_CONST: s.push(s.emit(CONST, F32, NONE, NONE, NONE, reader.low)); return;
    case F64_CONST: s.push(s.emit(CONST, F64, NONE, NONE, NONE, reader.low, reader.high)); return;
    case NOP: return;
    case DROP: s.height--; return;
    case SELECT: case SELECT_T: return select(s);
    case UNREACHABLE: return control.unreachable(s);
    case BLOCK: return control.openBlock(s);
    case LOOP: return control.openLoop(s);
    case IF: return control.openIf(s);
    case ELSE: return control.elseArm(s);
    case END: return control.endConstruct(s);
    case TRY_TABLE: return exceptions.openTry(s);
    case THROW: return exceptions.throwTag(s);
    case THROW_REF: return exceptions.throwReference(s);
    case BR: return control.branch(s);
    case BR_IF: return control.branchIf(s, s.pop());
    case BR_TABLE: return control.branchTable(s);
    case BR_ON_NULL: return branchOnNull(s);
    case BR_ON_NON_NULL: return branchOnNonNull(s);
    case RETURN: return joins.returnFrom(s);
    case CALL: return calls.callFunction(s, 'call');
    case CALL_INDIRECT: return calls.callIndirect(s, 'call');
    case CALL_REF: return calls.callReference(s, 'call');
    case RETURN_CALL: return calls.callFunction(s, 'tail');
    case RETURN_CALL_INDIRECT: return calls.callIndirect(s, 'tail');
    case RETURN_CALL_REF: return calls.callReference(s, 'tail');
    case GLOBAL_GET: return memory.globalGet(s);
    case GLOBAL_SET: return memory.globalSet(s);
    case MEMORY_SIZE: return memory.memorySize(s);
    case MEMORY_GROW: return memory.memoryGrow(s);
    case MEMORY_INIT: return memory.memoryInit(s);
    case DATA_DROP: return memory.dataDrop(s);
    case MEMORY_COPY: return memory.memoryCopy(s);
    case MEMORY_FILL: return memory.memoryFill(s);
    case TABLE_GET: return memory.tableGet(s);
    case TABLE_SET: return memory.tableSet(s);
    case TABLE_SIZE: return memory.tableSize(s);
    case TABLE_GROW: return memory.tableGrow(s);
    case TABLE_FILL: return memory.tableFill(s);
    case TABLE_COPY: return memory.tableCopy(s);
    case TABLE_INIT: return memory.tableInit(s);
    case ELEM_DROP: return memory.elemDrop(s);
    case REF_NULL: s.pushTyped(s.zero(REF), refType(reader.heap, true)); return;
    case REF_IS_NULL: s.push(s.emit(IEQZ, I32, s.pop())); return;
    case REF_EQ: { const right = s.pop(); s.push(s.emit(IEQ, I32, s.pop(), right)); return; }
    case REF_FUNC: return calls.functionReference(s);
    case REF_AS_NON_NULL: return asNonNull(s);
    default:
      if (isGc(opcode)) return gcInstruction(s, opcode);
      if (isWide(opcode)) return wideArithmetic(s, opcode);
      if (vectorInstruction(s, opcode)) return;
      if (atomic(s, opcode)) return;
      throw new Unsupported(FEATURE[opcode] ?? NAME[opcode] ?? `opcode 0x${opcode.toString(16)}`, reader.offset);
  }
}

function select(s: State): void {
  const condition = s.pop();
  const otherwise = s.pop();
  const then = s.pop();
  s.push(s.emit(IR_SELECT, s.f.type(then), condition, then, otherwise));
}

/** The reference stays on the stack where it is not null. */
function branchOnNull(s: State): void {
  const type = s.topType;
  const reference = s.pop();
  control.branchIf(s, s.emit(IEQZ, I32, reference));
  s.pushTyped(reference, nonNull(type));
}

const nonNull = (type: ValueType): ValueType => (type === NO_TYPE ? NO_TYPE : refType(heapOf(type), false));

function asNonNull(s: State): void {
  const type = s.topType;
  const reference = s.pop();
  if (type === NO_TYPE || isNullable(type)) s.trapIf(s.emit(IEQZ, I32, reference), NULL_REFERENCE);
  s.pushTyped(reference, nonNull(type));
}

/** The reference goes with the branch. */
function branchOnNonNull(s: State): void {
  const isNull = s.emit(IEQZ, I32, s.stack[s.height - 1] as Value);
  control.branchUnless(s, isNull);
  s.height--;
}
