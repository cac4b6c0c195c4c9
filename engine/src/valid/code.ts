/**
 * Validates function bodies and constant expressions (spec sections 3.3, 3.4.13 and appendix A.3): one pass over the
 * bytes with the instruction cursor. Instructions whose signature says all go through packed columns (columns.ts), the
 * others through one flat switch in three files: control, variables and references here, memories and tables in
 * code-memory.ts, aggregates and casts in code-gc.ts. The two stacks are in stack.ts.
 */
import {Invalid, Malformed, Unsupported} from '../base/errors.ts';
import {CodeReader, valueOfBlock} from '../binary/code.ts';
import type {Grammar} from '../binary/grammar.ts';
import {messages as binaryMessages} from '../binary/messages.ts';
import {FEATURE, LANES, NAME} from '../wasm/columns.ts';
import type {Body, Expression} from '../wasm/module.ts';
import {Op} from '../wasm/opcodes.ts';
import {matches, matchesAll} from '../wasm/subtyping.ts';
import {
  BOTTOM,
  EXNREF,
  FUNCREF,
  Heap,
  type HeapType,
  I32,
  isDefaultable,
  isNumeric,
  isRef,
  refType,
  type ValueType,
} from '../wasm/types.ts';
import {aggregate} from './code-gc.ts';
import {memoryInstruction} from './code-memory.ts';
import * as columns from './columns.ts';
import {addressType, type Context, single} from './context.ts';
import {require} from './gates.ts';
import {disabled, messages, unknown} from './messages.ts';
import {nonNull, Stack, type Types} from './stack.ts';

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
  try_table: TRY_TABLE,
  throw: THROW,
  throw_ref: THROW_REF,
  'local.set': LOCAL_SET,
  'local.tee': LOCAL_TEE,
  'global.get': GLOBAL_GET,
  'global.set': GLOBAL_SET,
  'ref.null': REF_NULL,
  'ref.is_null': REF_IS_NULL,
  'ref.func': REF_FUNC,
  'ref.eq': REF_EQ,
  'ref.as_non_null': REF_AS_NON_NULL,
  br_on_null: BR_ON_NULL,
  br_on_non_null: BR_ON_NON_NULL,
} = Op;

const {POPS, PUSHES, NATURAL, CONSTANT, ADDRESS} = columns;
const {plain: PLAIN, memarg: MEMARG, memargLane: MEMARG_LANE, lane: LANE, shuffle: SHUFFLE} = columns.Check;
const {localGet: LOCAL, disabled: DISABLED} = columns.Check;
const ATOMIC_PAGE = 0x800;
/** The page of prefix 0xFB holds the garbage-collection proposal. */
const isAggregate = (op: number): boolean => op >>> 9 === 1;
const NO_TYPES: Types = [];
const EXN = refType(Heap.exn, false);
const EQREF = refType(Heap.eq, true);
/** The most locals that a function may have: the limit of the JavaScript API, which V8 has too. */
export const MAX_LOCALS = 50_000;

/** Locals of the body at hand, for all modules: one is validated at a time. */
let spareLocals = new Int32Array(256);

export class CodeValidator {
  readonly context: Context;
  readonly stack: Stack;
  private readonly checks: Uint8Array;
  /** The cursor over the code at hand. */
  readonly reader: CodeReader;
  /** Canonical types of the locals, parameters first; only the first `localCount` count. */
  private locals = spareLocals;
  private localCount = 0;
  private paramCount = 0;
  private isConstant = false;
  /** The deepest operand stack of the code at hand. */
  maxHeight = 0;

  /** `makeStack`: another stack than the usual one, for who wants to know what is pushed and popped. */
  constructor(context: Context, grammar: Grammar, makeStack = Stack.open) {
    this.reader = new CodeReader({bytes: new Uint8Array(0), offset: 0}, grammar);
    this.context = context;
    this.checks = columns.checksOf(context.features);
    this.stack = makeStack(this.reader, context.ids);
  }

  /** Validates the body of a function of this type index. */
  validateBody(body: Body, typeIndex: number): void {
    this.beginBody(body, typeIndex);
    const {reader, stack} = this;
    let maxHeight = 0;
    while (stack.depth > 0) {
      this.instruction(reader.next());
      if (stack.height > maxHeight) maxHeight = stack.height;
    }
    this.maxHeight = maxHeight;
    this.finish();
  }

  /** Begins a body that is then validated by steps, or by validateBody at once. */
  beginBody(body: Body, typeIndex: number): void {
    const type = this.context.funcType(typeIndex, body.offset);
    this.declareLocals(body, type.params);
    this.isConstant = false;
    this.begin(body.code, type.results);
  }

  /** Validates the next instruction; false: it has ended the body. */
  step(): boolean {
    this.instruction(this.reader.next());
    return this.stack.depth > 0;
  }

  /** Validates a constant expression that must have this canonical type. */
  validateConstant(expression: Expression, expected: ValueType): void {
    this.localCount = this.paramCount = 0;
    this.isConstant = true;
    this.begin(expression, single(expected));
    const {
      reader,
      stack,
      context: {features},
    } = this;
    while (stack.depth > 0) {
      const op = reader.next();
      const kind = CONSTANT[op]!;
      if (kind === 0) stack.fail(messages.constant);
      if (kind === 2 && !features.has('extended-const'))
        stack.fail(`${messages.constant}: ${disabled(NAME[op]!, 'extended-const')}`);
      this.instruction(op);
    }
    this.finish();
  }

  private begin(code: Expression, results: Types): void {
    this.reader.open(code);
    this.stack.begin(this.localCount);
    this.stack.pushControl(BLOCK, NO_TYPES, results);
  }

  private finish(): void {
    if (!this.reader.isAtEnd) throw new Malformed(binaryMessages.endExpected, this.reader.base + this.reader.pos);
  }

  private failDisabled(op: number): never {
    this.stack.fail(disabled(NAME[op]!, FEATURE[op]!));
  }

  private declareLocals(body: Body, params: Types): void {
    let count = params.length;
    for (const group of body.locals) count += group.count;
    if (count > MAX_LOCALS) throw new Unsupported(`more than ${MAX_LOCALS} locals`, body.offset);
    if (count > this.locals.length) this.locals = spareLocals = new Int32Array(count * 2);
    this.localCount = count;
    let at = (this.paramCount = params.length);
    this.locals.set(params as readonly number[]);
    for (const group of body.locals) {
      const type = this.context.valueType(group.type, body.offset);
      this.locals.fill(type, at, (at += group.count));
    }
  }

  /** Offset of the current instruction. */
  get offset(): number {
    return this.reader.offset;
  }

  private instruction(op: number): void {
    switch (this.checks[op]) {
      case LOCAL:
        return this.localGet(this.reader.index);
      case PLAIN:
        return this.simple(op, BOTTOM);
      case MEMARG:
        return this.simple(op, this.memarg(op));
      case LANE:
        this.lane(op);
        this.simple(op, BOTTOM);
        return;
      case MEMARG_LANE:
        this.lane(op);
        this.simple(op, this.memarg(op));
        return;
      case SHUFFLE:
        this.shuffle();
        this.simple(op, BOTTOM);
        return;
      case DISABLED:
        return this.failDisabled(op);
      default:
        this.irregular(op);
    }
  }

  private simple(op: number, address: ValueType): void {
    const {stack} = this;
    for (let pops = POPS[op]!; pops !== 0; pops >>>= 8) {
      const type = pops & 0xff;
      stack.popExpected(type === ADDRESS ? address : (type as ValueType));
    }
    for (let pushes = PUSHES[op]!; pushes !== 0; pushes >>>= 8) stack.pushOperand((pushes & 0xff) as ValueType);
  }

  /** Checks alignment and offset of a memory access (spec section 3.3.6); returns the address type. */
  private memarg(op: number): ValueType {
    const {reader, stack} = this;
    const address = this.context.memoryAddresses[reader.memory] ?? stack.fail(unknown('memory', reader.memory));
    const natural = NATURAL[op]!;
    if (reader.align > natural) stack.fail(messages.alignment);
    if (op >= ATOMIC_PAGE && reader.align !== natural) stack.fail(messages.atomicAlignment);
    if (address === I32 && reader.high !== 0) stack.fail(messages.offset);
    return address;
  }

  private lane(op: number): void {
    if (this.reader.lane >= LANES[op]!) this.stack.fail(messages.lane);
  }

  private shuffle(): void {
    const {bytes, bytesAt} = this.reader;
    for (let i = bytesAt; i < bytesAt + 16; i++) if (bytes[i]! >= 32) this.stack.fail(messages.lane);
  }

  private irregular(op: number): void {
    const {stack, reader, context} = this;
    switch (op) {
      case LOCAL_SET:
        stack.popExpected(this.localType(reader.index));
        stack.initialiseLocal(reader.index);
        return;
      case LOCAL_TEE:
        return this.localTee(reader.index);
      case BLOCK:
      case LOOP:
      case IF:
        return this.block(op);
      case ELSE:
        return this.else();
      case END:
        return this.end();
      case BR:
        stack.popOperands(stack.labelTypes(reader.index));
        stack.unreachable();
        return;
      case BR_IF:
        return this.brIf(reader.index);
      case BR_TABLE:
        return this.brTable();
      case RETURN:
        stack.popOperands(stack.returnTypes);
        stack.unreachable();
        return;
      case CALL:
        return this.call(context.functionType(reader.index, this.offset));
      case CALL_INDIRECT:
        this.tableCallee();
        this.call(reader.index);
        return;
      case CALL_REF:
        stack.popExpected(this.functionRef(reader.index));
        this.call(reader.index);
        return;
      case RETURN_CALL:
        return this.returnCall(context.functionType(reader.index, this.offset));
      case RETURN_CALL_INDIRECT:
        this.tableCallee();
        this.returnCall(reader.index);
        return;
      case RETURN_CALL_REF:
        stack.popExpected(this.functionRef(reader.index));
        this.returnCall(reader.index);
        return;
      case UNREACHABLE:
        return stack.unreachable();
      case NOP:
        return;
      case DROP:
        stack.popOperand();
        return;
      case SELECT:
        return this.select();
      case SELECT_T:
        return this.selectTyped();
      case GLOBAL_GET:
        return this.globalGet(reader.index);
      case GLOBAL_SET:
        return this.globalSet(reader.index);
      case REF_NULL:
        return stack.pushOperand(this.reference(reader.heap, true));
      case REF_IS_NULL:
        stack.popReference();
        stack.pushOperand(I32);
        return;
      case REF_FUNC:
        return this.refFunc(reader.index);
      case REF_EQ:
        stack.popExpected(EQREF);
        stack.popExpected(EQREF);
        stack.pushOperand(I32);
        return;
      case REF_AS_NON_NULL:
        return stack.pushOperand(nonNull(stack.popReference()));
      case BR_ON_NULL:
        return this.brOnNull(reader.index);
      case BR_ON_NON_NULL:
        return this.brOnNonNull(reader.index);
      case THROW:
        stack.popOperands(context.tagParams(reader.index, this.offset));
        stack.unreachable();
        return;
      case THROW_REF:
        stack.popExpected(EXNREF);
        stack.unreachable();
        return;
      case TRY_TABLE:
        return this.tryTable();
      default:
        return isAggregate(op) ? aggregate(this, op) : memoryInstruction(this, op);
    }
  }

  private localType(index: number): ValueType {
    if (index >= this.localCount) this.stack.fail(unknown('local', index));
    return this.locals[index]! as ValueType;
  }

  private localGet(index: number): void {
    const type = this.localType(index);
    if (!isDefaultable(type) && index >= this.paramCount && !this.stack.isLocalInitialised(index))
      this.stack.fail(messages.uninitializedLocal);
    this.stack.pushOperand(type);
  }

  private localTee(index: number): void {
    const type = this.localType(index);
    this.stack.popExpected(type);
    this.stack.initialiseLocal(index);
    this.stack.pushOperand(type);
  }

  /** Enters a block of the current instruction's block type. */
  private block(op: number): void {
    const {blockType} = this.reader;
    if (blockType < 0) {
      const type = valueOfBlock(blockType);
      const results = type === BOTTOM ? NO_TYPES : single(this.context.valueType(type, this.offset));
      if (op === IF) this.stack.popExpected(I32);
      this.stack.pushControl(op, NO_TYPES, results);
      return;
    }
    require(this.context.features, 'multi-value', 'a block type with a type index', this.offset);
    const {params, results} = this.context.funcType(blockType, this.offset);
    if (op === IF) this.stack.popExpected(I32);
    this.stack.popOperands(params);
    this.stack.pushControl(op, params, results);
  }

  private else(): void {
    const {stack} = this;
    if (stack.opcode !== IF) throw new Malformed(binaryMessages.endExpected, this.offset);
    stack.popControl();
    stack.pushControl(ELSE, stack.poppedStart, stack.poppedEnd);
  }

  private end(): void {
    const {stack} = this;
    if (stack.popControl() === IF) {
      stack.pushControl(ELSE, stack.poppedStart, stack.poppedEnd);
      stack.popControl();
    }
    stack.pushOperands(stack.poppedEnd);
  }

  private brIf(label: number): void {
    const {stack} = this;
    stack.popExpected(I32);
    const types = stack.labelTypes(label);
    if (types.length === 0) return;
    stack.popOperands(types);
    stack.pushOperands(types);
  }

  private brTable(): void {
    const {
      stack,
      reader: {labels, labelCount},
    } = this;
    stack.popExpected(I32);
    const defaultTypes = stack.labelTypes(labels[labelCount - 1]!);
    let checked = defaultTypes;
    for (let i = 0; i < labelCount - 1; i++) {
      const types = stack.labelTypes(labels[i]!);
      if (types === checked) continue;
      if (types.length !== defaultTypes.length)
        stack.fail(`${messages.typeMismatch}: labels of ${types.length} and ${defaultTypes.length} operands`);
      stack.peekOperands(types);
      checked = types;
    }
    stack.popOperands(defaultTypes);
    stack.unreachable();
  }

  /** A call of a function of this type index, the operands of the callee itself being popped. */
  private call(typeIndex: number): void {
    const {params, results} = this.context.funcType(typeIndex, this.offset);
    this.stack.popOperands(params);
    this.stack.pushOperands(results);
  }

  private returnCall(typeIndex: number): void {
    const {stack} = this;
    const {params, results} = this.context.funcType(typeIndex, this.offset);
    if (!matchesAll(results, stack.returnTypes)) {
      const names = (types: Types): string => types.map((type) => stack.typeName(type)).join(' ');
      stack.fail(
        `${messages.typeMismatch}: return_call requires [${names(stack.returnTypes)}] but callee has [${names(results)}]`,
      );
    }
    stack.popOperands(params);
    stack.unreachable();
  }

  /** The callee operand of call_indirect: an address into a table of functions. */
  private tableCallee(): void {
    const table = this.context.table(this.reader.index2, this.offset);
    this.context.funcType(this.reader.index, this.offset);
    if (!matches(table.element, FUNCREF))
      this.stack.fail(`${messages.typeMismatch}: table of ${this.stack.typeName(table.element)}`);
    this.stack.popExpected(addressType(table.address));
  }

  /** `(ref null x)` of a function type x. */
  private functionRef(typeIndex: number): ValueType {
    this.context.funcType(typeIndex, this.offset);
    return this.typeRef(typeIndex, true);
  }

  /** `(ref null? x)`, canonical, of a type index that is known to be in range. */
  typeRef(typeIndex: number, nullable: boolean): ValueType {
    return refType(this.context.ids[typeIndex]! as HeapType, nullable);
  }

  /** `(ref null? heap)`, canonical, of a heap type of the module. */
  reference(heap: HeapType, nullable: boolean): ValueType {
    return this.context.valueType(refType(heap, nullable), this.offset);
  }

  private select(): void {
    const {stack} = this;
    stack.popExpected(I32);
    const second = stack.popOperand(),
      first = stack.popOperand();
    const isAllowed = (type: ValueType): boolean => isNumeric(type) || type === BOTTOM;
    if (!isAllowed(first) || !isAllowed(second) || (first !== second && first !== BOTTOM && second !== BOTTOM)) {
      stack.fail(`${messages.typeMismatch}: select of ${stack.typeName(first)} and ${stack.typeName(second)}`);
    }
    stack.pushOperand(first === BOTTOM ? second : first);
  }

  private selectTyped(): void {
    const {
      stack,
      reader: {valueTypes},
    } = this;
    if (valueTypes.length !== 1) stack.fail(messages.resultArity);
    const type = this.context.valueType(valueTypes[0]!, this.offset);
    stack.popExpected(I32);
    stack.popExpected(type);
    stack.popExpected(type);
    stack.pushOperand(type);
  }

  private globalGet(index: number): void {
    const {stack, context} = this;
    const global = context.globals[index];
    if (global === undefined || (this.isConstant && index >= context.visibleGlobals))
      return stack.fail(unknown('global', index));
    if (this.isConstant && global.mutable) stack.fail(messages.constant);
    stack.pushOperand(global.type);
  }

  private globalSet(index: number): void {
    const {stack, context} = this;
    const global = context.globals[index];
    if (global === undefined) return stack.fail(unknown('global', index));
    if (!global.mutable) stack.fail(messages.immutableGlobal);
    stack.popExpected(global.type);
  }

  /** Element types that are copied must match. */
  requireMatch(source: ValueType, target: ValueType): void {
    const {stack} = this;
    if (!matches(source, target))
      stack.fail(`${messages.typeMismatch}: ${stack.typeName(source)} does not match ${stack.typeName(target)}`);
  }

  /** An item of a segment must match the element type; outside of code. */
  requireItem(source: ValueType, target: ValueType): void {
    const {stack} = this;
    if (!matches(source, target))
      throw new Invalid(
        `${messages.typeMismatch}: ${stack.typeName(source)} does not match ${stack.typeName(target)}`,
        null,
      );
  }

  private refFunc(index: number): void {
    const typeIndex = this.context.functionType(index, this.offset);
    if (this.isConstant) this.context.declared[index] = 1;
    else if (this.context.declared[index] === 0) this.stack.fail(messages.undeclaredFunction);
    this.stack.pushOperand(this.typeRef(typeIndex, false));
  }

  private brOnNull(label: number): void {
    const {stack} = this;
    const type = stack.popReference();
    const types = stack.labelTypes(label);
    stack.popOperands(types);
    stack.pushOperands(types);
    stack.pushOperand(nonNull(type));
  }

  private brOnNonNull(label: number): void {
    const {stack} = this;
    const type = stack.popReference();
    const types = stack.labelTypes(label);
    const last = types.at(-1);
    if (last === undefined || !isRef(last)) stack.fail(`${messages.typeMismatch}: the label takes no reference`);
    stack.pushOperand(nonNull(type));
    stack.popOperands(types);
    for (let i = 0; i < types.length - 1; i++) stack.pushOperand(types[i]!);
  }

  private tryTable(): void {
    const {
      reader: {catches, catchCount},
    } = this;
    for (let i = 0; i < catchCount; i++) this.catchClause(catches[3 * i]!, catches[3 * i + 1]!, catches[3 * i + 2]!);
    this.block(TRY_TABLE);
  }

  /** Kinds: 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref. Bit 0: with the exception itself. */
  private catchClause(kind: number, tag: number, label: number): void {
    const {stack} = this;
    const types = stack.labelTypes(label);
    const payload = kind < 2 ? this.context.tagParams(tag, this.offset) : NO_TYPES;
    const caught = (kind & 1) === 0 ? payload : [...payload, EXN];
    if (!matchesAll(caught, types)) {
      const names = (list: Types): string => list.map((type) => stack.typeName(type)).join(' ');
      stack.fail(`${messages.typeMismatch}: catch gives [${names(caught)}] but label takes [${names(types)}]`);
    }
  }
}
