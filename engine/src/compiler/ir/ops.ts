/**
 * THE table of SSA operations. A row is `name: [types, facts, shape?, meaning?]`.
 *
 * - types: `operands:result` in i = i32, l = i64, f = f32, d = f64, v = v128, r = ref, p = pointer (i64, or ref to look
 *   into), A = address (i32 or i64); capitals stand for one type within a row: I = i32 or i64, X = i32, i64 or ref,
 *   F = f32 or f64, T and U = any type. Nothing after the colon: no value. Up to three operands are inline: a, b, c.
 * - facts: `pure` (value depends on operands only, may be dropped, moved and shared), `commutative` (a and b),
 *   `traps`, `reads`, `writes` (wasm-visible state), `call` (both, and everything else), `terminator`, `multiple` (further
 *   results as `result` values right behind it, so that it is neither moved nor shared).
 * - shape: `list` = the operands after the inline one stand in the list pool (calls: vmctx first), `edges` = successors.
 * - meaning: for numeric ones the mnemonic's part after the dot, see `mnemonicOf`; i32.add is the meaning of iadd.i32.
 *
 * `imm` and `aux` (two 32-bit words) hold, by operation:
 *   const                       bits: i32/f32 in imm, i64/f64 imm = low and aux = high word, ref: 0 (null), v128: imm =
 *                               id of a vector of the function (Func.vector)
 *   param                       imm = index in the block
 *   result                      a = a call (or other multi-result operation), imm = result index, from 1
 *   load* store*                imm = offset (u32), aux = MemoryAccess (memory index << 2 | whole << 1 | checked)
 *   atomic_*                    imm = operator of atomic_rmw, aux = AtomicAccess (atomics.ts)
 *   bound                       imm = bytes accessed, aux = offset (u32)
 *   vm_load* vm_store* vm_address   imm = byte offset (u32), aux = field class (FieldClass)
 *   call return_call            imm = function index (own function), aux = signature id
 *   call_ref_code return_call_ref_code   a = code address, aux = signature id
 *   call_builtin                imm = index of layout.ts `builtins`
 *   trap trap_if                imm = trap code (base/traps.ts)
 *   vector operations           see vector-ops.ts, whose rows follow these
 */
import {assert} from '#engine/base/assert.ts';
import type {Type} from './types.ts';
import {type VectorOp, vectorRows} from './vector-ops.ts';

export type OpFact = 'pure' | 'commutative' | 'traps' | 'reads' | 'writes' | 'call' | 'terminator' | 'multiple';
export type OpShape = '' | 'list' | 'edges';
export type OpRow = readonly [types: string, facts: string, shape?: OpShape, meaning?: string];

// biome-ignore format: one operation a line
const rows = {
  'none':       [':',    ''],      // the op of id 0; never in a function
  'const':      [':T',   'pure'],
  'param':      [':T',   ''],      // block parameter; stands in the block's parameter list, not among its instructions
  'result':     ['T:U',  ''],      // directly behind its call, in rising order; a = the call, whose own value is result 0

  // Integers. Shift and rotate counts are taken modulo the width.
  'iadd':       ['II:I', 'pure commutative', '', 'add'],
  'isub':       ['II:I', 'pure', '', 'sub'],
  'imul':       ['II:I', 'pure commutative', '', 'mul'],
  'idiv_s':     ['II:I', 'traps', '', 'div_s'],   // integer-divide-by-zero, integer-overflow
  'idiv_u':     ['II:I', 'traps', '', 'div_u'],
  'irem_s':     ['II:I', 'traps', '', 'rem_s'],   // integer-divide-by-zero; MIN rem -1 = 0
  'irem_u':     ['II:I', 'traps', '', 'rem_u'],
  'iand':       ['II:I', 'pure commutative', '', 'and'],
  'ior':        ['II:I', 'pure commutative', '', 'or'],
  'ixor':       ['II:I', 'pure commutative', '', 'xor'],
  'ishl':       ['II:I', 'pure', '', 'shl'],
  'ishr_s':     ['II:I', 'pure', '', 'shr_s'],
  'ishr_u':     ['II:I', 'pure', '', 'shr_u'],
  'irotl':      ['II:I', 'pure', '', 'rotl'],
  'irotr':      ['II:I', 'pure', '', 'rotr'],
  'iclz':       ['I:I',  'pure', '', 'clz'],
  'ictz':       ['I:I',  'pure', '', 'ctz'],
  'ipopcnt':    ['I:I',  'pure', '', 'popcnt'],
  'iextend8_s': ['I:I',  'pure', '', 'extend8_s'],
  'iextend16_s': ['I:I', 'pure', '', 'extend16_s'],
  'iextend32_s': ['l:l', 'pure', '', 'extend32_s'],

  // 128 bits as two i64, low first: the value is the low half of the result, `result 1` the high half.
  'iadd128':    [':l',   'pure multiple', 'list'], // (low, high, low, high)
  'isub128':    [':l',   'pure multiple', 'list'],
  'imul_wide_s': ['ll:l', 'pure multiple'],
  'imul_wide_u': ['ll:l', 'pure multiple'],

  // Comparisons give i32 0 or 1. References compare by identity, eqz is the null test.
  'ieqz':       ['X:i',  'pure', '', 'eqz'],
  'ieq':        ['XX:i', 'pure commutative', '', 'eq'],
  'ine':        ['XX:i', 'pure commutative', '', 'ne'],
  'ilt_s':      ['II:i', 'pure', '', 'lt_s'],
  'ilt_u':      ['II:i', 'pure', '', 'lt_u'],
  'igt_s':      ['II:i', 'pure', '', 'gt_s'],
  'igt_u':      ['II:i', 'pure', '', 'gt_u'],
  'ile_s':      ['II:i', 'pure', '', 'le_s'],
  'ile_u':      ['II:i', 'pure', '', 'le_u'],
  'ige_s':      ['II:i', 'pure', '', 'ge_s'],
  'ige_u':      ['II:i', 'pure', '', 'ge_u'],
  'feq':        ['FF:i', 'pure commutative', '', 'eq'],
  'fne':        ['FF:i', 'pure commutative', '', 'ne'],
  'flt':        ['FF:i', 'pure', '', 'lt'],
  'fgt':        ['FF:i', 'pure', '', 'gt'],
  'fle':        ['FF:i', 'pure', '', 'le'],
  'fge':        ['FF:i', 'pure', '', 'ge'],

  // Floats, IEEE 754, round to nearest even. NaN results are any NaN that wasm allows; abs, neg, copysign keep payloads.
  'fadd':       ['FF:F', 'pure commutative', '', 'add'],
  'fsub':       ['FF:F', 'pure', '', 'sub'],
  'fmul':       ['FF:F', 'pure commutative', '', 'mul'],
  'fdiv':       ['FF:F', 'pure', '', 'div'],
  'fmin':       ['FF:F', 'pure commutative', '', 'min'],
  'fmax':       ['FF:F', 'pure commutative', '', 'max'],
  'fcopysign':  ['FF:F', 'pure', '', 'copysign'],
  'fabs':       ['F:F',  'pure', '', 'abs'],
  'fneg':       ['F:F',  'pure', '', 'neg'],
  'fceil':      ['F:F',  'pure', '', 'ceil'],
  'ffloor':     ['F:F',  'pure', '', 'floor'],
  'ftrunc':     ['F:F',  'pure', '', 'trunc'],
  'fnearest':   ['F:F',  'pure', '', 'nearest'],
  'fsqrt':      ['F:F',  'pure', '', 'sqrt'],

  // Conversions. trunc_s and trunc_u trap: invalid-conversion (NaN), integer-overflow.
  'wrap':        ['l:i', 'pure', '', 'wrap'],
  'extend_s':    ['i:l', 'pure', '', 'extend_s'],
  'extend_u':    ['i:l', 'pure', '', 'extend_u'],
  'trunc_s':     ['F:I', 'traps', '', 'trunc_s'],
  'trunc_u':     ['F:I', 'traps', '', 'trunc_u'],
  'trunc_sat_s': ['F:I', 'pure', '', 'trunc_sat_s'],
  'trunc_sat_u': ['F:I', 'pure', '', 'trunc_sat_u'],
  'convert_s':   ['I:F', 'pure', '', 'convert_s'],
  'convert_u':   ['I:F', 'pure', '', 'convert_u'],
  'demote':      ['d:f', 'pure', '', 'demote'],
  'promote':     ['f:d', 'pure', '', 'promote'],
  'bitcast':     ['T:U', 'pure', '', 'reinterpret'], // i32 <-> f32, i64 <-> f64, i64 <-> ref: the same bits

  'select':      ['iTT:T', 'pure'], // a != 0 ? b : c

  // Linear memory: a = base pointer, b = address (i32 is zero-extended), address + imm offset never wraps in 64 bits.
  // Guarded accesses fault beyond the end (memory-out-of-bounds); checked ones cannot.
  'load':        ['pA:T',  'reads traps'],    // all bytes of the result type
  'load8_s':     ['pA:I',  'reads traps'],
  'load8_u':     ['pA:I',  'reads traps'],
  'load16_s':    ['pA:I',  'reads traps'],
  'load16_u':    ['pA:I',  'reads traps'],
  'load32_s':    ['pA:l',  'reads traps'],
  'load32_u':    ['pA:l',  'reads traps'],
  'store':       ['pAT:',  'writes traps'],   // c = value, all bytes of its type
  'store8':      ['pAI:',  'writes traps'],
  'store16':     ['pAI:',  'writes traps'],
  'store32':     ['pAl:',  'writes traps'],
  // Atomic and sequentially consistent: a = pointer to an aligned place, aux = AtomicAccess (atomics.ts), whose narrow results
  // are zero-extended. All of them synchronise: nothing is moved, shared or forwarded across.
  'atomic_load':    ['l:I',   'reads writes traps'],
  'atomic_store':   ['lI:',   'reads writes traps'], // b = value
  'atomic_rmw':     ['lI:I',  'reads writes traps'], // imm = operator, b = operand; gives the old value
  'atomic_cmpxchg': ['lII:I', 'reads writes traps'], // b = expected (low bytes count), c = replacement; gives the old value
  'fence':          [':',     'reads writes'],
  'bound':       ['Al:l',  'traps'],          // a zero-extended, when a + aux + imm <= b (unsigned, exact); else memory-out-of-bounds

  // Runtime structures: vmctx, descriptors, table entries, FuncRefs, objects (runtime/layout.ts). a = pointer, never null.
  'vm_load':      ['p:T',  'reads'],          // a field class that never changes makes it pure, see FieldClass
  'vm_load8_s':   ['p:i',  'reads'],
  'vm_load8_u':   ['p:i',  'reads'],
  'vm_load16_s':  ['p:i',  'reads'],
  'vm_load16_u':  ['p:i',  'reads'],
  'vm_store':     ['pT:',  'writes'],         // b = value
  'vm_store8':    ['pi:',  'writes'],
  'vm_store16':   ['pi:',  'writes'],
  'vm_address':  ['p:r',   'pure'],           // a + imm

  'call':          [':T',  'call', 'list'],
  'call_ref_code': ['l:T', 'call', 'list'],   // the list's first operand is the callee's vmctx
  'call_builtin':  [':T',  'call', 'list'],   // result i64 (u64), ref or void; integer operands narrower than 64 bits are i32
  'trap_if':       ['i:',  'traps'],          // traps when a != 0
  'landing':       [':r',  ''],               // first in the block behind edge 1 of a br_unwind: the exception reference

  'jump':        [':',  'terminator', 'edges'],
  'br_if':       ['i:', 'terminator', 'edges'],     // edge 0 when a != 0, else edge 1
  'br_table':    ['i:', 'terminator', 'edges'],     // edge min(a unsigned, edges - 1)
  'br_unwind':   [':',  'terminator', 'edges'],     // right behind a call: edge 0 when it returns, edge 1 when it throws
  'return':      [':',  'terminator', 'list'],
  'return_call': [':',  'terminator call', 'list'],
  'return_call_ref_code': ['l:', 'terminator call', 'list'],
  'trap':        [':',  'terminator'],
} as const satisfies Record<string, OpRow>;

const allRows: Readonly<Record<IrOp, OpRow>> = {...rows, ...vectorRows};

export type IrOp = keyof typeof rows | VectorOp;
declare const opBrand: unique symbol;
/** Dense number of an operation. */
export type OpCode = number & {readonly [opBrand]: true};

export const opNames = Object.keys(allRows) as IrOp[];
export const OP_COUNT = opNames.length;

type Codes = {readonly [N in IrOp]: OpCode};
/** Name -> number. Hot files re-bind what they need as constants and compare numbers. */
export const Ir: Codes = Object.fromEntries(opNames.map((name, code) => [name, code])) as unknown as Codes;

export const FACT = {
  pure: 1,
  commutative: 2,
  traps: 4,
  reads: 8,
  writes: 16,
  call: 32,
  terminator: 64,
  multiple: 128,
} as const satisfies Record<OpFact, number>;
/** Anything that fixes an operation's place: it may trap, touches state or ends the block. */
export const EFFECTS = FACT.traps | FACT.reads | FACT.writes | FACT.call | FACT.terminator;

/** Facts by op, bits of FACT. */
export const FACTS = new Uint8Array(OP_COUNT);
/** Number of inline operands by op, 0-3. */
export const ARITY = new Uint8Array(OP_COUNT);
/** 1 when b and c are start and length of an operand list. */
export const HAS_LIST = new Uint8Array(OP_COUNT);
/** 1 when b and c are first edge and number of edges. */
export const HAS_EDGES = new Uint8Array(OP_COUNT);
/** `operands:result` letters by op. */
export const TYPE_RULE: string[] = [];
const MEANING: (string | undefined)[] = [];

for (const [code, name] of opNames.entries()) {
  const [types, facts, shape = '', meaning]: OpRow = allRows[name];
  for (const fact of facts.split(' ')) if (fact !== '') FACTS[code]! |= FACT[fact as OpFact];
  ARITY[code] = types.indexOf(':');
  HAS_LIST[code] = shape === 'list' ? 1 : 0;
  HAS_EDGES[code] = shape === 'edges' ? 1 : 0;
  TYPE_RULE[code] = types;
  MEANING[code] = meaning;
  assert(shape === '' || ARITY[code]! <= 1, `${name} has lists and more than one inline operand`);
}

/** Number of an operation by name, undefined when there is none. */
export function opByName(name: string): OpCode | undefined {
  return Object.hasOwn(allRows, name) ? Ir[name as IrOp] : undefined;
}

const LETTER = ['', 'i32', 'i64', 'f32', 'f64', 'v128', 'ref'];

/**
 * The wasm instruction that a numeric operation means, given the result type and the type of the first operand:
 * iadd i32 -> i32.add, ieq of i64 -> i64.eq, trunc_s f64 to i32 -> i32.trunc_f64_s. Undefined for the rest.
 */
export function mnemonicOf(op: OpCode, result: Type, operand: Type): string | undefined {
  const meaning = MEANING[op];
  if (meaning === undefined) return undefined;
  const to = LETTER[result]!;
  const from = LETTER[operand === 6 ? 2 : operand]!; // references compare as i64
  switch (meaning) {
    case 'wrap':
      return 'i32.wrap_i64';
    case 'extend_s':
    case 'extend_u':
      return `i64.extend_i32_${meaning.at(-1)}`;
    case 'demote':
      return 'f32.demote_f64';
    case 'promote':
      return 'f64.promote_f32';
    case 'reinterpret':
      return result === 6 || operand === 6 ? undefined : `${to}.reinterpret_${from}`;
    case 'trunc_s':
    case 'trunc_u':
    case 'convert_s':
    case 'convert_u':
    case 'trunc_sat_s':
    case 'trunc_sat_u':
      return `${to}.${meaning.slice(0, -2)}_${from}_${meaning.at(-1)}`;
    default:
      return `${from}.${meaning}`;
  }
}

/** `aux` of loads and stores. */
export const MemoryAccess = {
  pack: (memory: number, checked: boolean): number => (memory << 2) | (checked ? 1 : 0),
  memory: (aux: number): number => aux >>> 2,
  /** The same for an access that cannot fault: behind a `bound`, or behind an access that has shown its bytes to be there. */
  checked: (aux: number): number => aux | 1,
  isChecked: (aux: number): boolean => (aux & 1) !== 0,
  /** The same for a store that is known to be done in whole or not at all: it never reaches over the end of memory in part. */
  whole: (aux: number): number => aux | 2,
  isWhole: (aux: number): boolean => (aux & 2) !== 0,
} as const;

/**
 * What `vm_load` and `vm_store` touch: accesses of different classes never alias. `constant`: written before anybody reads
 * it and never again, so such loads are pure. `speculative`: may be executed even where the program would not (the pointer
 * is the vmctx, or was loaded from it).
 *
 * Mutable fields of structures are told apart by place: two accesses that overlap in one object have the same offset and
 * size, because a field has the same type in all types of one object. Elements are told apart by their storage type.
 */
// biome-ignore format: one operation a line
export const fieldClasses = {
  'constant':      {constant: true,  speculative: true},  // vmctx words that never change: memory bases, descriptors, imports, types
  'func_ref':      {constant: true,  speculative: false}, // fields of a FuncRef, behind a null check
  'memory_length': {constant: false, speculative: true},  // MemoryDesc.byteLength: changed by growth, in calls or by other threads
  'table':         {constant: false, speculative: true},  // TableDesc.entries and length: changed by growth, in calls
  'table_entry':   {constant: false, speculative: false}, // behind an index check
  'global':        {constant: false, speculative: true},  // cells of mutable globals
  'exception':     {constant: false, speculative: false}, // fields of an exception, behind a tag check
  'object':        {constant: true,  speculative: false}, // headers, array lengths, immutable fields and elements, behind null and index checks
  'scratch':       {constant: false, speculative: true},  // VmContext.scratch, which only builtins read
  'field0':        {constant: false, speculative: false}, // mutable fields by offset / 8 modulo 8
  'field1':        {constant: false, speculative: false},
  'field2':        {constant: false, speculative: false},
  'field3':        {constant: false, speculative: false},
  'field4':        {constant: false, speculative: false},
  'field5':        {constant: false, speculative: false},
  'field6':        {constant: false, speculative: false},
  'field7':        {constant: false, speculative: false},
  'elements8':     {constant: false, speculative: false}, // mutable elements by storage
  'elements16':    {constant: false, speculative: false},
  'elements32':    {constant: false, speculative: false},
  'elements64':    {constant: false, speculative: false},
  'elements_f32':  {constant: false, speculative: false},
  'elements_f64':  {constant: false, speculative: false},
  'elements_v128': {constant: false, speculative: false},
  'elements_ref':  {constant: false, speculative: false},
} as const;
export type FieldClassName = keyof typeof fieldClasses;
export const FIELD_CLASS_NAMES = Object.keys(fieldClasses) as FieldClassName[];
/** Dense numbers of the classes, in the order of the table. */
export const FieldClass = Object.fromEntries(FIELD_CLASS_NAMES.map((name, code) => [name, code])) as {
  readonly [N in FieldClassName]: number;
};
const CONSTANT = FIELD_CLASS_NAMES.map((name) => fieldClasses[name].constant);
const SPECULATIVE = FIELD_CLASS_NAMES.map((name) => fieldClasses[name].speculative);
export const isConstantField = (fieldClass: number): boolean => CONSTANT[fieldClass]!;
export const isSpeculativeField = (fieldClass: number): boolean => SPECULATIVE[fieldClass]!;
/** vm_load* and vm_store*: `aux` is a field class. */
export const isFieldAccess = (op: OpCode): boolean => op >= Ir.vm_load && op <= Ir.vm_store16;
