/** Our interpreter beside V8 TurboFan and wabt's wasm-interp on the kernels, medium sizes; a minute or two. */
import {benchKernels} from './kernel-bench.ts';
import {interpreterSide, v8Side, wabtSide} from './kernel-sides.ts';
import {kernelNames} from './kernels.ts';
import type {BenchReport} from './report.ts';

const ROUNDS = 3;

export function interpreterBench(): BenchReport {
  const wabt = wabtSide();
  const turbofan = v8Side('v8-turbofan', ['--no-liftoff', '--no-wasm-lazy-compilation']);
  const sides = [interpreterSide, turbofan, ...(wabt === null ? [] : [wabt])];
  const report = benchKernels('interpreter', sides, kernelNames, 'medium', ROUNDS);
  if (wabt !== null) return report;
  return {...report, notes: [...report.notes, 'wabt skipped: there is no wasm-interp here (apt-get install wabt).']};
}
