/**
 * Preparation: translates a validated body once into register instructions (words.ts), on its first call. Operands are
 * named by slot, immediates decoded, branch targets resolved; `local.get` and constants become operands, comparisons
 * become parts of branches.
 */
import {present} from '../base/assert.ts';
import {Unsupported} from '../base/errors.ts';
import type {Func} from '../runtime/func.ts';
import {FEATURE, NAME, OPCODE_COUNT, SIGNATURE} from '../wasm/columns.ts';
import {type Mnemonic, mnemonics, Op, type Simple} from '../wasm/opcodes.ts';
import type {ValueType} from '../wasm/types.ts';
import {Body} from './body.ts';
import type {Code, Handler} from './code.ts';
import {Mode, machine} from './machine.ts';
import {atomics} from './prepare-atomic.ts';
import {control} from './prepare-control.ts';
import {gc} from './prepare-gc.ts';
import {prepareAccess} from './prepare-memory.ts';
import {type Prepare, prepareNumeric} from './prepare-numeric.ts';
import {state} from './prepare-state.ts';
import {prepareTraced} from './prepare-traced.ts';
import {lanes} from './prepare-vector.ts';
import {refCount, wordCount} from './slots.ts';
import {Word} from './words.ts';

const {block: BLOCK, loop: LOOP, if: IF, try_table: TRY_TABLE, else: ELSE, end: END} = Op;
const {jump: JUMP, return: RETURN, enter_refs: ENTER_REFS} = Word;

const irregular: Partial<Record<Mnemonic, Prepare>> = {...control, ...state, ...gc};

function preparationOf(name: Mnemonic): Prepare {
  const known = irregular[name] ?? lanes[name] ?? atomics[name];
  if (known !== undefined) return known;
  const op = Op[name];
  const signature = SIGNATURE[op];
  if (signature) {
    return signature.operands.includes(null) ? prepareAccess(name as Simple) : prepareNumeric(name as Simple);
  }
  return ({reader}) => {
    throw new Unsupported(FEATURE[op] ?? name, reader.offset);
  };
}

const PREPARE: (Prepare | undefined)[] = new Array(OPCODE_COUNT).fill(undefined);
for (const name of mnemonics) PREPARE[Op[name]] = preparationOf(name);

/** The code of a function in a mode, prepared on first use. The function must be a wasm function. */
export function codeOf(func: Func, mode: Mode): Code {
  const code = func.prepared[mode] as Code | undefined;
  return code !== undefined && code.epoch === machine.epoch ? code : prepare(func, mode);
}

/** Frames with more locals than this do not fit on the stack: the body is not looked at, calling it exhausts the stack. */
const MAX_LOCALS = 1_000_000;

function prepare(func: Func, mode: Mode): Code {
  const instance = present(func.instance, 'instance');
  const {module} = instance;
  const definition = present(module.bodies[func.index - (instance.funcs.length - module.bodies.length)], 'body');
  const body = new Body(func, instance, definition, mode);
  const isHuge = definition.locals.reduce((sum, {count}) => sum + count, 0) > MAX_LOCALS;
  for (const type of func.type.params) body.operands.addLocal(type);
  const paramWords = body.operands.wordTop;
  const paramRefs = body.operands.refTop;
  if (!isHuge) for (const {count, type} of definition.locals) addLocals(body, count, type);
  const zeroTo = body.operands.wordTop;
  const localRefs = body.operands.refTop;
  body.operands.startOperands(constantRoom(definition.code.bytes));
  if (!isHuge) translate(body);
  const entry = emitPrologue(body, paramRefs, localRefs);
  const handlers = finishHandlers(body);
  const code: Code = {
    func,
    instance,
    entry,
    start: body.emitter.start,
    end: body.emitter.length,
    zeroFrom: paramWords,
    zeroTo,
    frameWords: isHuge ? Number.MAX_SAFE_INTEGER : body.operands.maxWords,
    epoch: machine.epoch,
    handlers,
    marks: body.emitter.finishedMarks(),
    counts: body.runs.length === 0 ? NO_COUNTS : new Float64Array(body.runs.length),
    runs: body.runs,
  };
  body.emitter.finish();
  func.prepared[mode] = code;
  return code;
}

const NO_COUNTS = new Float64Array(0);

function addLocals(body: Body, count: number, type: ValueType): void {
  for (let i = 0; i < count; i += 1) body.operands.addLocal(type);
}

/** Constants are worth slots where there are loops; a byte that looks like one is enough to reserve some. */
function constantRoom(bytes: Uint8Array): number {
  return bytes.includes(LOOP) ? Math.min(12, bytes.length >> 4) : 0;
}

function translate(body: Body): void {
  const {reader, operands} = body;
  const {results} = body.func.type;
  body.open('function', [], results);
  operands.require(wordCount(results), refCount(results));
  let skipped = 0;
  while (!reader.isAtEnd) {
    const op = reader.next();
    if (body.isDead) {
      if (op === BLOCK || op === LOOP || op === IF || op === TRY_TABLE) skipped += 1;
      if (skipped > 0 || (op !== ELSE && op !== END)) {
        if (op === END) skipped -= 1;
        continue;
      }
    } else body.meter();
    const prepareOne = present(PREPARE[op], NAME[op] ?? 'instruction');
    if (body.mode === Mode.traced) prepareTraced(body, prepareOne);
    else prepareOne(body);
  }
}

/** What happens once on entry: null references, constants. Stands at the end because only then it is known. */
function emitPrologue(body: Body, paramRefs: number, localRefs: number): number {
  const {operands, emitter} = body;
  const hasRefs = operands.maxRefs > paramRefs;
  if (!hasRefs && operands.constants.length === 0) return emitter.start;
  const entry = body.bind();
  if (hasRefs) emitter.op3(ENTER_REFS, paramRefs, localRefs, operands.maxRefs);
  operands.emitConstants();
  emitter.op1(JUMP, emitter.start);
  return entry;
}

function finishHandlers(body: Body): Handler[] {
  if (body.handlers.length === 0) return [];
  const leave = body.bind();
  body.emitter.op(RETURN);
  return body.handlers.map(({start, end, clauses}) => ({
    start,
    end,
    clauses: clauses.map(({block, ...clause}) => ({
      ...clause,
      target: block.kind === 'function' ? leave : block.kind === 'loop' ? block.start : block.bound,
    })),
  }));
}
