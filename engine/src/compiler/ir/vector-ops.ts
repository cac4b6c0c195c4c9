/**
 * SSA operations on v128: one per wasm instruction, named by its mnemonic and meaning the same, derived from the opcode
 * table. Instructions that touch memory are not among them: `load` and `store` move whole vectors and scalars, and the lane
 * operations put them together (frontend/simd.ts), so that what knows loads and stores knows these too.
 *
 * `imm` holds the lane of extract_lane and replace_lane, and the id of shuffle's sixteen lanes (Func.vector).
 */
import {LANES} from '#engine/wasm/columns.ts';
import {type Row, relaxedSimd, simd} from '#engine/wasm/opcodes.ts';
import type {OpRow} from './ops.ts';

type Rows = typeof simd.rows & typeof relaxedSimd.rows;
export type VectorOp = Exclude<keyof Rows, `v128.load${string}` | `v128.store${string}` | 'v128.const'>;

const instructions: Readonly<Record<string, Row>> = {...simd.rows, ...relaxedSimd.rows};

/** In the order of the opcode table. */
export const vectorOps = Object.keys(instructions).filter(
  (name) => !/^v128\.(load|store|const)/.test(name),
) as readonly VectorOp[];

/** Float operands are never exchanged: which NaN comes out depends on their order. */
function rowOf(name: VectorOp): OpRow {
  const [, , signature, facts] = instructions[name]!;
  const isFloat = name.startsWith('f') && !/\.(eq|ne)$/.test(name);
  return [signature!, isFloat ? 'pure' : facts];
}

/** Rows of the operation table (ops.ts). */
export const vectorRows = Object.fromEntries(vectorOps.map((name) => [name, rowOf(name)])) as Readonly<
  Record<VectorOp, OpRow>
>;

/** Lanes that `imm` may name, 0 where it names none. */
export const laneCount = Object.fromEntries(
  vectorOps.map((name) => [name, LANES[instructions[name]![0]]!]),
) as Readonly<Record<VectorOp, number>>;

export const isVectorOp = (name: string): name is VectorOp => Object.hasOwn(vectorRows, name);
