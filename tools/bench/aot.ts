/** Our compiled code at -O2 beside V8 TurboFan, V8 Liftoff and our -O0 on the kernels, large sizes; two minutes. */
import {engineStatus} from '#harness/engines/open.ts';
import {benchKernels} from './kernel-bench.ts';
import {aotSide, v8Side} from './kernel-sides.ts';
import {kernelNames} from './kernels.ts';
import {type BenchReport, SCHEMA} from './report.ts';

const ROUNDS = 3;

export function aotBench(): BenchReport {
  const key = process.arch === 'arm64' ? 'aot-arm64' : 'aot-x64';
  const status = engineStatus(key);
  if (!status.available) return {schema: SCHEMA, rows: [], geomean: {}, notes: [`${key} skipped: ${status.reason}.`]};
  const sides = [
    aotSide(key, 2),
    v8Side('v8-turbofan', ['--no-liftoff', '--no-wasm-lazy-compilation']),
    v8Side('v8-liftoff', ['--liftoff-only', '--no-wasm-lazy-compilation']),
    aotSide(key, 0),
  ];
  try {
    return benchKernels('aot', sides, kernelNames, 'large', ROUNDS);
  } finally {
    for (const side of sides) side.close?.();
  }
}
