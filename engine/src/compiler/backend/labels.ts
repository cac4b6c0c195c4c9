/**
 * Labels and branches of one function, and their relaxation. Branches are emitted in their long form; `relax` then finds those
 * whose target is near enough, and says how offsets change. Shrinking never makes another branch longer, so that one decision
 * is final; a few rounds find nearly all.
 */
import {assert} from '#engine/base/assert.ts';
import {grownWords} from './mfunc.ts';

type Words = Int32Array<ArrayBuffer>;

/** Form of a branch: bytes before and after shrinking. */
export interface BranchForm {
  readonly longBytes: number;
  readonly shortBytes: number;
  /** Distance from the end of the short branch that it can reach, in both directions. */
  readonly reach: number;
}

const ROUNDS = 3;

export class Labels {
  count = 0;
  /** Offset by label, -1 until it is bound. */
  offset: Words = new Int32Array(64);
  branchCount = 0;
  branchAt: Words = new Int32Array(64);
  branchTarget: Words = new Int32Array(64);
  branchForm: Words = new Int32Array(64);
  isShort = new Uint8Array(64);
  /** Bytes saved by the branches up to and including each. */
  #saved: Words = new Int32Array(64);
  /** Branches that stand before a label. */
  #before: Words = new Int32Array(64);

  clear(): void {
    this.count = 0;
    this.branchCount = 0;
  }

  add(): number {
    if (this.count >= this.offset.length) this.offset = grownWords(this.offset, this.count * 2);
    this.offset[this.count] = -1;
    return this.count++;
  }

  bind(label: number, offset: number): void {
    assert(this.offset[label] === -1, `label ${label} is bound twice`);
    this.offset[label] = offset;
  }

  /** Says the final offset of a label once relaxation is done. */
  settle(label: number, offset: number): void {
    this.offset[label] = offset;
    this.#before[label] = 0;
  }

  /** Records a branch whose long form begins at `at`. */
  addBranch(at: number, target: number, form: number): void {
    const n = this.branchCount++;
    if (n >= this.branchAt.length) {
      this.branchAt = grownWords(this.branchAt, n * 2);
      this.branchTarget = grownWords(this.branchTarget, n * 2);
      this.branchForm = grownWords(this.branchForm, n * 2);
      this.isShort = new Uint8Array(n * 2);
      this.#saved = new Int32Array(n * 2);
    }
    this.branchAt[n] = at;
    this.branchTarget[n] = target;
    this.branchForm[n] = form;
  }

  /** Decides which branches are short. */
  relax(forms: readonly BranchForm[], allowShort: boolean): void {
    this.isShort.fill(0, 0, this.branchCount);
    this.#saved.fill(0, 0, this.branchCount);
    if (this.#before.length < this.count) this.#before = new Int32Array(this.count * 2);
    for (let label = 0; label < this.count; label++)
      this.#before[label] = this.#branchesBefore(this.offset[label] as number);
    if (!allowShort) return;
    for (let round = 0; round < ROUNDS; round++) if (!this.#shrink(forms)) return;
  }

  #shrink(forms: readonly BranchForm[]): boolean {
    let changed = false;
    for (let n = 0; n < this.branchCount; n++) {
      if (this.isShort[n] === 1) continue;
      const form = forms[this.branchForm[n] as number] as BranchForm;
      const target = this.labelOffset(this.branchTarget[n] as number);
      const at = this.moved(this.branchAt[n] as number, n);
      // A target behind the branch comes nearer by what the branch itself saves.
      const distance = target > at ? target - (at + form.longBytes) : target - (at + form.shortBytes);
      if (distance < -form.reach - 1 || distance > form.reach) continue;
      this.isShort[n] = 1;
      changed = true;
    }
    let saved = 0;
    for (let n = 0; n < this.branchCount; n++) {
      const form = forms[this.branchForm[n] as number] as BranchForm;
      if (this.isShort[n] === 1) saved += form.longBytes - form.shortBytes;
      this.#saved[n] = saved;
    }
    return changed;
  }

  /** Final offset of a label. */
  labelOffset(label: number): number {
    return this.moved(this.offset[label] as number, this.#before[label] as number);
  }

  /** Final offset of an offset that `before` branches precede. */
  moved(offset: number, before: number): number {
    return before === 0 ? offset : offset - (this.#saved[before - 1] as number);
  }

  /** Final offset of any offset at the start of an instruction. */
  final(offset: number): number {
    return this.moved(offset, this.#branchesBefore(offset));
  }

  /** Number of branches that begin before an offset. */
  #branchesBefore(offset: number): number {
    let [low, high] = [0, this.branchCount];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.branchAt[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
