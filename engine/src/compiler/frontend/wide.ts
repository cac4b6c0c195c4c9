/** Wide arithmetic: i64.add128, sub128, mul_wide_s and mul_wide_u, each one operation with two results, low half first. */
import {OPCODE_COUNT} from '#engine/wasm/columns.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {NONE, type Value} from '../ir/func.ts';
import {HAS_LIST, Ir, type IrOp, type OpCode} from '../ir/ops.ts';
import {I64} from '../ir/types.ts';
import type {Wide} from './simple.ts';
import type {State} from './state.ts';

const {result: RESULT} = Ir;

const wideOps = {
  'i64.add128': 'iadd128',
  'i64.sub128': 'isub128',
  'i64.mul_wide_s': 'imul_wide_s',
  'i64.mul_wide_u': 'imul_wide_u',
} as const satisfies Record<Wide, IrOp>;

/** Operation by opcode, 0 when it is none of these. */
const WIDE_OP = new Uint16Array(OPCODE_COUNT);
for (const [name, op] of Object.entries(wideOps)) WIDE_OP[Op[name as Wide]] = Ir[op];

export const isWide = (opcode: number): boolean => WIDE_OP[opcode] !== 0;

/** Pops the operands and pushes low and high half. */
export function wideArithmetic(s: State, opcode: number): void {
  const op = WIDE_OP[opcode] as OpCode;
  const low = HAS_LIST[op] === 1 ? fourOperands(s, op) : twoOperands(s, op);
  s.push(low);
  s.push(s.emit(RESULT, I64, low, NONE, NONE, 1));
}

function fourOperands(s: State, op: OpCode): Value {
  s.height -= 4;
  s.f.beginList();
  for (let i = 0; i < 4; i++) s.f.pushList(s.stack[s.height + i]!);
  return s.place(s.f.addList(op, I64, NONE));
}

function twoOperands(s: State, op: OpCode): Value {
  const right = s.pop();
  return s.emit(op, I64, s.pop(), right);
}
