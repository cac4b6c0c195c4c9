/** Runs the kernels on every side, interleaved, and compares the first side with the others. */

import type {Side} from './kernel-sides.ts';
import type {Kernel, Size} from './kernels.ts';
import {interleave, ratios} from './measure.ts';
import {type BenchReport, type Row, SCHEMA} from './report.ts';

const MIN_MS = 1e-3;

/** A side that cannot run a kernel is left out there, and a note says so. */
export function benchKernels(
  bench: string,
  sides: readonly Side[],
  names: readonly Kernel[],
  size: Size,
  rounds: number,
): BenchReport {
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const able = sides.filter((side) => canRun(side, name, size, notes));
    const costs = interleave(
      new Map(able.map((side) => [side.name, () => Math.max(side.run(name, size), MIN_MS)])),
      rounds,
      0,
    );
    for (const [side, value] of costs) rows.push({bench, name, side, value, unit: 'ms'});
  }
  return {schema: SCHEMA, rows, geomean: ratios(rows, sides[0]!.name), notes};
}

/** One run that is not counted: warms the side up and checks its result. */
function canRun(side: Side, name: Kernel, size: Size, notes: string[]): boolean {
  try {
    side.run(name, size);
    return true;
  } catch (error) {
    notes.push(`skipped: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return false;
  }
}
