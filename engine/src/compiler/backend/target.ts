/**
 * What a target is to the pipeline: data and functions in one value (`x64/target.ts`, `arm64/target.ts`).
 * Functions are compiled alone; the image puts their code one after the other (16-aligned) and patches the calls.
 */
import type {Chaos} from '../chaos.ts';
import type {Fuel} from '../fuel.ts';
import type {Func} from '../ir/func.ts';
import type {Signature} from '../ir/types.ts';
import type {Timer} from '../timer.ts';
import type {UnwindFrame} from '../unwind.ts';

export interface BackendOptions {
  /** Grants optional lowering decisions; a fuel that grants none is -O0. */
  readonly fuel: Fuel;
  readonly chaos: Chaos;
  /** CPU features that may be used: bits `1 << CpuFeature` of runtime/layout.ts. */
  readonly features: number;
  /** Run the register allocation checker; a wrong allocation is a Bug. */
  readonly check: boolean;
  /** Learns what lowering, allocation and emission take. */
  readonly timer?: Timer | undefined;
}

/** Code of one function or thunk. Position-independent but for `calls`; offsets are from its start, sorted. */
export interface FunctionCode {
  readonly bytes: Uint8Array;
  /** Bytes of instructions; behind them stand constants and jump tables. */
  readonly codeBytes: number;
  /** Pairs: offset of a pc-relative call field (x64: rel32; arm64: the instruction), function index of the callee. */
  readonly calls: Int32Array;
  /** Triples: offset of the faulting instruction (or return address of a builtin call), trap code, wasm offset. */
  readonly traps: Int32Array;
  /** Triples: start offset, wasm offset, rule id; each holds up to the next. */
  readonly map: Int32Array;
  /** Shape of the frame at calls, for unwinding. */
  readonly frame: UnwindFrame;
  /** Triples, of calls that need one: return address, landing pad or -1, bytes of stack arguments that the callee drops. */
  readonly sites: Int32Array;
}

/** Text of one function after each stage of the back end. */
export interface BackendText {
  readonly lowered: string;
  readonly allocated: string;
  readonly assembly: string;
}

export interface Target {
  readonly name: 'x64' | 'arm64';
  /** Alignment of function starts, in bytes. */
  readonly alignment: number;
  /** Whether an access of memory adds base, index and offset; otherwise base and one of them. */
  readonly addsIndexAndOffset: boolean;
  /** Machine code of a function. */
  compile(func: Func, options: BackendOptions): FunctionCode;
  /** The same with the text of every stage, for goldens and `explore`. */
  explain(func: Func, options: BackendOptions): BackendText;
  /** `entry(vmctx, codePointer, u64 *slots)` for a signature, C convention (native/README.md). */
  entryThunk(signature: Signature): FunctionCode;
  /** Wasm-convention function that spills its arguments and calls builtin hostCall (native/README.md). */
  hostThunk(signature: Signature): FunctionCode;
  /** Writes the distance to a callee into the call field at `offset` of the image. */
  patchCall(code: Uint8Array, offset: number, callee: number): void;
}
