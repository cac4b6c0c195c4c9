/**
 * Which behaviours an engine has chosen for relaxed instructions, found out by trying: the interpreter then computes with
 * the same (`chooseRelaxed`), and results compare bit by bit.
 */
import {relaxedSimd} from '../wasm/opcodes.ts';
import {behaviours, behavioursWith, type Relaxed} from './relaxed.ts';

/** Behaviour by instruction, an index into `behaviours`; absent ones are deterministic. */
export type RelaxedProfile = Readonly<Partial<Record<Relaxed, number>>>;

export const relaxedNames = Object.keys(relaxedSimd.rows) as Relaxed[];

/** Lanes at which behaviours differ, by width in bits. */
const edges: readonly (readonly [number, readonly bigint[]])[] = [
  [8, [0x00n, 0x01n, 0x0fn, 0x10n, 0x7fn, 0x80n, 0x81n, 0xffn]],
  [16, [0x0000n, 0x0001n, 0x7fffn, 0x8000n, 0x00ffn, 0xff00n, 0x0080n, 0x1234n]],
  // Zeroes of both signs, 1 and an ulp, its square rounded and negated, NaN, beyond i32 on both sides; bits mixed.
  [32, [0n, 0x80000000n, 0x3f800001n, 0xbf800002n, 0x7fc00000n, 0x50000000n, 0xd0000000n, 0x0ff0f00fn]],
  [
    64,
    [
      0n,
      0x80000000_00000000n,
      0x3ff00000_00000001n,
      0xbff00000_00000002n,
      0x7ff80000_00000000n,
      0x42000000_00000000n,
      0xc2000000_00000000n,
      0x0ff0f00f_f00f0ff0n,
    ],
  ],
];

/** All triples of edges of each width, packed into vectors. */
function* probes(): Iterable<readonly [bigint, bigint, bigint]> {
  for (const [width, lanes] of edges) {
    const perVector = 128 / width;
    for (let first = 0; first < 512; first += perVector) {
      const vector = (digit: number): bigint =>
        Array.from({length: perVector}, (_, i) => lanes[((first + i) >> (3 * digit)) & 7]! << BigInt(i * width)).reduce(
          (sum, lane) => sum | lane,
        );
      yield [vector(0), vector(1), vector(2)];
    }
  }
}

/** Sums of products of the least lanes leave 16 bits. */
const LEAST = BigInt(`0x${'80'.repeat(16)}`);

const allProbes = [...probes(), [LEAST, LEAST, 0n] as const];

/**
 * The behaviour of an instruction that `run` computes, given as many unsigned vectors as it has operands; null when it
 * keeps to none that is allowed.
 */
export function behaviourOf(name: Relaxed, run: (...operands: bigint[]) => bigint): number | null {
  const count = relaxedSimd.rows[name][2].indexOf(':');
  let left = behaviours[name].map((_, index) => index);
  for (const probe of allProbes) {
    const operands = probe.slice(0, count);
    const fitting = behavioursWith(name, operands, run(...operands));
    left = left.filter((index) => fitting.includes(index));
  }
  return left[0] ?? null;
}
