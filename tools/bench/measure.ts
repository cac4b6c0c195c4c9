/**
 * How benches measure: sides take turns, so that whatever else the machine does hits all of them alike; the median of the
 * rounds counts; ratios are compared, never times. CPU time of processes comes from the scheduler, in nanoseconds.
 */
import {readdirSync, readFileSync} from 'node:fs';
import type {Row} from './report.ts';

/** Gives the cost of one piece of work, usually in milliseconds; measures itself. */
export type Side = () => number;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Median cost of each side. `warmUp` rounds are not counted. Every round begins with another side. */
export function interleave(sides: ReadonlyMap<string, Side>, rounds: number, warmUp = 1): Map<string, number> {
  const costs = new Map([...sides.keys()].map((name) => [name, [] as number[]]));
  const order = [...sides];
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, side] of order) {
      const cost = side();
      if (round >= 0) costs.get(name)!.push(cost);
    }
    order.push(order.shift()!);
  }
  return new Map([...costs].map(([name, values]) => [name, median(values)]));
}

/** Geometric mean of ours over each other side, over the names that both have. Units must be times. */
export function ratios(rows: readonly Row[], ours: string): Record<string, number> {
  const own = new Map(rows.filter(({side}) => side === ours).map(({name, value}) => [name, value]));
  const peers = new Set(rows.map(({side}) => side).filter((side) => side !== ours));
  const result: Record<string, number> = {};
  for (const peer of peers) {
    const both = rows.filter(({side, name}) => side === peer && own.has(name));
    if (both.length > 0) result[peer] = geometricMean(both.map(({name, value}) => own.get(name)! / value));
  }
  return result;
}

/** Wall-clock milliseconds of a piece of work. */
export function wall(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Milliseconds that this thread was on a core while it did the work. */
export function threadTime(work: () => void): number {
  const began = ownTime();
  work();
  return ownTime() - began;
}

/** Milliseconds that all threads of a process were on a core so far; NaN where there is no /proc. */
export function processTime(pid: number): number {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return tasks.reduce((sum, task) => sum + onCore(`/proc/${pid}/task/${task}/schedstat`), 0) / 1e6;
  } catch {
    return Number.NaN;
  }
}

/** Milliseconds that the main thread of a process was on a core so far; NaN where there is no /proc. */
export function mainThreadTime(pid: number): number {
  try {
    return onCore(`/proc/${pid}/task/${pid}/schedstat`) / 1e6;
  } catch {
    return Number.NaN;
  }
}

const nap = new Int32Array(new SharedArrayBuffer(4));

/**
 * Milliseconds that this thread was on a core so far; NaN where there is no /proc. Sleeps first: the scheduler accounts
 * for a running thread only at its ticks, every 4 ms.
 */
export function ownTime(): number {
  Atomics.wait(nap, 0, 0, 0.1);
  try {
    return onCore('/proc/thread-self/schedstat') / 1e6;
  } catch {
    return Number.NaN;
  }
}

const onCore = (path: string): number => Number(readFileSync(path, 'latin1').split(' ')[0]);
