/**
 * Preparing control instructions: blocks, branches, calls, exceptions (spec section 4.6.8 and following).
 */
import {funcTypeAt} from '../wasm/module.ts';
import type {Op} from '../wasm/opcodes.ts';
import type {FuncType, ValueType} from '../wasm/types.ts';
import type {Block, Body, PendingClause} from './body.ts';
import {Place, Storage, storageOf} from './operands.ts';
import type {Prepare} from './prepare-numeric.ts';
import {refCount, wordCount} from './slots.ts';
import {Word} from './words.ts';

const {
  jump: JUMP,
  br_table: BR_TABLE,
  call: CALL,
  call_indirect: CALL_INDIRECT,
  call_ref: CALL_REF,
  throw: THROW,
  return_call: RETURN_CALL,
  return_call_indirect: RETURN_CALL_INDIRECT,
  return_call_ref: RETURN_CALL_REF,
  unreachable: UNREACHABLE,
  throw_ref: THROW_REF,
  br_null: BR_NULL,
  br_non_null: BR_NON_NULL,
  narrow_table: NARROW_TABLE,
} = Word;

function openBlock(body: Body, kind: Block['kind']): Block {
  const {params, results} = body.blockTypes(body.reader.blockType);
  return body.open(kind, params, results);
}

const ifBlock: Prepare = (body) => {
  const test = body.popTest();
  const block = openBlock(body, 'if');
  body.emitTest(test.fails, test.failsOperands);
  block.elsePatch = body.forward();
  body.endRun();
};

const elseBlock: Prepare = (body) => {
  const block = body.target(0);
  if (!body.isDead) {
    body.operands.flushTop(block.results.length);
    body.emitter.op(JUMP);
    body.label(block);
  }
  body.bindForward(block.elsePatch);
  block.elsePatch = -1;
  body.resetTo(block, block.params);
  body.isDead = false;
};

const end: Prepare = (body) => {
  const block = body.target(0);
  if (block.kind === 'function') {
    if (!body.isDead) leave(body);
    return;
  }
  if (!body.isDead) body.operands.flushTop(block.results.length);
  if (block.elsePatch >= 0) body.bindForward(block.elsePatch);
  if (block.kind === 'loop') body.operands.loopDepth -= 1;
  if (block.kind === 'try') body.endTry(block);
  body.blocks.pop();
  body.close(block);
};

/** Branches when a test holds; goes on otherwise. `emitIf` emits the branch up to its target. */
export function branchOn(body: Body, block: Block, emit: {holds: () => void; fails: () => void}): void {
  if (body.isDirect(block)) {
    emit.holds();
    body.label(block);
  } else {
    emit.fails();
    const over = body.forward();
    body.branch(block);
    body.bindForward(over);
  }
  body.endRun();
}

const brIf: Prepare = (body) => {
  const block = body.target(body.reader.index);
  const test = body.popTest();
  if (block.kind === 'function') body.prepareToLeave();
  branchOn(body, block, {
    holds: () => body.emitTest(test.holds, test.holdsOperands),
    fails: () => body.emitTest(test.fails, test.failsOperands),
  });
};

const brTable: Prepare = (body) => {
  const {operands, emitter, reader} = body;
  const index = operands.read(operands.pop());
  const count = reader.labelCount;
  const labels = Array.from(reader.labels.subarray(0, count), (label) => body.target(label));
  if (labels.some(({kind}) => kind === 'function')) body.prepareToLeave();
  emitter.op2(BR_TABLE, index, count - 1);
  const stubs = new Map<Block, number[]>();
  for (const block of labels) {
    if (body.isDirect(block)) body.label(block);
    else {
      const known = stubs.get(block);
      const at = body.forward();
      if (known === undefined) stubs.set(block, [at]);
      else known.push(at);
    }
  }
  for (const [block, uses] of stubs) {
    for (const at of uses) body.bindForward(at);
    body.branch(block);
  }
  body.setDead();
};

/** Brings arguments to the top slots and takes them off; returns where they start. */
function popArguments(body: Body, types: readonly ValueType[]): {slot: number; refSlot: number} {
  const {operands} = body;
  operands.flushTop(types.length);
  operands.truncate(operands.count - types.length);
  return {slot: operands.wordTop, refSlot: operands.refTop};
}

function pushResults(body: Body, types: readonly ValueType[]): void {
  for (const type of types) body.operands.push(storageOf(type));
}

/** A call: `operands` are the words of the instruction before the argument slots. */
function call(body: Body, word: number, before: readonly number[], type: FuncType): void {
  const {slot, refSlot} = popArguments(body, type.params);
  const {emitter} = body;
  body.mark();
  emitter.op(word);
  for (const operand of before) emitter.operand(operand);
  emitter.operand(slot);
  emitter.operand(refSlot);
  pushResults(body, type.results);
}

function tailCall(body: Body, word: number, before: readonly number[], type: FuncType): void {
  const {slot, refSlot} = popArguments(body, type.params);
  const {emitter} = body;
  body.mark();
  emitter.op(word);
  for (const operand of before) emitter.operand(operand);
  emitter.operand(slot);
  emitter.operand(wordCount(type.params));
  emitter.operand(refSlot);
  emitter.operand(refCount(type.params));
  body.setDead();
}

const calleeType = (body: Body): FuncType => body.instance.funcs[body.reader.index]!.type;

/** The slot of a popped table index, as 32 bits: one above is out of bounds of every table. */
export function tableIndexSlot(body: Body, i: number, table: number): number {
  const {operands, emitter} = body;
  const source = operands.read(i);
  if (body.instance.tables[table]!.type.address === 'i32') return source;
  emitter.op2(NARROW_TABLE, operands.slot[i]!, source);
  return operands.slot[i]!;
}

/** The callee's index stands above the arguments and is read before they move. */
function indirectOperands(body: Body): number[] {
  const {index: type, index2: table} = body.reader;
  return [tableIndexSlot(body, body.operands.pop(), table), table, type];
}

const indirectType = (body: Body): FuncType => funcTypeAt(body.module, body.reader.index);

const callRef = (body: Body): number[] => [body.operands.read(body.operands.pop())];

/** Branches on a reference being null or not; `br_on_non_null` keeps the reference for the branch only. */
const brOnNull: Prepare = (body) => {
  const {operands, emitter} = body;
  const block = body.target(body.reader.index);
  const i = operands.pop();
  const source = operands.read(i);
  if (block.kind === 'function') body.prepareToLeave();
  branchOn(body, block, {holds: () => emitter.op1(BR_NULL, source), fails: () => emitter.op1(BR_NON_NULL, source)});
  if (operands.place[i] === Place.local) operands.pushLocal(operands.low[i]!);
  else operands.push(Storage.ref);
};

const brOnNonNull: Prepare = (body) => {
  const {operands, emitter} = body;
  const block = body.target(body.reader.index);
  operands.flushTop(1);
  const source = operands.slot[operands.count - 1]!;
  if (block.kind === 'function') body.prepareToLeave();
  branchOn(body, block, {holds: () => emitter.op1(BR_NON_NULL, source), fails: () => emitter.op1(BR_NULL, source)});
  operands.pop();
};

const tryTable: Prepare = (body) => {
  const {reader} = body;
  // Labels of the clauses do not count the try_table itself.
  const clauses: PendingClause[] = [];
  for (let i = 0; i < reader.catchCount; i += 1) {
    const kind = reader.catches[3 * i]!;
    const block = body.target(reader.catches[3 * i + 2]!);
    const isFunction = block.kind === 'function';
    clauses.push({
      block,
      tag: kind < 2 ? reader.catches[3 * i + 1]! : null,
      withRef: (kind & 1) === 1,
      slot: isFunction ? 0 : block.wordBase,
      refSlot: isFunction ? 0 : block.refBase,
    });
  }
  body.startTry(openBlock(body, 'try'), clauses);
};

const throwTag: Prepare = (body) => {
  const type = body.instance.tags[body.reader.index]!.type;
  const {slot, refSlot} = popArguments(body, type.params);
  body.mark();
  body.emitter.op3(THROW, body.reader.index, slot, refSlot);
  body.setDead();
};

const throwRef: Prepare = (body) => {
  const source = body.operands.read(body.operands.pop());
  body.mark();
  body.emitter.op1(THROW_REF, source);
  body.setDead();
};

const leave: Prepare = (body) => {
  body.prepareToLeave();
  body.branch(body.blocks[0]!);
  body.setDead();
};

export const control = {
  unreachable: (body) => {
    body.mark();
    body.emitter.op(UNREACHABLE);
    body.setDead();
  },
  block: (body) => void openBlock(body, 'block'),
  loop: (body) => {
    openBlock(body, 'loop');
    body.operands.loopDepth += 1;
  },
  if: ifBlock,
  else: elseBlock,
  end: end,
  br: (body) => {
    const block = body.target(body.reader.index);
    if (block.kind === 'function') body.prepareToLeave();
    body.branch(block);
    body.setDead();
  },
  br_if: brIf,
  br_table: brTable,
  return: leave,
  call: (body) => call(body, CALL, [body.reader.index], calleeType(body)),
  call_indirect: (body) => call(body, CALL_INDIRECT, indirectOperands(body), indirectType(body)),
  call_ref: (body) => call(body, CALL_REF, callRef(body), indirectType(body)),
  return_call: (body) => tailCall(body, RETURN_CALL, [body.reader.index], calleeType(body)),
  return_call_indirect: (body) => tailCall(body, RETURN_CALL_INDIRECT, indirectOperands(body), indirectType(body)),
  return_call_ref: (body) => tailCall(body, RETURN_CALL_REF, callRef(body), indirectType(body)),
  br_on_null: brOnNull,
  br_on_non_null: brOnNonNull,
  try_table: tryTable,
  throw: throwTag,
  throw_ref: throwRef,
} satisfies Partial<Record<keyof typeof Op, Prepare>>;
