/**
 * What every assembler does: bytes of one function with labels, branches, references to the constant pool and to jump tables,
 * trap entries, calls, landing pads and the code map. `finish` lays pool and tables out behind the code, relaxes what is longer than need
 * be, moves everything into place and gives the final bytes. The target writes instructions, and distances that become known.
 *
 * Pool entries and jump tables are labels too, bound behind the code.
 */
import {assert} from '#engine/base/assert.ts';
import {ruleName} from '../fuel.ts';
import {ENTERED, type UnwindFrame} from '../unwind.ts';
import {CodeBuffer} from './code-buffer.ts';
import {type BranchForm, Labels} from './labels.ts';
import type {ConstantPool} from './pool.ts';
import type {FunctionCode} from './target.ts';

/** The pool stands at a multiple of this behind the code, the tables behind the pool. */
const POOL_ALIGNMENT = 16;

interface Line {
  readonly offset: number;
  readonly text: string;
  /** Whether the name of the branch target follows. */
  readonly isBranch: boolean;
}

export abstract class CodeAssembler {
  readonly buffer = new CodeBuffer();
  readonly labels = new Labels();
  /** What is emitted, when somebody wants to read it. */
  listing: Line[] | null = null;
  #tables: number[][] = [];
  #tableLabels: number[] = [];
  /** Label by pool entry, where somebody refers to it. */
  #poolLabels: number[] = [];
  #traps: number[] = [];
  #calls: number[] = [];
  #map: number[] = [];
  #sites: number[] = []; // return address, label of the landing pad or -1, bytes that the callee drops
  /** Shape of the frame at calls; to be set before `finish`. */
  frame: UnwindFrame = ENTERED;

  /** Forms of branches and references, by the number given to `refer`. */
  protected abstract readonly forms: readonly BranchForm[];
  /** From the start of a call to its field, in bytes. */
  protected abstract readonly callField: number;
  /** Byte between code and pool. */
  protected abstract readonly padding: number;

  /**
   * Writes reference `n` of `labels` at `to` of `bytes`, in the form that was decided; its long form stands at `from` of
   * `buffer`. `target` is the final offset of what it names.
   */
  protected abstract place(bytes: Uint8Array, n: number, from: number, to: number, target: number): void;

  /** Unconditional branch. */
  abstract jump(label: number): void;
  /** Conditional branch. */
  abstract branch(condition: number, label: number): void;

  clear(): void {
    this.buffer.length = 0;
    this.labels.clear();
    this.#tables = [];
    this.#tableLabels = [];
    this.#poolLabels = [];
    this.#traps = [];
    this.#calls = [];
    this.#map = [];
    this.#sites = [];
    this.frame = ENTERED;
    if (this.listing !== null) this.listing = [];
  }

  get offset(): number {
    return this.buffer.length;
  }

  /** Adds a line for the instruction that is about to be written. */
  protected line(text: string, isBranch: boolean): void {
    this.listing?.push({offset: this.buffer.length, text, isBranch});
  }

  /** The listing with final offsets; branches name their target, `finish` must have run. */
  text(): string {
    const {labels} = this;
    const targets = new Map<number, number>();
    for (let n = 0; n < labels.branchCount; n++)
      targets.set(labels.branchAt[n] as number, labels.labelOffset(labels.branchTarget[n] as number));
    const map = this.#map;
    let next = 0;
    const lines: string[] = [];
    for (const {offset, text, isBranch} of this.listing ?? []) {
      for (; next < map.length && (map[next] as number) <= offset; next += 3) {
        lines.push(`; wasm ${map[next + 1]}${map[next + 2] === 0 ? '' : ` ${ruleName(map[next + 2] as number)}`}`);
      }
      const target = isBranch ? targets.get(offset) : undefined;
      const at = labels.final(offset).toString(16).padStart(4);
      lines.push(`${at}  ${text}${target === undefined ? '' : ` ${target.toString(16)}`}`);
    }
    return `${lines.join('\n')}\n`;
  }

  // ---- labels

  label(): number {
    return this.labels.add();
  }

  bind(label: number): void {
    this.labels.bind(label, this.buffer.length);
  }

  /** The reference of a form that begins here names a label. */
  protected refer(form: number, label: number): void {
    this.labels.addBranch(this.buffer.length, label, form);
  }

  /** Label of a pool entry. */
  protected poolLabel(entry: number): number {
    return (this.#poolLabels[entry] ??= this.label());
  }

  /** Label of a new table of 32-bit distances from itself to labels. */
  protected tableLabel(targets: number[]): number {
    const label = this.label();
    this.#tables.push(targets);
    this.#tableLabels.push(label);
    return label;
  }

  // ---- tables

  /** A trap entry for the instruction that begins at `offset`, or ends there when it is a call of a builtin. */
  trapAt(offset: number, code: number, wasm: number): void {
    this.#traps.push(offset, code, wasm);
  }

  /** The instruction at an offset calls or jumps to a function of the module. */
  protected callAt(instruction: number, functionIndex: number): void {
    this.#calls.push(instruction, functionIndex);
  }

  /** A call ended here. `pad`: label of its landing pad, -1 without; `dropped`: bytes of stack arguments that the callee drops. */
  siteHere(pad: number, dropped: number): void {
    if (pad !== -1 || dropped !== 0) this.#sites.push(this.buffer.length, pad, dropped);
  }

  /** Code from here on comes from a wasm offset, by a rule. */
  origin(wasm: number, rule: number): void {
    const map = this.#map;
    const n = map.length;
    if (n > 0 && map[n - 2] === wasm && map[n - 1] === rule) return;
    if (n > 0 && map[n - 3] === this.buffer.length) {
      map[n - 2] = wasm;
      map[n - 1] = rule;
      return;
    }
    map.push(this.buffer.length, wasm, rule);
  }

  // ---- the end

  /** Final code. With `allowShort` false every branch keeps its long form. */
  finish(pool: ConstantPool | null, allowShort: boolean): FunctionCode {
    const {labels} = this;
    const poolBytes = pool === null ? 0 : pool.layout();
    this.#bindData(this.buffer.length, pool, poolBytes, (label, at) => labels.bind(label, at));
    labels.relax(this.forms, allowShort);
    const codeBytes = labels.final(this.buffer.length);
    const end = this.#bindData(codeBytes, pool, poolBytes, (label, at) => labels.settle(label, at));
    const bytes = new Uint8Array(end);
    bytes.fill(this.padding, codeBytes, poolBytes === 0 ? codeBytes : aligned(codeBytes, POOL_ALIGNMENT));
    this.#copyCode(bytes);
    this.#writeData(bytes, pool, poolBytes, codeBytes);
    return {
      bytes,
      codeBytes,
      calls: this.#finalOffsets(this.#calls, 2, this.callField),
      traps: this.#finalOffsets(this.#traps, 3, 0),
      map: this.#finalOffsets(this.#map, 3, 0),
      frame: this.frame,
      sites: this.#finalSites(),
    };
  }

  #finalSites(): Int32Array {
    const {labels} = this;
    const sites = this.#sites.map((word, n) => (n % 3 === 1 && word !== -1 ? labels.labelOffset(word) : word));
    return this.#finalOffsets(sites, 3, 0);
  }

  /** Says where each pool entry and table stands when the code ends at `codeEnd`; returns the end of it all. */
  #bindData(
    codeEnd: number,
    pool: ConstantPool | null,
    poolBytes: number,
    bind: (label: number, at: number) => void,
  ): number {
    const base = poolBytes === 0 ? codeEnd : aligned(codeEnd, POOL_ALIGNMENT);
    this.#poolLabels.forEach((label, entry) => {
      assert(pool !== null, 'a pool constant without a pool');
      bind(label, base + (pool.offsets[entry] as number));
    });
    if (this.#tables.length === 0) return base + poolBytes;
    let at = aligned(base + poolBytes, 4);
    this.#tables.forEach((table, n) => {
      bind(this.#tableLabels[n] as number, at);
      at += 4 * table.length;
    });
    return at;
  }

  #copyCode(bytes: Uint8Array): void {
    const {labels} = this;
    const source = this.buffer.bytes;
    let [from, to] = [0, 0];
    for (let n = 0; n < labels.branchCount; n++) {
      const at = labels.branchAt[n] as number;
      bytes.set(source.subarray(from, at), to);
      to += at - from;
      const form = this.forms[labels.branchForm[n] as number] as BranchForm;
      this.place(bytes, n, at, to, labels.labelOffset(labels.branchTarget[n] as number));
      to += labels.isShort[n] === 1 ? form.shortBytes : form.longBytes;
      from = at + form.longBytes;
    }
    bytes.set(source.subarray(from, this.buffer.length), to);
  }

  #writeData(bytes: Uint8Array, pool: ConstantPool | null, poolBytes: number, codeBytes: number): void {
    const view = new DataView(bytes.buffer);
    const base = poolBytes === 0 ? codeBytes : aligned(codeBytes, POOL_ALIGNMENT);
    for (let entry = 0; pool !== null && entry < pool.count; entry++) {
      const at = base + (pool.offsets[entry] as number);
      for (const [w, word] of pool.words(entry).entries()) view.setInt32(at + 4 * w, word, true);
    }
    this.#tables.forEach((table, n) => {
      const start = this.labels.labelOffset(this.#tableLabels[n] as number);
      for (const [k, label] of table.entries())
        view.setInt32(start + 4 * k, this.labels.labelOffset(label) - start, true);
    });
  }

  /** Records of `width` words whose first is an offset, with final offsets plus `shift`, sorted by offset. */
  #finalOffsets(records: readonly number[], width: number, shift: number): Int32Array {
    const result = new Int32Array(records.length);
    for (let n = 0; n < records.length; n += width) {
      result[n] = this.labels.final(records[n] as number) + shift;
      for (let w = 1; w < width; w++) result[n + w] = records[n + w] as number;
    }
    return isSorted(result, width) ? result : sorted(result, width);
  }
}

const aligned = (offset: number, alignment: number): number => (offset + alignment - 1) & -alignment;

function isSorted(records: Int32Array, width: number): boolean {
  for (let n = width; n < records.length; n += width)
    if ((records[n] as number) < (records[n - width] as number)) return false;
  return true;
}

function sorted(records: Int32Array, width: number): Int32Array {
  const rows = Array.from({length: records.length / width}, (_, n) => [
    ...records.subarray(n * width, n * width + width),
  ]);
  rows.sort((a, b) => (a[0] as number) - (b[0] as number));
  return Int32Array.from(rows.flat());
}
