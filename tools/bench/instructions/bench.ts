/**
 * How many instructions our AArch64 code of the kernels has and executes, beside what gcc -O2 makes of the same module (by
 * wasm2c) and of the same C. Exact counts: nothing is timed, and a run on any machine gives the same figures.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Kernel, kernelNames, type Size} from '../kernels.ts';
import {geometricMean} from '../measure.ts';
import {type BenchReport, type Row, SCHEMA} from '../report.ts';
import {type Cause, type Counted, causes, total} from './counts.ts';
import {countGcc, gccPeers} from './gcc.ts';
import {countOurs} from './ours.ts';
import {buildPlugin} from './tools.ts';

const BENCH = 'instructions';
const OURS = 'ours';
const SIZE: Size = 'medium';
const NAMED_CAUSES = 3;

const kinds = {listed: 'listed', executed: 'executed'} as const satisfies Record<keyof Counted, string>;
type Kind = keyof typeof kinds;

interface Side {
  readonly name: string;
  readonly count: (kernel: Kernel, folder: string, plugin: string) => Counted | Promise<Counted>;
}

const sides: readonly Side[] = [
  {name: OURS, count: (kernel, folder, plugin) => countOurs(kernel, SIZE, folder, plugin)},
  ...Object.values(gccPeers).map((peer) => ({
    name: peer.name,
    count: (kernel: Kernel, folder: string, plugin: string) => countGcc(peer, kernel, SIZE, folder, plugin),
  })),
];

/** The report: per kernel and side both counts, the mean ratios, and the classes that explain the largest part of each. */
export async function instructionsBench(names: readonly Kernel[] = kernelNames): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-instructions-'));
  try {
    return await countAll(names, folder, buildPlugin(folder));
  } finally {
    rmSync(folder, {recursive: true});
  }
}

async function countAll(names: readonly Kernel[], folder: string, plugin: string): Promise<BenchReport> {
  const counts = new Map<string, Map<Kernel, Counted>>(sides.map(({name}) => [name, new Map()]));
  const skipped: string[] = [];
  for (const kernel of names) {
    for (const {name, count} of sides) {
      try {
        counts.get(name)!.set(kernel, await count(kernel, folder, plugin));
      } catch (error) {
        if (name === OURS) throw error;
        skipped.push(`skipped: ${name}: ${kernel}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
      }
    }
  }
  return reportOf(counts, skipped);
}

function reportOf(counts: ReadonlyMap<string, ReadonlyMap<Kernel, Counted>>, skipped: readonly string[]): BenchReport {
  const rows: Row[] = [];
  for (const kind of Object.keys(kinds) as Kind[])
    for (const [side, byKernel] of counts)
      for (const [name, counted] of byKernel)
        rows.push({bench: BENCH, name, side, value: total(counted[kind]), unit: kinds[kind]});
  const geomean: Record<string, number> = {};
  const notes: string[] = [];
  for (const kind of Object.keys(kinds) as Kind[]) {
    for (const {name} of Object.values(gccPeers)) {
      const pairs = pairsOf(counts.get(OURS)!, counts.get(name)!, kind);
      if (pairs.length === 0) continue;
      const side = `${name}, ${kinds[kind]}`;
      geomean[side] = geometricMean(pairs.map(({ours, peer}) => total(ours) / total(peer)));
      notes.push(`Largest causes against ${side}: ${causes(pairs).slice(0, NAMED_CAUSES).map(described).join('; ')}.`);
    }
  }
  return {schema: SCHEMA, rows, geomean, notes: [...notes, ...skipped]};
}

function pairsOf(ours: ReadonlyMap<Kernel, Counted>, peer: ReadonlyMap<Kernel, Counted>, kind: Kind) {
  return [...peer].map(([name, counted]) => ({name, ours: ours.get(name)![kind], peer: counted[kind]}));
}

const PERCENT = 100;
const described = ({name, excess, worst}: Cause): string =>
  `${name} ${excess < 0 ? '' : '+'}${(excess * PERCENT).toFixed(1)} % of the peer's instructions (most in ${worst})`;
