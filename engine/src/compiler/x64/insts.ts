/**
 * The x86-64 instructions that we emit, one row each in the manual's terms: operands, encoding form, opcode bytes, REX.W (or
 * VEX.W) and the /digit. Encoder, printer, allocator constraints and the objdump test derive from it.
 *
 * Operands: `role kind`, role one of r (default), w, rw. Kinds: r8..r64 general register, rm8..rm64 register or memory,
 * rm8x rm16x 32-bit register or narrower memory, x vector register, xm8..xm128 vector register or memory, m8..m128 memory only, i8..i64 immediate, rel32 branch target,
 * rax rcx rdx cl fixed registers that the encoding implies. A `rw` first operand is tied: result and first input share it.
 * Opcode bytes start with the lock prefix (F0), the mandatory prefix (66, F2, F3) and the escape (0F, 0F 38, 0F 3A). Name: mnemonic, `.` width
 * (b w d q) where the mnemonic alone does not tell, then the operand shape.
 */
import {assert} from '#engine/base/assert.ts';

/** Where operands stand in the encoding; ModRM is `reg, rm`. See encode.ts for the code of each. */
export const forms = [
  'rm', // reg = operand 0, rm = operand 1
  'mr', // rm = operand 0, reg = operand 1
  'm', // rm = operand 0, /digit
  'm1', // rm = operand 1, /digit; operand 0 is implied (tests print it)
  'mi8',
  'mi16',
  'mi32', // rm = operand 0, /digit, immediate
  'rmi8',
  'rmi32', // reg, rm, immediate
  'mri8', // rm, reg, immediate
  'o',
  'oi32',
  'oi64', // register in the opcode byte
  'zo', // no operands in the encoding
  'i16', // immediate only
  'd', // rel32
  'v.rm',
  'v.mr',
  'v.rvm',
  'v.rmv',
  'v.vm',
  'v.rmi8',
  'v.rvmi8',
  'v.mri8',
  'v.rvmr',
  'v.vmi8', // VEX
] as const;
export type Form = (typeof forms)[number];

/** [operands, form, opcode bytes, W, digit or VEX.L] */
export type Row = readonly [operands: string, form: Form, opcode: readonly number[], w?: 0 | 1, digit?: number];

/** Conditions in encoding order; `^ 1` negates. */
export const conditions = [
  'o',
  'no',
  'b',
  'ae',
  'e',
  'ne',
  'be',
  'a',
  's',
  'ns',
  'p',
  'np',
  'l',
  'ge',
  'le',
  'g',
] as const;
export type Condition = (typeof conditions)[number];
export const Cond = Object.fromEntries(conditions.map((name, code) => [name, code])) as Readonly<
  Record<Condition, number>
>;

const rows = <const T extends Record<string, Row>>(table: T): T => table;

type Wide<N extends string, S extends string> = `${N}.${'d' | 'q'} ${S}`;

/** add, or, adc, sbb, and, sub, xor, cmp: four shapes in two widths. */
function alu<const N extends string>(name: N, digit: number): Record<Wide<N, 'rm' | 'mr' | 'mi8' | 'mi32'>, Row> {
  const role = name === 'cmp' ? 'r' : 'rw';
  const family: Record<string, Row> = {};
  for (const [width, bits, w] of [
    ['d', 32, 0],
    ['q', 64, 1],
  ] as const) {
    family[`${name}.${width} rm`] = [`${role} r${bits}, r rm${bits}`, 'rm', [8 * digit + 3], w];
    family[`${name}.${width} mr`] = [`${role} rm${bits}, r r${bits}`, 'mr', [8 * digit + 1], w];
    family[`${name}.${width} mi8`] = [`${role} rm${bits}, i8`, 'mi8', [0x83], w, digit];
    family[`${name}.${width} mi32`] = [`${role} rm${bits}, i32`, 'mi32', [0x81], w, digit];
  }
  return family as Record<Wide<N, 'rm' | 'mr' | 'mi8' | 'mi32'>, Row>;
}

/** rol, ror, shl, shr, sar by cl and by an immediate. */
function shift<const N extends string>(name: N, digit: number): Record<Wide<N, 'cl' | 'i8'>, Row> {
  const family: Record<string, Row> = {};
  for (const [width, bits, w] of [
    ['d', 32, 0],
    ['q', 64, 1],
  ] as const) {
    family[`${name}.${width} cl`] = [`rw rm${bits}, r cl`, 'm', [0xd3], w, digit];
    family[`${name}.${width} i8`] = [`rw rm${bits}, i8`, 'mi8', [0xc1], w, digit];
  }
  return family as Record<Wide<N, 'cl' | 'i8'>, Row>;
}

/** One row in both integer widths. */
function both<const N extends string, const S extends string>(name: N, shape: S, row: Row): Record<Wide<N, S>, Row> {
  const [operands, form, opcode, , digit] = row;
  const family: Record<string, Row> = {};
  for (const [width, bits, w] of [
    ['d', '32', 0],
    ['q', '64', 1],
  ] as const) {
    family[`${name}.${width} ${shape}`] = [operands.replaceAll('N', bits), form, opcode, w, digit ?? 0];
  }
  return family as Record<Wide<N, S>, Row>;
}

/** A row in all integer widths; `opcode` of the byte form, the others have the next one. Locked when the name says so. */
function atomic<const N extends string>(name: N, operands: string, opcode: readonly number[]): Record<`${N}.${'b' | 'w' | 'd' | 'q'} mr`, Row> {
  const family: Record<string, Row> = {};
  const lock = name.startsWith('lock ') ? [0xf0] : [];
  const wider = [...opcode.slice(0, -1), (opcode.at(-1) as number) + 1];
  family[`${name}.b mr`] = [operands.replaceAll('N', '8'), 'mr', [...lock, ...opcode]];
  family[`${name}.w mr`] = [operands.replaceAll('N', '16'), 'mr', [...lock, 0x66, ...wider]];
  family[`${name}.d mr`] = [operands.replaceAll('N', '32'), 'mr', [...lock, ...wider]];
  family[`${name}.q mr`] = [operands.replaceAll('N', '64'), 'mr', [...lock, ...wider], 1];
  return family as ReturnType<typeof atomic<N>>;
}

/** A row per condition, the code added to the last opcode byte. */
function perCondition<const N extends string, const S extends string>(
  name: N,
  shape: S,
  row: Row,
): Record<`${N}${Condition}${S}`, Row> {
  const [operands, form, opcode, w, digit] = row;
  const family: Record<string, Row> = {};
  conditions.forEach((condition, code) => {
    const bytes = [...opcode.slice(0, -1), (opcode.at(-1) ?? 0) + code];
    family[`${name}${condition}${shape}`] = [operands, form, bytes, w ?? 0, digit ?? 0];
  });
  return family as Record<`${N}${Condition}${S}`, Row>;
}

/** A scalar float operation in both widths, SSE and VEX. */
function scalar<const N extends string>(
  name: N,
  opcode: number,
): Record<`${'' | 'v'}${N}${'ss' | 'sd'} ${'rm' | 'rvm'}`, Row> {
  const family: Record<string, Row> = {
    [`${name}ss rm`]: ['rw x, r xm32', 'rm', [0xf3, 0x0f, opcode]],
    [`${name}sd rm`]: ['rw x, r xm64', 'rm', [0xf2, 0x0f, opcode]],
    [`v${name}ss rvm`]: ['w x, r x, r xm32', 'v.rvm', [0xf3, 0x0f, opcode]],
    [`v${name}sd rvm`]: ['w x, r x, r xm64', 'v.rvm', [0xf2, 0x0f, opcode]],
  };
  return family as ReturnType<typeof scalar<N>>;
}

/** A whole-register operation on 128 bits, SSE and VEX; `opcode` with its mandatory prefix and escape. */
function packed<const N extends string>(name: N, opcode: readonly number[]): Record<`${N} rm` | `v${N} rvm`, Row> {
  const family: Record<string, Row> = {
    [`${name} rm`]: ['rw x, r xm128', 'rm', opcode],
    [`v${name} rvm`]: ['w x, r x, r xm128', 'v.rvm', opcode],
  };
  return family as ReturnType<typeof packed<N>>;
}

/** The same with an immediate. */
function packedImmediate<const N extends string>(
  name: N,
  opcode: readonly number[],
): Record<`${N} rmi8` | `v${N} rvmi8`, Row> {
  const family: Record<string, Row> = {
    [`${name} rmi8`]: ['rw x, r xm128, i8', 'rmi8', opcode],
    [`v${name} rvmi8`]: ['w x, r x, r xm128, i8', 'v.rvmi8', opcode],
  };
  return family as ReturnType<typeof packedImmediate<N>>;
}

/** Shift of all lanes by an immediate. */
function vectorShift<const N extends string>(
  name: N,
  opcode: number,
  digit: number,
): Record<`${N} mi8` | `v${N} vmi8`, Row> {
  const family: Record<string, Row> = {
    [`${name} mi8`]: ['rw x, i8', 'mi8', [0x66, 0x0f, opcode], 0, digit],
    [`v${name} vmi8`]: ['w x, r x, i8', 'v.vmi8', [0x66, 0x0f, opcode], 0, digit],
  };
  return family as ReturnType<typeof vectorShift<N>>;
}

/** Replaces the lane that the immediate names. */
function insertion<const N extends string>(
  name: N,
  source: string,
  opcode: readonly number[],
  w: 0 | 1 = 0,
): Record<`${N} rmi8` | `v${N} rvmi8`, Row> {
  const family: Record<string, Row> = {
    [`${name} rmi8`]: [`rw x, r ${source}, i8`, 'rmi8', opcode, w],
    [`v${name} rvmi8`]: [`w x, r x, r ${source}, i8`, 'v.rvmi8', opcode, w],
  };
  return family as ReturnType<typeof insertion<N>>;
}

// biome-ignore format: a table
/** Integer rows. */
const integer = rows({
  ...alu('add', 0), ...alu('or', 1), ...alu('adc', 2), ...alu('sbb', 3),
  ...alu('and', 4), ...alu('sub', 5), ...alu('xor', 6), ...alu('cmp', 7),
  ...shift('rol', 0), ...shift('ror', 1), ...shift('shl', 4), ...shift('shr', 5), ...shift('sar', 7),
  ...both('test', 'mr', ['r rmN, r rN', 'mr', [0x85]]),
  ...both('test', 'mi32', ['r rmN, i32', 'mi32', [0xf7], 0, 0]),
  ...both('imul', 'rm', ['rw rN, r rmN', 'rm', [0x0f, 0xaf]]),
  ...both('imul', 'rmi8', ['w rN, r rmN, i8', 'rmi8', [0x6b]]),
  ...both('imul', 'rmi32', ['w rN, r rmN, i32', 'rmi32', [0x69]]),
  ...both('not', 'm', ['rw rmN', 'm', [0xf7], 0, 2]),
  ...both('neg', 'm', ['rw rmN', 'm', [0xf7], 0, 3]),
  ...both('mul', 'm', ['rw rax, w rdx, r rmN', 'm', [0xf7], 0, 4]),
  ...both('imul', 'm', ['rw rax, w rdx, r rmN', 'm', [0xf7], 0, 5]),
  ...both('div', 'm', ['rw rax, rw rdx, r rmN', 'm', [0xf7], 0, 6]),
  ...both('idiv', 'm', ['rw rax, rw rdx, r rmN', 'm', [0xf7], 0, 7]),
  'cdq':            ['r rax, w rdx', 'zo', [0x99]],
  'cqo':            ['r rax, w rdx', 'zo', [0x99], 1],
  ...both('bsf', 'rm', ['rw rN, r rmN', 'rm', [0x0f, 0xbc]]),
  ...both('bsr', 'rm', ['rw rN, r rmN', 'rm', [0x0f, 0xbd]]),
  ...both('tzcnt', 'rm', ['w rN, r rmN', 'rm', [0xf3, 0x0f, 0xbc]]),
  ...both('lzcnt', 'rm', ['w rN, r rmN', 'rm', [0xf3, 0x0f, 0xbd]]),
  ...both('popcnt', 'rm', ['w rN, r rmN', 'rm', [0xf3, 0x0f, 0xb8]]),
  ...both('shlx', 'rmv', ['w rN, r rmN, r rN', 'v.rmv', [0x66, 0x0f, 0x38, 0xf7]]),
  ...both('sarx', 'rmv', ['w rN, r rmN, r rN', 'v.rmv', [0xf3, 0x0f, 0x38, 0xf7]]),
  ...both('shrx', 'rmv', ['w rN, r rmN, r rN', 'v.rmv', [0xf2, 0x0f, 0x38, 0xf7]]),
  ...both('rorx', 'rmi8', ['w rN, r rmN, i8', 'v.rmi8', [0xf2, 0x0f, 0x3a, 0xf0]]),
  ...both('andn', 'rvm', ['w rN, r rN, r rmN', 'v.rvm', [0x0f, 0x38, 0xf2]]),
  'movzx.d rm8':    ['w r32, r rm8', 'rm', [0x0f, 0xb6]],
  'movzx.d rm16':   ['w r32, r rm16', 'rm', [0x0f, 0xb7]],
  'movsx.d rm8':    ['w r32, r rm8', 'rm', [0x0f, 0xbe]],
  'movsx.d rm16':   ['w r32, r rm16', 'rm', [0x0f, 0xbf]],
  'movsx.q rm8':    ['w r64, r rm8', 'rm', [0x0f, 0xbe], 1],
  'movsx.q rm16':   ['w r64, r rm16', 'rm', [0x0f, 0xbf], 1],
  'movsxd.q rm32':  ['w r64, r rm32', 'rm', [0x63], 1],
  ...both('mov', 'rm', ['w rN, r rmN', 'rm', [0x8b]]),
  'mov.b mr':       ['w rm8, r r8', 'mr', [0x88]],
  'mov.w mr':       ['w rm16, r r16', 'mr', [0x66, 0x89]],
  'mov.d mr':       ['w rm32, r r32', 'mr', [0x89]],
  'mov.q mr':       ['w rm64, r r64', 'mr', [0x89], 1],
  'mov.b mi8':      ['w rm8, i8', 'mi8', [0xc6], 0, 0],
  'mov.w mi16':     ['w rm16, i16', 'mi16', [0x66, 0xc7], 0, 0],
  'mov.d mi32':     ['w rm32, i32', 'mi32', [0xc7], 0, 0],
  'mov.q mi32':     ['w rm64, i32', 'mi32', [0xc7], 1, 0],
  'mov.d oi32':     ['w r32, i32', 'oi32', [0xb8]],
  'mov.q oi64':     ['w r64, i64', 'oi64', [0xb8], 1],
  'lea.d rm':       ['w r32, r m32', 'rm', [0x8d]],
  'lea.q rm':       ['w r64, r m64', 'rm', [0x8d], 1],
  ...atomic('xchg', 'rw rmN, rw rN', [0x86]),
  ...atomic('lock xadd', 'rw mN, rw rN', [0x0f, 0xc0]),
  ...atomic('lock cmpxchg', 'rw mN, rw rax, r rN', [0x0f, 0xb0]),
  ...atomic('lock add', 'rw mN, r rN', [0x00]), ...atomic('lock sub', 'rw mN, r rN', [0x28]),
  ...atomic('lock and', 'rw mN, r rN', [0x20]), ...atomic('lock or', 'rw mN, r rN', [0x08]), ...atomic('lock xor', 'rw mN, r rN', [0x30]),
  'lock or.d mi8':  ['rw m32, i8', 'mi8', [0xf0, 0x83], 0, 1],
  ...perCondition('set', ' m', ['w rm8', 'm', [0x0f, 0x90]]),
  ...perCondition('cmov', '.d rm', ['rw r32, r rm32', 'rm', [0x0f, 0x40]]),
  ...perCondition('cmov', '.q rm', ['rw r64, r rm64', 'rm', [0x0f, 0x40], 1]),
  ...perCondition('j', ' d', ['rel32', 'd', [0x0f, 0x80]]),
  'jmp d':          ['rel32', 'd', [0xe9]],
  'call d':         ['rel32', 'd', [0xe8]],
  'jmp.q m':        ['r rm64', 'm', [0xff], 0, 4],
  'call.q m':       ['r rm64', 'm', [0xff], 0, 2],
  'ret':            ['', 'zo', [0xc3]],
  'ret i16':        ['i16', 'i16', [0xc2]],
  'push.q o':       ['r r64', 'o', [0x50]],
  'pop.q o':        ['w r64', 'o', [0x58]],
  'ud2':            ['', 'zo', [0x0f, 0x0b]],
  'int3':           ['', 'zo', [0xcc]],
});

// biome-ignore format: a table
/** Scalar floats, and moves between the files. */
const float = rows({
  ...scalar('add', 0x58), ...scalar('mul', 0x59), ...scalar('sub', 0x5c), ...scalar('div', 0x5e),
  ...scalar('min', 0x5d), ...scalar('max', 0x5f),
  'sqrtss rm':      ['w x, r xm32', 'rm', [0xf3, 0x0f, 0x51]],
  'sqrtsd rm':      ['w x, r xm64', 'rm', [0xf2, 0x0f, 0x51]],
  'roundss rmi8':   ['w x, r xm32, i8', 'rmi8', [0x66, 0x0f, 0x3a, 0x0a]],
  'roundsd rmi8':   ['w x, r xm64, i8', 'rmi8', [0x66, 0x0f, 0x3a, 0x0b]],
  'ucomiss rm':     ['r x, r xm32', 'rm', [0x0f, 0x2e]],
  'ucomisd rm':     ['r x, r xm64', 'rm', [0x66, 0x0f, 0x2e]],
  'cvtss2sd rm':    ['w x, r xm32', 'rm', [0xf3, 0x0f, 0x5a]],
  'cvtsd2ss rm':    ['w x, r xm64', 'rm', [0xf2, 0x0f, 0x5a]],
  ...both('cvttss2si', 'rm', ['w rN, r xm32', 'rm', [0xf3, 0x0f, 0x2c]]),
  ...both('cvttsd2si', 'rm', ['w rN, r xm64', 'rm', [0xf2, 0x0f, 0x2c]]),
  ...both('cvtsi2ss', 'rm', ['rw x, r rmN', 'rm', [0xf3, 0x0f, 0x2a]]),
  ...both('cvtsi2sd', 'rm', ['rw x, r rmN', 'rm', [0xf2, 0x0f, 0x2a]]),
  'cmpss rmi8':     ['rw x, r xm32, i8', 'rmi8', [0xf3, 0x0f, 0xc2]],
  'cmpsd rmi8':     ['rw x, r xm64, i8', 'rmi8', [0xf2, 0x0f, 0xc2]],
  'movd.x rm':      ['w x, r rm32', 'rm', [0x66, 0x0f, 0x6e]],
  'movq.x rm':      ['w x, r rm64', 'rm', [0x66, 0x0f, 0x6e], 1],
  'movd.x mr':      ['w rm32, r x', 'mr', [0x66, 0x0f, 0x7e]],
  'movq.x mr':      ['w rm64, r x', 'mr', [0x66, 0x0f, 0x7e], 1],
  'movss rm':       ['w x, r m32', 'rm', [0xf3, 0x0f, 0x10]],
  'movsd rm':       ['w x, r m64', 'rm', [0xf2, 0x0f, 0x10]],
  'movss mr':       ['w m32, r x', 'mr', [0xf3, 0x0f, 0x11]],
  'movsd mr':       ['w m64, r x', 'mr', [0xf2, 0x0f, 0x11]],
  'movaps rm':      ['w x, r xm128', 'rm', [0x0f, 0x28]],
  'movups rm':      ['w x, r xm128', 'rm', [0x0f, 0x10]],
  'movups mr':      ['w xm128, r x', 'mr', [0x0f, 0x11]],
  'unpcklpd rm':    ['rw x, r xm128', 'rm', [0x66, 0x0f, 0x14]],
  ...packed('andps', [0x0f, 0x54]), ...packed('andnps', [0x0f, 0x55]),
  ...packed('orps', [0x0f, 0x56]), ...packed('xorps', [0x0f, 0x57]),
  ...packed('andpd', [0x66, 0x0f, 0x54]), ...packed('orpd', [0x66, 0x0f, 0x56]), ...packed('xorpd', [0x66, 0x0f, 0x57]),
});

// biome-ignore format: a table
/** Vectors. */
const vector = rows({
  ...packed('paddb', [0x66, 0x0f, 0xfc]), ...packed('paddw', [0x66, 0x0f, 0xfd]), ...packed('paddd', [0x66, 0x0f, 0xfe]),
  ...packed('paddq', [0x66, 0x0f, 0xd4]), ...packed('psubb', [0x66, 0x0f, 0xf8]), ...packed('psubw', [0x66, 0x0f, 0xf9]),
  ...packed('psubd', [0x66, 0x0f, 0xfa]), ...packed('psubq', [0x66, 0x0f, 0xfb]),
  ...packed('paddsb', [0x66, 0x0f, 0xec]), ...packed('paddsw', [0x66, 0x0f, 0xed]), ...packed('paddusb', [0x66, 0x0f, 0xdc]),
  ...packed('paddusw', [0x66, 0x0f, 0xdd]), ...packed('psubsb', [0x66, 0x0f, 0xe8]), ...packed('psubsw', [0x66, 0x0f, 0xe9]),
  ...packed('psubusb', [0x66, 0x0f, 0xd8]), ...packed('psubusw', [0x66, 0x0f, 0xd9]),
  ...packed('pmullw', [0x66, 0x0f, 0xd5]), ...packed('pmulhw', [0x66, 0x0f, 0xe5]), ...packed('pmulhuw', [0x66, 0x0f, 0xe4]),
  ...packed('pmuludq', [0x66, 0x0f, 0xf4]), ...packed('pmaddwd', [0x66, 0x0f, 0xf5]), ...packed('pavgb', [0x66, 0x0f, 0xe0]),
  ...packed('pavgw', [0x66, 0x0f, 0xe3]),
  ...packed('pminub', [0x66, 0x0f, 0xda]), ...packed('pminsw', [0x66, 0x0f, 0xea]), ...packed('pmaxub', [0x66, 0x0f, 0xde]),
  ...packed('pmaxsw', [0x66, 0x0f, 0xee]), ...packed('pand', [0x66, 0x0f, 0xdb]), ...packed('pandn', [0x66, 0x0f, 0xdf]),
  ...packed('por', [0x66, 0x0f, 0xeb]), ...packed('pxor', [0x66, 0x0f, 0xef]),
  ...packed('pcmpeqb', [0x66, 0x0f, 0x74]), ...packed('pcmpeqw', [0x66, 0x0f, 0x75]), ...packed('pcmpeqd', [0x66, 0x0f, 0x76]),
  ...packed('pcmpgtb', [0x66, 0x0f, 0x64]), ...packed('pcmpgtw', [0x66, 0x0f, 0x65]), ...packed('pcmpgtd', [0x66, 0x0f, 0x66]),
  ...packed('punpcklbw', [0x66, 0x0f, 0x60]), ...packed('punpcklwd', [0x66, 0x0f, 0x61]), ...packed('punpckldq', [0x66, 0x0f, 0x62]),
  ...packed('punpcklqdq', [0x66, 0x0f, 0x6c]), ...packed('punpckhbw', [0x66, 0x0f, 0x68]), ...packed('punpckhwd', [0x66, 0x0f, 0x69]),
  ...packed('punpckhdq', [0x66, 0x0f, 0x6a]), ...packed('punpckhqdq', [0x66, 0x0f, 0x6d]),
  ...packed('packsswb', [0x66, 0x0f, 0x63]), ...packed('packuswb', [0x66, 0x0f, 0x67]), ...packed('packssdw', [0x66, 0x0f, 0x6b]),
  ...packed('psrlw', [0x66, 0x0f, 0xd1]), ...packed('psrld', [0x66, 0x0f, 0xd2]), ...packed('psrlq', [0x66, 0x0f, 0xd3]),
  ...packed('psraw', [0x66, 0x0f, 0xe1]), ...packed('psrad', [0x66, 0x0f, 0xe2]), ...packed('psllw', [0x66, 0x0f, 0xf1]),
  ...packed('pslld', [0x66, 0x0f, 0xf2]), ...packed('psllq', [0x66, 0x0f, 0xf3]),
  ...packed('pshufb', [0x66, 0x0f, 0x38, 0x00]), ...packed('pmaddubsw', [0x66, 0x0f, 0x38, 0x04]), ...packed('pmulhrsw', [0x66, 0x0f, 0x38, 0x0b]),
  ...packed('pmuldq', [0x66, 0x0f, 0x38, 0x28]), ...packed('pcmpeqq', [0x66, 0x0f, 0x38, 0x29]), ...packed('packusdw', [0x66, 0x0f, 0x38, 0x2b]),
  ...packed('pcmpgtq', [0x66, 0x0f, 0x38, 0x37]), ...packed('pmulld', [0x66, 0x0f, 0x38, 0x40]),
  ...packed('pminsb', [0x66, 0x0f, 0x38, 0x38]), ...packed('pminsd', [0x66, 0x0f, 0x38, 0x39]), ...packed('pminuw', [0x66, 0x0f, 0x38, 0x3a]),
  ...packed('pminud', [0x66, 0x0f, 0x38, 0x3b]), ...packed('pmaxsb', [0x66, 0x0f, 0x38, 0x3c]), ...packed('pmaxsd', [0x66, 0x0f, 0x38, 0x3d]),
  ...packed('pmaxuw', [0x66, 0x0f, 0x38, 0x3e]), ...packed('pmaxud', [0x66, 0x0f, 0x38, 0x3f]),
  ...packed('addps', [0x0f, 0x58]), ...packed('addpd', [0x66, 0x0f, 0x58]), ...packed('mulps', [0x0f, 0x59]),
  ...packed('mulpd', [0x66, 0x0f, 0x59]), ...packed('subps', [0x0f, 0x5c]), ...packed('subpd', [0x66, 0x0f, 0x5c]),
  ...packed('minps', [0x0f, 0x5d]), ...packed('minpd', [0x66, 0x0f, 0x5d]), ...packed('divps', [0x0f, 0x5e]),
  ...packed('divpd', [0x66, 0x0f, 0x5e]), ...packed('maxps', [0x0f, 0x5f]), ...packed('maxpd', [0x66, 0x0f, 0x5f]),
  ...packed('unpcklps', [0x0f, 0x14]),
  ...packedImmediate('shufps', [0x0f, 0xc6]),
  ...packedImmediate('cmpps', [0x0f, 0xc2]),
  ...packedImmediate('cmppd', [0x66, 0x0f, 0xc2]),
  ...packedImmediate('palignr', [0x66, 0x0f, 0x3a, 0x0f]),
  ...packedImmediate('pblendw', [0x66, 0x0f, 0x3a, 0x0e]),
  ...vectorShift('psrlw', 0x71, 2),
  ...vectorShift('psraw', 0x71, 4),
  ...vectorShift('psllw', 0x71, 6),
  ...vectorShift('psrld', 0x72, 2),
  ...vectorShift('psrad', 0x72, 4),
  ...vectorShift('pslld', 0x72, 6),
  ...vectorShift('psrlq', 0x73, 2),
  ...vectorShift('psllq', 0x73, 6),
  'pabsb rm': ['w x, r xm128', 'rm', [0x66, 0x0f, 0x38, 0x1c]],
  'pabsw rm': ['w x, r xm128', 'rm', [0x66, 0x0f, 0x38, 0x1d]],
  'pabsd rm': ['w x, r xm128', 'rm', [0x66, 0x0f, 0x38, 0x1e]],
  'sqrtps rm': ['w x, r xm128', 'rm', [0x0f, 0x51]],
  'sqrtpd rm': ['w x, r xm128', 'rm', [0x66, 0x0f, 0x51]],
  'cvtdq2ps rm': ['w x, r xm128', 'rm', [0x0f, 0x5b]],
  'cvttpd2dq rm': ['w x, r xm128', 'rm', [0x66, 0x0f, 0xe6]],
  'cvtps2pd rm': ['w x, r xm64', 'rm', [0x0f, 0x5a]],
  'cvtpd2ps rm': ['w x, r xm128', 'rm', [0x66, 0x0f, 0x5a]],
  'pmovsxbw rm': ['w x, r xm64', 'rm', [0x66, 0x0f, 0x38, 0x20]],
  'pmovsxwd rm': ['w x, r xm64', 'rm', [0x66, 0x0f, 0x38, 0x23]],
  'pmovsxdq rm': ['w x, r xm64', 'rm', [0x66, 0x0f, 0x38, 0x25]],
  'pmovzxbw rm': ['w x, r xm64', 'rm', [0x66, 0x0f, 0x38, 0x30]],
  'pmovzxwd rm': ['w x, r xm64', 'rm', [0x66, 0x0f, 0x38, 0x33]],
  'pmovzxdq rm': ['w x, r xm64', 'rm', [0x66, 0x0f, 0x38, 0x35]],
  'cvttps2dq rm': ['w x, r xm128', 'rm', [0xf3, 0x0f, 0x5b]],
  'cvtdq2pd rm': ['w x, r xm64', 'rm', [0xf3, 0x0f, 0xe6]],
  'movddup rm': ['w x, r xm64', 'rm', [0xf2, 0x0f, 0x12]],
  'movq.xx rm': ['w x, r xm64', 'rm', [0xf3, 0x0f, 0x7e]],
  'ptest rm': ['r x, r xm128', 'rm', [0x66, 0x0f, 0x38, 0x17]],
  'pmovmskb rm': ['w r32, r x', 'rm', [0x66, 0x0f, 0xd7]],
  'movmskps rm': ['w r32, r x', 'rm', [0x0f, 0x50]],
  'movmskpd rm': ['w r32, r x', 'rm', [0x66, 0x0f, 0x50]],
  'pshufd rmi8': ['w x, r xm128, i8', 'rmi8', [0x66, 0x0f, 0x70]],
  'pshuflw rmi8': ['w x, r xm128, i8', 'rmi8', [0xf2, 0x0f, 0x70]],
  'pshufhw rmi8': ['w x, r xm128, i8', 'rmi8', [0xf3, 0x0f, 0x70]],
  'roundps rmi8': ['w x, r xm128, i8', 'rmi8', [0x66, 0x0f, 0x3a, 0x08]],
  'roundpd rmi8': ['w x, r xm128, i8', 'rmi8', [0x66, 0x0f, 0x3a, 0x09]],
  ...insertion('pinsrb', 'rm8x', [0x66, 0x0f, 0x3a, 0x20]),
  ...insertion('pinsrw', 'rm16x', [0x66, 0x0f, 0xc4]),
  ...insertion('pinsrd', 'rm32', [0x66, 0x0f, 0x3a, 0x22]),
  ...insertion('pinsrq', 'rm64', [0x66, 0x0f, 0x3a, 0x22], 1),
  ...insertion('insertps', 'xm32', [0x66, 0x0f, 0x3a, 0x21]),
  'pextrb mri8': ['w rm8x, r x, i8', 'mri8', [0x66, 0x0f, 0x3a, 0x14]],
  'pextrw mri8': ['w rm16x, r x, i8', 'mri8', [0x66, 0x0f, 0x3a, 0x15]],
  'pextrd mri8': ['w rm32, r x, i8', 'mri8', [0x66, 0x0f, 0x3a, 0x16]],
  'pextrq mri8': ['w rm64, r x, i8', 'mri8', [0x66, 0x0f, 0x3a, 0x16], 1],
  'movlps rm': ['rw x, r m64', 'rm', [0x0f, 0x12]],
  'movhps rm': ['rw x, r m64', 'rm', [0x0f, 0x16]],
  'movhps mr': ['w m64, r x', 'mr', [0x0f, 0x17]],
  'vpblendvb rvmr': ['w x, r x, r xm128, r x', 'v.rvmr', [0x66, 0x0f, 0x3a, 0x4c]],
  'vblendvps rvmr': ['w x, r x, r xm128, r x', 'v.rvmr', [0x66, 0x0f, 0x3a, 0x4a]],
  'vblendvpd rvmr': ['w x, r x, r xm128, r x', 'v.rvmr', [0x66, 0x0f, 0x3a, 0x4b]],
  'vpbroadcastb rm': ['w x, r xm8', 'v.rm', [0x66, 0x0f, 0x38, 0x78]],
  'vpbroadcastw rm': ['w x, r xm16', 'v.rm', [0x66, 0x0f, 0x38, 0x79]],
  'vpbroadcastd rm': ['w x, r xm32', 'v.rm', [0x66, 0x0f, 0x38, 0x58]],
  'vbroadcastss rm': ['w x, r xm32', 'v.rm', [0x66, 0x0f, 0x38, 0x18]],
  'vfmadd231ps rvm': ['rw x, r x, r xm128', 'v.rvm', [0x66, 0x0f, 0x38, 0xb8]],
  'vfmadd231pd rvm': ['rw x, r x, r xm128', 'v.rvm', [0x66, 0x0f, 0x38, 0xb8], 1],
  'vfnmadd231ps rvm': ['rw x, r x, r xm128', 'v.rvm', [0x66, 0x0f, 0x38, 0xbc]],
  'vfnmadd231pd rvm': ['rw x, r x, r xm128', 'v.rvm', [0x66, 0x0f, 0x38, 0xbc], 1],
});

export const insts = {...integer, ...float, ...vector};
export type InstName = keyof typeof insts;

/** Row names by id; ids are dense and start at 1. */
export const instNames: readonly (InstName | '')[] = ['', ...(Object.keys(insts) as InstName[])];
export const INST_COUNT = instNames.length;

/** Row ids by name. */
export const Inst = Object.fromEntries(instNames.map((name, id) => [name, id])) as Readonly<Record<InstName, number>>;

export type OperandKind = 'reg' | 'rm' | 'xmm' | 'xm' | 'mem' | 'imm' | 'rel' | 'fixed';
export interface Operand {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly kind: OperandKind;
  readonly bits: number;
  /** Width by which a general register is named. */
  readonly registerBits: number;
  /** Register number of a fixed operand, else -1. */
  readonly fixed: number;
}

const fixedRegisters: Readonly<Record<string, readonly [number, number]>> = {
  rax: [0, 64],
  cl: [1, 8],
  rcx: [1, 64],
  rdx: [2, 64],
};
const kinds: Readonly<Record<string, OperandKind>> = {
  r: 'reg',
  rm: 'rm',
  x: 'xmm',
  xm: 'xm',
  m: 'mem',
  i: 'imm',
  rel: 'rel',
};

function parseOperand(text: string): Operand {
  const words = text.split(' ');
  const [role, kind] = words.length === 2 ? (words as [string, string]) : ['r', words[0] as string];
  const access = {reads: role !== 'w', writes: role !== 'r'};
  const fixed = fixedRegisters[kind];
  if (fixed !== undefined) return {...access, kind: 'fixed', bits: fixed[1], registerBits: fixed[1], fixed: fixed[0]};
  const match = /^(rel|rm|xm|r|x|m|i)(\d*)(x?)$/.exec(kind);
  assert(match !== null, `operand ${text}`);
  const name = kinds[match[1] as string];
  assert(name !== undefined, `operand ${text}`);
  const bits = match[2] === '' ? 128 : Number(match[2]);
  return {...access, kind: name, bits, registerBits: match[3] === 'x' ? 32 : bits, fixed: -1};
}

/** Operands of each row by id. */
export const OPERANDS: readonly (readonly Operand[])[] = instNames.map((name) => {
  if (name === '') return [];
  const text = (insts[name] as Row)[0];
  return text === '' ? [] : text.split(', ').map(parseOperand);
});

/** Index in `forms`, by id. */
export const FORM = new Uint8Array(INST_COUNT);
/** Mandatory prefix byte or 0. */
export const PREFIX = new Uint8Array(INST_COUNT);
/** Lock prefix or 0; before the mandatory one. */
export const LOCK = new Uint8Array(INST_COUNT);
/** Opcode map: 0 one-byte, 1 0F, 2 0F 38, 3 0F 3A. */
export const MAP = new Uint8Array(INST_COUNT);
export const OPCODE = new Uint8Array(INST_COUNT);
export const WIDE = new Uint8Array(INST_COUNT);
export const DIGIT = new Uint8Array(INST_COUNT);
/** Bit 0: the reg operand is 8 bits wide, bit 1: the rm operand is; spl, bpl, sil and dil then need a REX prefix. */
export const BYTE_REG = new Uint8Array(INST_COUNT);
/** 1 where the row reads the flags: setcc, cmovcc, jcc, adc, sbb. */
export const READS_FLAGS = new Uint8Array(INST_COUNT);

function fill(id: number, row: Row): void {
  const [, form, bytes, w, digit] = row;
  let at = 0;
  FORM[id] = forms.indexOf(form);
  if (bytes[0] === 0xf0) LOCK[id] = bytes[at++] as number;
  const first = bytes[at] as number;
  if (bytes.length - at > 1 && (first === 0x66 || first === 0xf2 || first === 0xf3)) PREFIX[id] = bytes[at++] as number;
  if (bytes.length - at > 1 && bytes[at] === 0x0f) {
    at++;
    MAP[id] = 1;
    if (bytes.length - at > 1 && (bytes[at] === 0x38 || bytes[at] === 0x3a)) MAP[id] = bytes[at++] === 0x38 ? 2 : 3;
  }
  assert(at === bytes.length - 1, `opcode bytes of ${instNames[id]}`);
  OPCODE[id] = bytes[at] as number;
  WIDE[id] = w ?? 0;
  DIGIT[id] = digit ?? 0;
  for (const o of OPERANDS[id] ?? []) if (o.registerBits === 8) BYTE_REG[id]! |= o.kind === 'reg' ? 1 : o.kind === 'rm' ? 2 : 0;
  READS_FLAGS[id] = /^(set|cmov|j(?!mp)|adc|sbb)/.test(instNames[id] as string) ? 1 : 0;
}

for (let id = 1; id < INST_COUNT; id++) fill(id, insts[instNames[id] as InstName] as Row);

/** Where an operand of a row stands in the encoding. */
export const Field = {reg: 0, rm: 1, vvvv: 2, imm: 3, implied: 4, immRegister: 5} as const;

/** Whether a vector register stands in the rm field though the row takes no memory there. */
function isRmOnly(form: Form, index: number): boolean {
  return form === 'rm' ? index === 1 : form === 'mi8' && index === 0;
}

function fieldOf(form: Form, operand: Operand, index: number): number {
  if (operand.kind === 'fixed') return Field.implied;
  if (operand.kind === 'imm' || operand.kind === 'rel') return Field.imm;
  switch (form) {
    case 'v.rmv':
      return index === 0 ? Field.reg : index === 1 ? Field.rm : Field.vvvv;
    case 'v.vm':
    case 'v.vmi8':
      return index === 0 ? Field.vvvv : Field.rm;
    case 'v.rvm':
    case 'v.rvmi8':
      return index === 0 ? Field.reg : index === 1 ? Field.vvvv : Field.rm;
    case 'v.rvmr':
      return index === 0 ? Field.reg : index === 1 ? Field.vvvv : index === 2 ? Field.rm : Field.immRegister;
    default:
      if (operand.kind === 'xmm' && isRmOnly(form, index)) return Field.rm;
      return operand.kind === 'reg' || operand.kind === 'xmm' ? Field.reg : Field.rm;
  }
}

/** Field of each operand, by id. */
export const FIELDS: readonly Uint8Array[] = instNames.map((name, id) => {
  const form = name === '' ? 'zo' : (insts[name] as Row)[1];
  return Uint8Array.from((OPERANDS[id] ?? []).map((operand, index) => fieldOf(form, operand, index)));
});
