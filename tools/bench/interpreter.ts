/** Our interpreter beside V8 TurboFan and wabt's wasm-interp on the kernels, medium sizes; a minute or two. */
import {benchKernels} from './kernel-bench.ts';
import {interpreterSide, type Side, v8Side, wabtSide} from './kernel-sides.ts';
import {kernelNames} from './kernels.ts';
import type {BenchReport} from './report.ts';

const ROUNDS = 3;

function measured(sides: readonly Side[]): BenchReport {
  try {
    return benchKernels('interpreter', sides, kernelNames, 'medium', ROUNDS);
  } finally {
    for (const side of sides) side.close?.();
  }
}

export function interpreterBench(): BenchReport {
  const wabt = wabtSide();
  const turbofan = v8Side('v8-turbofan', ['--no-liftoff', '--no-wasm-lazy-compilation']);
  const sides = [interpreterSide, turbofan, ...(wabt === null ? [] : [wabt])];
  const report = measured(sides);
  if (wabt !== null) return report;
  return {
    ...report,
    notes: [...report.notes, 'wasm-interp skipped: there is no wasm-interp here (apt-get install wabt).'],
  };
}
