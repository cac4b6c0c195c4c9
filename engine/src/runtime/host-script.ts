/**
 * Host scripts: what the functions that a case imports from `host` do. A closed, deterministic set of actions that every
 * engine executes itself: in TypeScript for V8 and the interpreter (`HostRun`), in C inside the native runner (host.c);
 * a test holds both together. All arithmetic is on u32 modulo 2^32 unless a width is given.
 *
 * A call of function F has the number `ordinal` of its world (0, 1, ...). While ordinal < HostLimits.actingCalls, the
 * actions of F run in order; each absorbs words into the trace hash:
 *
 * | action | does                                                             | absorbs                               |
 * |--------|------------------------------------------------------------------|---------------------------------------|
 * | log    | appends an entry while there are fewer than HostLimits.entries    | 1, function, ordinal, digest, arguments |
 * | write  | stores the low bytes; out of bounds or no such memory: nothing    | 2, 1 when written else 0              |
 * | grow   | memory.grow                                                       | 3, old pages, or ffffffff             |
 * | call   | calls back when it can (see `callable`) and not too deep          | 4, 1 when called else 0; after it 5, results |
 * | trap   | traps when F was called `after` times before                      | 6 when it traps                       |
 *
 * `function` is the index in HostScript.functions. The digest of a log is that of memory 0 (0 when there is none or when
 * the entry is not appended). Memories (in export order) and functions are the exports of the module whose instantiation was
 * completed last: a start function's host calls see none of its own. Depth is the number of host calls in progress, this
 * one included. Values absorb the low word, 64-bit ones then the high word, NaNs as canonical NaN;
 * entries keep the bits. Then result r of F is `drawResult(seed, ordinal, r, type)`, a pure function.
 */
import {memoryDigest} from '../base/digest.ts';
import {trap} from '../base/trap.ts';
import {bitsOf, type WireValue} from '../base/wire-value.ts';

/** One action; the actions of a host function run in order at each of its calls. */
export type HostAction =
  /** Appends function index, argument bits and the digest of memory 0 to the trace. */
  | {readonly kind: 'log'}
  /** Writes the low `width` bytes of `value` at `address` of exported memory `memory`; out of bounds: nothing happens. */
  | {
      readonly kind: 'write';
      readonly memory: number;
      readonly address: number;
      readonly width: 1 | 2 | 4 | 8;
      readonly value: bigint;
    }
  /** Grows exported memory `memory` by `pages`; failure is ignored. */
  | {readonly kind: 'grow'; readonly memory: number; readonly pages: number}
  /** Calls exported function `name` with `args`, at most `depth` host calls deep; its trap ends this call too. */
  | {readonly kind: 'call'; readonly name: string; readonly args: readonly WireValue[]; readonly depth: number}
  /** Traps (`host`) at the n-th call of this function and later; 0 means at once. */
  | {readonly kind: 'trap'; readonly after: number};

export interface HostFunction {
  /** Import name under module `host`. */
  readonly name: string;
  /** Number types only, so that each engine can make the results from bits. */
  readonly params: readonly HostType[];
  readonly results: readonly HostType[];
  readonly actions: readonly HostAction[];
}

export interface HostScript {
  /** Results of host functions are a pure function of (seed, ordinal of the call in the case, result index). */
  readonly seed: number;
  readonly functions: readonly HostFunction[];
}

export type HostType = 'i32' | 'i64' | 'f32' | 'f64';

/** Codes of the types in the binary format. */
export const HostTypeCode = {i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c} as const satisfies Record<HostType, number>;

/** Numbers of the actions, in the trace and on the wire; `returned` is absorbed after a call back. */
export const HostActionCode = {log: 1, write: 2, grow: 3, call: 4, returned: 5, trap: 6} as const;

export const HostLimits = {entries: 64, actingCalls: 4096, callSlots: 256} as const;

/** Constants that results are drawn from in a quarter of all draws. */
export const hostEdges = {
  i32: [0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x80, 0xff, 0x8000, 0xffff, 0x10000, 31, 32, 63, 64],
  f32: [
    0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 1, 0x7f7fffff, 0x4f000000, 0xcf000000,
    0x4f800000,
  ],
  f64High: [
    0, 0x80000000, 0x3ff00000, 0xbff00000, 0x7ff00000, 0xfff00000, 0x7ff80000, 0x41e00000, 0xc1e00000, 0x43e00000,
    0xc3e00000, 0x43f00000,
  ],
} as const;

/** Types of an exported function, as its value types are written (`funcref` and the like included). */
export interface ExportSignature {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

/** What an engine gives to the script. Values are bits, unsigned, below 2^width. */
export interface HostWorld {
  /** The present bytes of exported memory k; undefined when there is none. */
  memory(k: number): Uint8Array | undefined;
  /** Digest of exported memory k, where the engine has a faster way than `memoryDigest` of its bytes. */
  digest?(k: number): number;
  /** memory.grow: the old size in pages, or -1. */
  grow(k: number, pages: number): number;
  /** Types of the exported function, undefined when there is none. */
  signature(name: string): ExportSignature | undefined;
  /** Calls the exported function. Traps travel through as exceptions. */
  call(name: string, args: readonly bigint[]): readonly bigint[];
}

export interface HostTraceEntry {
  readonly function: number;
  readonly ordinal: number;
  readonly digest: number;
  /** Argument bits. */
  readonly args: readonly bigint[];
}

const isHostType = (type: string): type is HostType => type in HostTypeCode;

/** Whether `call` may call an export of these types with these arguments: numbers only, same types, not too many. */
export function callable(signature: ExportSignature | undefined, args: readonly WireValue[]): boolean {
  if (signature === undefined) return false;
  const {params, results} = signature;
  const same = params.length === args.length && params.every((type, i) => isHostType(type) && args[i]?.kind === type);
  return (
    same && results.every(isHostType) && params.length <= HostLimits.callSlots && results.length <= HostLimits.callSlots
  );
}

/** Names that the script may call back, each once, in the order of their first mention: callback index = position. */
export function callbackNames(script: HostScript): readonly string[] {
  const actions = script.functions.flatMap(({actions}) => actions);
  return [...new Set(actions.flatMap((action) => (action.kind === 'call' ? [action.name] : [])))];
}

function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One word of the stream of draws. */
function drawWord(seed: number, ordinal: number, result: number, lane: number): number {
  const call = mix(seed ^ Math.imul(ordinal + 1, 0x9e3779b1));
  return mix(call ^ Math.imul(result + 1, 0x85ebca77) ^ Math.imul(lane + 1, 0xc2b2ae3d));
}

const canonical32 = (bits: number): number => ((bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits);
const canonical64 = (bits: bigint): bigint =>
  (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n ? 0x7ff8000000000000n : bits;
const joined = (low: number, high: number): bigint => BigInt(low >>> 0) | (BigInt(high >>> 0) << 32n);

/** Bits of result `result` of call `ordinal`. Never a NaN but the canonical one. */
export function drawResult(seed: number, ordinal: number, result: number, type: HostType): bigint {
  const word = (lane: number): number => drawWord(seed, ordinal, result, lane);
  const edge = (word(0) & 3) === 0;
  const pick = (edges: readonly number[]): number => edges[word(3) % edges.length]!;
  switch (type) {
    case 'i32':
      return BigInt(edge ? pick(hostEdges.i32) : word(1));
    case 'i64':
      return edge ? BigInt.asUintN(64, BigInt(pick(hostEdges.i32) | 0)) : joined(word(1), word(2));
    case 'f32':
      return BigInt(canonical32(edge ? pick(hostEdges.f32) : word(1)));
    case 'f64':
      return canonical64(edge ? joined(0, pick(hostEdges.f64High)) : joined(word(1), word(2)));
    default:
      return type satisfies never;
  }
}

/** Executes a script over one world and keeps the trace. */
export class HostRun {
  readonly entries: HostTraceEntry[] = [];
  /** Host calls so far: the next ordinal. */
  count = 0;
  /** Rolling hash of everything that was absorbed. */
  hash = 0;
  #depth = 0;
  readonly #callsOf: Uint32Array;
  readonly #script: HostScript;
  readonly #world: HostWorld;

  constructor(script: HostScript, world: HostWorld) {
    this.#script = script;
    this.#world = world;
    this.#callsOf = new Uint32Array(script.functions.length);
  }

  /** One call of function `index` with argument bits; gives its result bits. Throws Trap `host`, and what calls back throw. */
  invoke(index: number, args: readonly bigint[]): bigint[] {
    const host = this.#script.functions[index]!;
    const ordinal = this.count++;
    const before = this.#callsOf[index]!++;
    this.#depth++;
    try {
      if (ordinal < HostLimits.actingCalls)
        for (const action of host.actions) this.#act(action, index, ordinal, before, args);
    } finally {
      this.#depth--;
    }
    return host.results.map((type, result) => drawResult(this.#script.seed, ordinal, result, type));
  }

  #act(action: HostAction, index: number, ordinal: number, before: number, args: readonly bigint[]): void {
    switch (action.kind) {
      case 'log':
        this.#log(index, ordinal, args);
        break;
      case 'write':
        this.#write(action.memory, action.address, action.width, action.value);
        break;
      case 'grow':
        this.#grow(action.memory, action.pages);
        break;
      case 'call':
        this.#call(action.name, action.args, action.depth);
        break;
      case 'trap':
        this.#trap(action.after, before);
        break;
      default:
        action satisfies never;
    }
  }

  #absorb(word: number): void {
    const h = this.hash ^ Math.imul(word, 0xcc9e2d51);
    this.hash = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) >>> 0;
  }

  #absorbValues(types: readonly string[], values: readonly bigint[]): void {
    types.forEach((type, i) => {
      const bits = type === 'f64' ? canonical64(values[i]!) : values[i]!;
      const low = Number(bits & 0xffffffffn);
      this.#absorb(type === 'f32' ? canonical32(low) : low);
      if (type === 'i64' || type === 'f64') this.#absorb(Number(bits >> 32n));
    });
  }

  #log(index: number, ordinal: number, args: readonly bigint[]): void {
    const appended = this.entries.length < HostLimits.entries;
    const bytes = appended ? this.#world.memory(0) : undefined;
    const digest = bytes === undefined ? 0 : (this.#world.digest?.(0) ?? memoryDigest(bytes));
    for (const word of [HostActionCode.log, index, ordinal, digest]) this.#absorb(word);
    this.#absorbValues(this.#script.functions[index]!.params, args);
    if (appended) this.entries.push({function: index, ordinal, digest, args: [...args]});
  }

  #write(memory: number, address: number, width: number, value: bigint): void {
    const bytes = this.#world.memory(memory);
    const written = bytes !== undefined && address + width <= bytes.length;
    for (let i = 0; written && i < width; i++) bytes[address + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    this.#absorb(HostActionCode.write);
    this.#absorb(written ? 1 : 0);
  }

  #grow(memory: number, pages: number): void {
    const missing = this.#world.memory(memory) === undefined;
    this.#absorb(HostActionCode.grow);
    this.#absorb(missing ? 0xffffffff : this.#world.grow(memory, pages) >>> 0);
  }

  #call(name: string, args: readonly WireValue[], depth: number): void {
    const signature = this.#world.signature(name);
    const called = callable(signature, args) && this.#depth <= depth;
    this.#absorb(HostActionCode.call);
    this.#absorb(called ? 1 : 0);
    if (!called) return;
    const results = this.#world.call(name, args.map(bitsOf));
    this.#absorb(HostActionCode.returned);
    this.#absorbValues(signature!.results, results);
  }

  #trap(after: number, before: number): void {
    if (before < after) return;
    this.#absorb(HostActionCode.trap);
    trap('host');
  }
}
