/**
 * The register instructions that bodies are prepared into: name -> layout, one letter per operand word.
 *
 *   d   destination slot            a b c  source slots          k h  constant (low word, high word)
 *   t   branch target (word index)  o      memory offset (u32)   n    count or index, as the instruction says
 *   r   destination reference slot  p q    source reference slots
 *
 * Slots are word offsets from the frame pointer: a slot is two words, a vector takes two slots. A destination is always
 * the first operand. Instructions that only WebAssembly has in this form carry its mnemonic; `_k` takes its right
 * operand from the word. Order is dispatch order while V8 has not optimised the loop: frequent ones first.
 */
const core = {
  'jump': 't', 'br_nz': 'at', 'br_z': 'at',
  'br_eq': 'abt', 'br_ne': 'abt', 'br_lt_s': 'abt', 'br_le_s': 'abt', 'br_lt_u': 'abt', 'br_le_u': 'abt',
  'br_eq_k': 'akt', 'br_ne_k': 'akt',
  'br_lt_s_k': 'akt', 'br_ge_s_k': 'akt', 'br_gt_s_k': 'akt', 'br_le_s_k': 'akt',
  'br_lt_u_k': 'akt', 'br_ge_u_k': 'akt', 'br_gt_u_k': 'akt', 'br_le_u_k': 'akt',
  'copy32': 'da', 'copy64': 'da', 'const32': 'dk', 'const64': 'dkh',
  'i32.add': 'dab', 'i32.add_k': 'dak', 'i32.sub': 'dab', 'i32.mul': 'dab', 'i32.mul_k': 'dak',
  'i32.and': 'dab', 'i32.and_k': 'dak', 'i32.or': 'dab', 'i32.or_k': 'dak', 'i32.xor': 'dab', 'i32.xor_k': 'dak',
  'i32.shl': 'dab', 'i32.shl_k': 'dak', 'i32.shr_s': 'dab', 'i32.shr_s_k': 'dak', 'i32.shr_u': 'dab', 'i32.shr_u_k': 'dak',
  'i32.rotl': 'dab', 'i32.rotl_k': 'dak', 'i32.rotr': 'dab', 'i32.rotr_k': 'dak',
  'i32.load': 'dao', 'i32.load8_s': 'dao', 'i32.load8_u': 'dao', 'i32.load16_s': 'dao', 'i32.load16_u': 'dao',
  'i32.store': 'abo', 'i32.store8': 'abo', 'i32.store16': 'abo',
  'i64.load': 'dao', 'i64.store': 'abo', 'f64.load': 'dao', 'f64.store': 'abo',
  'i64.load8_s': 'dao', 'i64.load8_u': 'dao', 'i64.load16_s': 'dao', 'i64.load16_u': 'dao',
  'i64.load32_s': 'dao', 'i64.load32_u': 'dao',
  'call': 'nnn', 'call_indirect': 'annnn', 'return': '', 'return32': 'a', 'return64': 'a',
  'global.get32': 'dn', 'global.get64': 'dn', 'global.set32': 'an', 'global.set64': 'an',
  'select32': 'dabc', 'select64': 'dabc', 'br_table': 'an',
  'i32.eqz': 'da', 'i32.eq': 'dab', 'i32.ne': 'dab', 'i32.lt_s': 'dab', 'i32.le_s': 'dab', 'i32.lt_u': 'dab', 'i32.le_u': 'dab',
  'i32.eq_k': 'dak', 'i32.ne_k': 'dak', 'i32.lt_s_k': 'dak', 'i32.ge_s_k': 'dak', 'i32.gt_s_k': 'dak', 'i32.le_s_k': 'dak',
  'i32.lt_u_k': 'dak', 'i32.ge_u_k': 'dak', 'i32.gt_u_k': 'dak', 'i32.le_u_k': 'dak',
  'i32.div_s': 'dab', 'i32.div_u': 'dab', 'i32.rem_s': 'dab', 'i32.rem_u': 'dab',
  'i32.clz': 'da', 'i32.ctz': 'da', 'i32.popcnt': 'da', 'i32.extend8_s': 'da', 'i32.extend16_s': 'da',
  'i64.add': 'dab', 'i64.sub': 'dab', 'i64.mul': 'dab', 'i64.and': 'dab', 'i64.or': 'dab', 'i64.xor': 'dab',
  'i64.shl': 'dab', 'i64.shr_s': 'dab', 'i64.shr_u': 'dab', 'i64.rotl': 'dab', 'i64.rotr': 'dab',
  'i64.shl_k': 'dak', 'i64.shr_s_k': 'dak', 'i64.shr_u_k': 'dak', 'i64.rotl_k': 'dak', 'i64.add_k': 'dak', 'i64.and_k': 'dak',
  'i64.eqz': 'da', 'i64.eq': 'dab', 'i64.ne': 'dab', 'i64.lt_s': 'dab', 'i64.le_s': 'dab', 'i64.lt_u': 'dab', 'i64.le_u': 'dab',
  'i64.extend_i32_s': 'da', 'i64.extend_i32_u': 'da', 'i64.extend8_s': 'da', 'i64.extend16_s': 'da',
  'i64.div_s': 'dab', 'i64.div_u': 'dab', 'i64.rem_s': 'dab', 'i64.rem_u': 'dab',
  'i64.clz': 'da', 'i64.ctz': 'da', 'i64.popcnt': 'da',
  'f64.add': 'dab', 'f64.sub': 'dab', 'f64.mul': 'dab', 'f64.div': 'dab', 'f64.sqrt': 'da', 'f64.abs': 'da', 'f64.neg': 'da',
  'f64.eq': 'dab', 'f64.ne': 'dab', 'f64.lt': 'dab', 'f64.le': 'dab', 'f64.min': 'dab', 'f64.max': 'dab', 'f64.copysign': 'dab',
  'f64.ceil': 'da', 'f64.floor': 'da', 'f64.trunc': 'da', 'f64.nearest': 'da',
  'f32.add': 'dab', 'f32.sub': 'dab', 'f32.mul': 'dab', 'f32.div': 'dab', 'f32.sqrt': 'da', 'f32.abs': 'da', 'f32.neg': 'da',
  'f32.eq': 'dab', 'f32.ne': 'dab', 'f32.lt': 'dab', 'f32.le': 'dab', 'f32.min': 'dab', 'f32.max': 'dab', 'f32.copysign': 'dab',
  'f32.ceil': 'da', 'f32.floor': 'da', 'f32.trunc': 'da', 'f32.nearest': 'da',
  'i32.trunc_f32_s': 'da', 'i32.trunc_f32_u': 'da', 'i32.trunc_f64_s': 'da', 'i32.trunc_f64_u': 'da',
  'i64.trunc_f32_s': 'da', 'i64.trunc_f32_u': 'da', 'i64.trunc_f64_s': 'da', 'i64.trunc_f64_u': 'da',
  'i32.trunc_sat_f32_s': 'da', 'i32.trunc_sat_f32_u': 'da', 'i32.trunc_sat_f64_s': 'da', 'i32.trunc_sat_f64_u': 'da',
  'i64.trunc_sat_f32_s': 'da', 'i64.trunc_sat_f32_u': 'da', 'i64.trunc_sat_f64_s': 'da', 'i64.trunc_sat_f64_u': 'da',
  'f32.convert_i32_s': 'da', 'f32.convert_i32_u': 'da', 'f32.convert_i64_s': 'da', 'f32.convert_i64_u': 'da',
  'f64.convert_i32_s': 'da', 'f64.convert_i32_u': 'da', 'f64.convert_i64_s': 'da', 'f64.convert_i64_u': 'da',
  'f32.demote_f64': 'da', 'f64.promote_f32': 'da',
  'vector1': 'dan', 'vector2': 'dabn', 'vector3': 'dabcn', 'v128.load': 'dao', 'v128.store': 'abo', 'use_memory': 'n', 'memory.size': 'dn', 'memory.grow': 'dan', 'unreachable': '', 'fuel': 'n', 'count': 'n',
  'call_ref': 'pnn', 'return_call': 'nnnnn', 'return_call_indirect': 'annnnnn', 'return_call_ref': 'pnnnn',
  'copy128': 'da', 'const128': 'dkkkk', 'select128': 'dabc', 'v128.and': 'dab', 'v128.or': 'dab', 'v128.xor': 'dab',
  'i32x4.add': 'dab', 'i32x4.sub': 'dab', 'i32x4.mul': 'dab', 'f32x4.add': 'dab', 'f32x4.sub': 'dab', 'f32x4.mul': 'dab',
  'f64x2.add': 'dab', 'f64x2.sub': 'dab', 'f64x2.mul': 'dab',
} as const;

/** References, tables, segments, bulk operations, wide arithmetic, exceptions: run-misc.ts. */
const misc = {
  'enter_refs': 'nnn', 'copy_ref': 'rp', 'null_ref': 'r', 'select_ref': 'rpqc',
  'global.get_ref': 'rn', 'global.set_ref': 'pn', 'global.get128': 'dn', 'global.set128': 'an',
  'ref.is_null': 'dp', 'ref.func': 'rn', 'br_null': 'pt', 'br_non_null': 'pt', 'ref.as_non_null': 'rp', 'ref.eq': 'dpq',
  'table.get': 'ran', 'table.set': 'apn', 'table.size': 'dn', 'table.grow': 'dpan', 'table.fill': 'apbn',
  'table.init': 'abcnn', 'elem.drop': 'n', 'table.copy': 'abcnn',
  'memory.init': 'abcnn', 'data.drop': 'n', 'memory.copy': 'abcnn', 'memory.fill': 'abcn',
  'i64.add128': 'n', 'i64.sub128': 'n', 'i64.mul_wide_s': 'n', 'i64.mul_wide_u': 'n',
  'narrow_memory': 'da', 'narrow_table': 'da', 'memory_trap': '', 'trace': 'n',
  'throw': 'nnn', 'throw_ref': 'p',
} as const;

/** Vectors in memory, single lanes, shuffles: run-vector.ts. Of two numbers the last is the lane. */
const vector = {
  'v128.load8x8_s': 'dao', 'v128.load8x8_u': 'dao', 'v128.load16x4_s': 'dao', 'v128.load16x4_u': 'dao',
  'v128.load32x2_s': 'dao', 'v128.load32x2_u': 'dao', 'v128.load8_splat': 'dao', 'v128.load16_splat': 'dao',
  'v128.load32_splat': 'dao', 'v128.load64_splat': 'dao', 'v128.load32_zero': 'dao', 'v128.load64_zero': 'dao',
  'v128.load8_lane': 'dabon', 'v128.load16_lane': 'dabon', 'v128.load32_lane': 'dabon', 'v128.load64_lane': 'dabon',
  'v128.store8_lane': 'abon', 'v128.store16_lane': 'abon', 'v128.store32_lane': 'abon', 'v128.store64_lane': 'abon',
  'i8x16.extract_lane_s': 'dan', 'i8x16.extract_lane_u': 'dan', 'i16x8.extract_lane_s': 'dan', 'i16x8.extract_lane_u': 'dan',
  'i32x4.extract_lane': 'dan', 'i64x2.extract_lane': 'dan',
  'i8x16.replace_lane': 'dabn', 'i16x8.replace_lane': 'dabn', 'i32x4.replace_lane': 'dabn', 'i64x2.replace_lane': 'dabn',
  'i8x16.shuffle': 'dabkkkk',
} as const;

/**
 * Structures, arrays, casts: run-gc.ts. Of the numbers, the one after a cell index is the kind of the cell (cells.ts);
 * after a heap type stands whether null is in it.
 */
const gc = {
  'struct.new': 'rnnn', 'struct.new_default': 'rn', 'struct.get': 'dpnn', 'struct.get_ref': 'rpn', 'struct.set': 'pann', 'struct.set_ref': 'pqn',
  'array.new': 'rann', 'array.new_ref': 'rapn', 'array.new_default': 'ran', 'array.new_fixed': 'rnnnn',
  'array.new_data': 'rabnn', 'array.new_elem': 'rabnn', 'array.get': 'dpan', 'array.get_ref': 'rpa',
  'array.set': 'pabn', 'array.set_ref': 'paq', 'array.len': 'dp', 'array.fill': 'pabcn', 'array.fill_ref': 'paqb',
  'array.copy': 'paqbcn', 'array.init_data': 'pabcnn', 'array.init_elem': 'pabcn',
  'ref.test': 'dpkn', 'ref.cast': 'rpkn', 'br_cast': 'pknt', 'br_cast_fail': 'pknt',
  'ref.i31': 'ra', 'i31.get_s': 'dp', 'i31.get_u': 'dp',
} as const;

/** Atomic accesses: run-atomic.ts. The last words are offset and width, before them stands what an rmw does. */
const atomic = {
  'atomic.load': 'daon', 'atomic.store': 'abon', 'atomic.rmw': 'dabnon', 'atomic.cmpxchg': 'dabcon', 'atomic.notify': 'dabon',
  'atomic.wait': 'dabcon',
} as const;

type Layouts = typeof core & typeof misc & typeof vector & typeof gc & typeof atomic;
export type WordName = keyof Layouts;

export const layouts: Readonly<Record<WordName, string>> = {...core, ...misc, ...vector, ...gc, ...atomic};
const names = Object.keys(layouts) as WordName[];

/** Name -> number. Hot files destructure it at their top. */
export const Word = Object.fromEntries(names.map((name, number) => [name, number])) as Readonly<Record<WordName, number>>;
/** First number of each page after the core page. */
export const MISC_START = Object.keys(core).length;
export const VECTOR_START = MISC_START + Object.keys(misc).length;
export const GC_START = VECTOR_START + Object.keys(vector).length;
export const ATOMIC_START = GC_START + Object.keys(gc).length;

/** Name by number. */
export const wordNames: readonly WordName[] = names;
/** Words that an instruction takes, by number; `br_table` is followed by its targets. */
export const LENGTH = Uint8Array.from(names, (name) => layouts[name].length + 1);

/** The register instruction of a mnemonic that keeps its name, undefined for others. */
export const wordOf = (mnemonic: string): number | undefined =>
  Object.hasOwn(Word, mnemonic) ? Word[mnemonic as WordName] : undefined;
