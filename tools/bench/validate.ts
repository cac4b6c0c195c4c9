/**
 * Throughput of decoding and validating beside V8's WebAssembly.validate and, where it is installed, wabt's
 * wasm-validate, on the largest real modules that the dependencies bring. Sides take turns; the best of each counts.
 */
import {spawnSync} from 'node:child_process';
import {decode} from '#engine/binary/decode.ts';
import {load} from '#engine/valid/load.ts';
import {validate} from '#engine/valid/module.ts';
import {supported} from '#engine/wasm/features.ts';
import {ratios} from './measure.ts';
import {realModules} from './modules.ts';
import {peer} from './peers.ts';
import {type BenchReport, type Row, SCHEMA} from './report.ts';

declare const WebAssembly: {validate(bytes: Uint8Array): boolean};

const ROUNDS = 7;

function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function sides(path: string, bytes: Uint8Array): [string, () => void][] {
  const decoded = decode(bytes, supported);
  const list: [string, () => void][] = [
    ['v8', () => void WebAssembly.validate(bytes)],
    ['decode', () => void decode(bytes, supported)],
    ['validate', () => void validate(decoded, supported)],
    ['load', () => void load(bytes, supported)],
  ];
  const program = peer('wasm-validate');
  if (program !== null) list.push(['wasm-validate', () => void spawnSync(program, ['--enable-all', path])]);
  return list;
}

/** Measures every module at hand; takes a few seconds. */
export function validateBench(): BenchReport {
  const rows: Row[] = [];
  const times: Row[] = [];
  for (const {name, path, bytes} of realModules()) {
    const best = new Map<string, number>();
    const list = sides(path, bytes);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [side, work] of list)
        best.set(side, Math.min(best.get(side) ?? Number.POSITIVE_INFINITY, seconds(work)));
    }
    for (const [side, time] of best) {
      const row = {bench: 'validate', name, side};
      rows.push({...row, value: bytes.length / 1e6 / time, unit: 'MB/s'});
      times.push({...row, value: time, unit: 's'});
    }
  }
  const {v8, 'wasm-validate': wabt} = ratios(times, 'load');
  const geomean = {...(v8 !== undefined && {v8}), ...(wabt !== undefined && {'wasm-validate': wabt})};
  const notes = wabt === undefined ? ['wasm-validate is not installed: skipped.'] : [];
  return {schema: SCHEMA, rows, geomean, notes: [...notes, 'Ours is `load`: decode and validate.']};
}
