/**
 * Vector kernels on raw bits, by way of a small stack of their own: for those who fold, evaluate and test.
 */
import {type Kernel, Lanes} from './lanes.ts';

/** Room for three vectors. */
const bench = new Lanes(new ArrayBuffer(48));

function put(word: number, bits: number | bigint): void {
  const integer = BigInt(bits);
  for (let i = 0; i < 4; i += 1) bench.i32[word + i] = Number(BigInt.asIntN(32, integer >> BigInt(32 * i)));
}

/** Runs a kernel on up to three operands; its result stands in the words from 0 on. */
function run(kernel: Kernel, operands: readonly (number | bigint)[]): void {
  operands.forEach((bits, i) => put(4 * i, bits));
  kernel(bench, 0, 0, 4, 8);
}

/** The vector that a kernel makes of its operands, unsigned. */
export function onBits(kernel: Kernel, operands: readonly (number | bigint)[]): bigint {
  run(kernel, operands);
  return [3, 2, 1, 0].reduce((bits, i) => (bits << 32n) | BigInt(bench.u32[i]!), 0n);
}

/** The i32 that a kernel makes of its operands, signed. */
export function toI32(kernel: Kernel, operands: readonly (number | bigint)[]): number {
  run(kernel, operands);
  return bench.i32[0]!;
}
