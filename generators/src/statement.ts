/** Statements: code that leaves the stack as it found it and changes something that can be observed. */

import {SIGNATURE} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {address, isAtomic, widthOf} from './address.ts';
import {aggregateStatement} from './aggregate.ts';
import {atomicAccess, fence} from './atomic.ts';
import type {Body} from './body.ts';
import {bulkStatement} from './bulk.ts';
import {callStatement} from './call.ts';
import {
  blockStatement,
  branchStatement,
  ifStatement,
  loopStatement,
  switchStatement,
  trapStatement,
} from './control.ts';
import {catchStatement, throwStatement} from './exceptions.ts';
import {typeSlot} from './instruction.ts';
import {type StatementKind, statementKinds} from './productions.ts';
import {emit} from './simple.ts';
import {typedTableStatement} from './typed-table.ts';

/** Makes one statement, or makes nothing and returns false. */
type Make = (b: Body, depth: number) => boolean;

const always =
  (work: (b: Body, depth: number) => void): Make =>
  (b, depth) => {
    work(b, depth);
    return true;
  };

const make = {
  localSet: (b, depth) => {
    const type = b.rng.pick(b.swarm.anyTypes);
    const locals = b.writable[typeSlot(type)]!;
    if (locals.length === 0) return false;
    b.expression(type, depth);
    b.put(type, b.rng.pick(locals));
    return true;
  },
  globalSet: (b, depth) => {
    const type = b.rng.pick(b.swarm.anyTypes);
    const globals = b.m.mutableGlobals[typeSlot(type)]!;
    if (globals.length === 0) return false;
    b.expression(type, depth);
    b.putGlobal(type, b.rng.pick(globals));
    return true;
  },
  store: (b, depth) => {
    const ops = b.swarm.stores[typeSlot(b.rng.pick(b.swarm.numberTypes))]!;
    if (ops.length === 0) return false;
    store(b, b.rng.pick(ops), depth);
    return true;
  },
  sink: always((b, depth) => {
    const type = b.rng.pick(b.swarm.anyTypes);
    b.expression(type, depth);
    if (b.rng.oneIn(24)) b.code.op(Op.drop);
    else b.sink(type);
  }),
  choice: always((b, depth) => {
    if (b.swarm.unguarded > 0 && b.rng.oneIn(8)) trapStatement(b, depth);
    else ifStatement(b, depth);
  }),
  block: always(blockStatement),
  loop: loopStatement,
  switches: always(switchStatement),
  call: callStatement,
  bulk: (b, depth) => (b.rng.oneIn(3) && typedTableStatement(b, depth)) || bulkStatement(b, depth),
  aggregate: aggregateStatement,
  throwing: throwStatement,
  catching: catchStatement,
  branch: branchStatement,
  nop: always((b) => {
    if (b.swarm.features.has('threads') && b.rng.oneIn(2)) fence(b);
    else b.code.op(Op.nop);
  }),
} satisfies Record<StatementKind, Make>;

const makers = (Object.keys(statementKinds) as StatementKind[]).map((kind): Make => make[kind]);

/** A store with its operands. */
export function store(b: Body, op: number, depth: number): void {
  if (isAtomic(op)) return atomicAccess(b, op, depth - 1);
  const place = address(b, widthOf(op), depth - 1);
  b.expression(SIGNATURE[op]!.operands[1]!, depth - 1);
  emit(b, op, place);
}

/** One statement; when the drawn production is impossible here, a value is sunk. */
export function statement(b: Body, depth: number): void {
  const within = Math.max(depth, 1);
  const kind = b.rng.weighted(b.swarm.statements);
  if (!makers[kind]!(b, within)) make.sink(b, within);
}
