/**
 * The register allocator as one object that keeps its columns between functions: ranges, scan, resolution, and the check.
 */
import type {Fuel} from '../../fuel.ts';
import type {MFunc} from '../mfunc.ts';
import {LinearScan, type RegFile} from './allocate.ts';
import {moveBackEdges} from './back-edges.ts';
import {checkAllocation} from './check.ts';
import {Ranges} from './ranges.ts';
import {Allocation, Resolver} from './resolve.ts';

export class RegisterAllocator {
  readonly #ranges = new Ranges();
  readonly #scan = new LinearScan();
  readonly #resolver = new Resolver();
  readonly #allocation = new Allocation();

  /** The allocation of a function, valid until the next call. With `check`, a wrong one is a Bug. */
  run(f: MFunc, file: RegFile, fuel: Fuel, check: boolean): Allocation {
    this.#ranges.compute(f);
    this.#scan.run(f, this.#ranges, file);
    const allocation = this.#resolver.run(f, this.#ranges, this.#scan, this.#allocation);
    moveBackEdges(f, this.#ranges, this.#scan, allocation, this.#resolver, fuel);
    if (check) checkAllocation(f, allocation, file);
    return allocation;
  }
}
