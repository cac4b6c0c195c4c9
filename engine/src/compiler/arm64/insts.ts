/**
 * The AArch64 instructions that we emit, one row each: the fixed bits, and the text in the manual's (and objdump's) syntax,
 * whose `<fields>` say what else the word holds. Encoder, printer, emitter and the objdump test derive from it.
 *
 * A field is `<name>`, `<=name>` (a register that is written) or `<+name>` (read and written: tied), `<?, name>` (a number
 * that is left out, with the text before it, when it is 0). Register fields are a letter, a position and perhaps a suffix:
 *   letter    w x general; b h s d q v vector (v with an arrangement or lane size behind the dot)
 *   position  d n m a t t2 s of the manual; nm = both n and m
 *   suffix    .sp: number 31 is the stack pointer, not zero; .16b .8h .4s .2d .b ... as printed
 * Number fields are the rows of `numbers`. Order of operands = order in the text; each takes one value, a logical immediate
 * two (low and high word; it is always last).
 *
 * Row name: mnemonic, `.` width or arrangement where the mnemonic alone does not tell, then the operand shape: `r` registers,
 * `i` immediate, lsl lsr asr ror (shifted by a constant), uxtb uxth uxtw uxtx sxtb sxth sxtw sxtx (extended, then shifted by a
 * constant). Loads and stores: the shapes of `addressing`. `adds` and its like set flags; `al` atomics are acquire-release.
 */
import {assert} from '#engine/base/assert.ts';

/** [fixed bits, text] */
export type Row = readonly [bits: number, text: string];

/** Conditions in encoding order; `^ 1` negates. */
export const conditions = [
  'eq',
  'ne',
  'cs',
  'cc',
  'mi',
  'pl',
  'vs',
  'vc',
  'hi',
  'ls',
  'ge',
  'lt',
  'gt',
  'le',
  'al',
  'nv',
] as const;
export type Condition = (typeof conditions)[number];
export const Cond = Object.fromEntries(conditions.map((name, code) => [name, code])) as Readonly<
  Record<Condition, number>
>;

/**
 * A number: `bits` wide at `at`, further ones at `at2`; the field holds bias + sign * value / scale. `min` and `max` are of
 * the value. How it is printed: dec, hex, or a name of its own.
 */
export interface NumberField {
  readonly at: number;
  readonly bits: number;
  readonly at2: number;
  readonly bits2: number;
  readonly scale: number;
  readonly bias: number;
  readonly sign: 1 | -1;
  readonly min: number;
  readonly max: number;
  readonly print: NumberPrint;
}
export type NumberPrint = 'dec' | 'hex' | 'plain' | 'cond' | 'target' | 'add' | 'logical' | 'float' | 'bytes';

type Options = Partial<Omit<NumberField, 'at' | 'bits'>>;

function unsigned(at: number, bits: number, options: Options = {}): NumberField {
  const {scale = 1, bias = 0, bits2 = 0} = options;
  const max = (2 ** (bits + bits2) - 1) * scale - bias * scale;
  return {at, bits, at2: 0, bits2, scale, bias, sign: 1, min: -bias * scale, max, print: 'dec', ...options};
}

function signed(at: number, bits: number, options: Options = {}): NumberField {
  const {scale = 1, bits2 = 0} = options;
  const half = 2 ** (bits + bits2 - 1) * scale;
  return {at, bits, at2: 0, bits2, scale, bias: 0, sign: 1, min: -half, max: half - scale, print: 'dec', ...options};
}

/** A shift left by 0 to lane width - 1, and one right by 1 to lane width, in immh:immb. */
const left = (lane: number): NumberField => unsigned(16, 7, {bias: lane, min: 0, max: lane - 1});
const right = (lane: number): NumberField => unsigned(16, 7, {bias: 2 * lane, sign: -1, min: 1, max: lane});

/** THE table of number fields. */
// biome-ignore format: a table
export const numbers = {
  add12:   unsigned(10, 12, {min: 0, max: 0xfff000, print: 'add'}), // 0-4095, or that times 4096
  logw:    unsigned(10, 12, {print: 'logical'}),        // immr:imms, two values
  logx:    unsigned(10, 13, {print: 'logical'}),        // N:immr:imms
  imm16:   unsigned(5, 16, {print: 'hex'}),
  hw:      unsigned(21, 1, {scale: 16}),                // lsl #0, 16
  hx:      unsigned(21, 2, {scale: 16}),                // lsl #0, 16, 32, 48
  udf:     unsigned(0, 16),
  shiftw:  unsigned(10, 5),
  shiftx:  unsigned(10, 6),
  extend:  unsigned(10, 3, {max: 4}),
  immrw:   unsigned(16, 5),
  immrx:   unsigned(16, 6),
  immsw:   unsigned(10, 5),
  immsx:   unsigned(10, 6),
  imm5:    unsigned(16, 5, {print: 'hex'}),
  nzcv:    unsigned(0, 4, {print: 'hex'}),
  cond:    unsigned(12, 4, {max: 13, print: 'cond'}),
  bcond:   unsigned(0, 4, {max: 13, print: 'cond'}),
  bitw:    unsigned(19, 5),                             // tbz of bits 0-31
  bitx:    unsigned(19, 5, {bias: -32}),                // and 32-63
  rel26:   signed(0, 26, {scale: 4, print: 'target'}),
  rel19:   signed(5, 19, {scale: 4, print: 'target'}),
  rel14:   signed(5, 14, {scale: 4, print: 'target'}),
  rel21:   signed(29, 2, {at2: 5, bits2: 19, print: 'target'}),
  u12x1:   unsigned(10, 12),
  u12x2:   unsigned(10, 12, {scale: 2}),
  u12x4:   unsigned(10, 12, {scale: 4}),
  u12x8:   unsigned(10, 12, {scale: 8}),
  u12x16:  unsigned(10, 12, {scale: 16}),
  s9:      signed(12, 9),
  s7x4:    signed(15, 7, {scale: 4}),
  s7x8:    signed(15, 7, {scale: 8}),
  s7x16:   signed(15, 7, {scale: 16}),
  float8:  unsigned(13, 8, {print: 'float'}),
  // NEON
  vfloat8: unsigned(5, 5, {at2: 16, bits2: 3, print: 'float'}),
  imm8:    unsigned(5, 5, {at2: 16, bits2: 3, print: 'hex'}),
  bytes8:  unsigned(5, 5, {at2: 16, bits2: 3, print: 'bytes'}), // each bit eight times
  lsl4s:   unsigned(13, 2, {scale: 8}),
  lsl8h:   unsigned(13, 1, {scale: 8}),
  msl:     unsigned(12, 1, {scale: 8, bias: -1}),       // ones come in: 8, 16
  left8:   left(8),  left16:  left(16),  left32:  left(32),  left64:  left(64),
  right8:  right(8), right16: right(16), right32: right(32), right64: right(64),
  ext16:   unsigned(11, 4), ext8:   unsigned(11, 3),
  laneb:   unsigned(17, 4, {print: 'plain'}), laneh:  unsigned(18, 3, {print: 'plain'}),
  lanes:   unsigned(19, 2, {print: 'plain'}), laned:  unsigned(20, 1, {print: 'plain'}),
  laneb2:  unsigned(11, 4, {print: 'plain'}), laneh2: unsigned(12, 3, {print: 'plain'}),
  lanes2:  unsigned(13, 2, {print: 'plain'}), laned2: unsigned(14, 1, {print: 'plain'}),
  elements: unsigned(21, 1, {at2: 11, bits2: 1, print: 'plain'}), // of operations by one lane
  elementd: unsigned(11, 1, {print: 'plain'}),
  laneb1:  unsigned(10, 3, {at2: 30, bits2: 1, print: 'plain'}), // of loads and stores of one lane
  laneh1:  unsigned(11, 2, {at2: 30, bits2: 1, print: 'plain'}),
  lanes1:  unsigned(12, 1, {at2: 30, bits2: 1, print: 'plain'}),
  laned1:  unsigned(30, 1, {print: 'plain'}),
} as const satisfies Record<string, NumberField>;
export type NumberName = keyof typeof numbers;

const rows = <const T extends Record<string, Row>>(table: T): T => table;

const WIDE = 0x80000000;
type Wide<N extends string, S extends string = ''> = `${N}.${'w' | 'x'}${S}`;

/** A row in both integer widths: `~` in the text is w or x. `wide`: the bits that make it 64-bit. */
function both<const N extends string, const S extends string>(
  name: N,
  shape: S,
  bits: number,
  text: string,
  wide = WIDE,
): Record<Wide<N, S>, Row> {
  const family: Record<string, Row> = {
    [`${name}.w${shape}`]: [bits, text.replaceAll('~', 'w')],
    [`${name}.x${shape}`]: [bits + wide, text.replaceAll('~', 'x')],
  };
  return family as Record<Wide<N, S>, Row>;
}

const shifts = ['lsl', 'lsr', 'asr', 'ror'] as const;
type Shifted<N extends string, K extends string = 'lsl' | 'lsr' | 'asr'> = Wide<N, ' r' | ` ${K}`>;

/** Registers, and the second one shifted; `prefix` is the text before it. `count`: 3 shifts or 4. */
function shifted(name: string, bits: number, prefix: string, count: number): Record<string, Row> {
  const family: Record<string, Row> = both(name, ' r', bits, `${prefix}<~m>`);
  for (const [code, shift] of shifts.slice(0, count).entries()) {
    const amount = shift === 'lsl' ? '<?, lsl #shift~>' : `, ${shift} #<shift~>`;
    Object.assign(family, both(name, ` ${shift}`, bits + (code << 22), `${prefix}<~m>${amount}`));
  }
  return family;
}

const extensions = ['uxtb', 'uxth', 'uxtw', 'uxtx', 'sxtb', 'sxth', 'sxtw', 'sxtx'] as const;
type Arithmetic<N extends string> = Record<Shifted<N> | Wide<N, ' i' | ` ${(typeof extensions)[number]}`>, Row>;

/** add, adds, sub, subs and their compares: registers, shifted, extended (results and first operands may be SP), immediate. */
function arithmetic<const N extends string>(name: N, bits: number): Arithmetic<N> {
  const isCompare = name.startsWith('cm');
  const fixed = isCompare ? 31 : 0;
  const plain = `${name} ${isCompare ? '' : '<=~d>, '}`;
  const stack = name.endsWith('s') ? plain : plain.replace('~d', '~d.sp');
  const family = shifted(name, bits + 0x0b000000 + fixed, `${plain}<~n>, `, 3);
  for (const [code, extension] of extensions.entries()) {
    const text = `${stack}<~n.sp>, <${extension.endsWith('x') ? '~' : 'w'}m>, ${extension}<? #extend>`;
    Object.assign(family, both(name, ` ${extension}`, bits + 0x0b200000 + fixed + (code << 13), text));
  }
  Object.assign(family, both(name, ' i', bits + 0x11000000 + fixed, `${stack}<~n.sp>, <add12>`));
  return family as Arithmetic<N>;
}

type Logical<N extends string> = Record<Shifted<N, (typeof shifts)[number]>, Row>;

/** A logical operation on registers; `operands` come before the last. */
function logical<const N extends string>(name: N, bits: number, operands = '<=~d>, <~n>, '): Logical<N> {
  return shifted(name, bits, `${name} ${operands}`, 4) as Logical<N>;
}

/** An operation on two registers. */
function two<const N extends string>(name: N, bits: number): Record<Wide<N>, Row> {
  return both(name, '', bits, `${name} <=~d>, <~n>`);
}

/** An operation on three registers. */
function three<const N extends string>(name: N, bits: number): Record<Wide<N>, Row> {
  return both(name, '', bits, `${name} <=~d>, <~n>, <~m>`);
}

/**
 * Addressing of loads and stores, in the order of their rows, so that `Inst['ldr.x'] + addressing.indexOf(shape)` is one:
 * u [n, #unsigned scaled], i [n, #signed byte offset], post, pre, then [n, m] with m as it is (x), its low word extended by
 * zero or sign (uxtw, sxtw), each also shifted by the access size (s).
 */
export const addressing = ['', ' i', ' post', ' pre', ' x', ' xs', ' uxtw', ' uxtws', ' sxtw', ' sxtws'] as const;
export type Addressing = (typeof addressing)[number];
export const Address = {
  scaled: 0,
  unscaled: 1,
  post: 2,
  pre: 3,
  x: 4,
  xs: 5,
  uxtw: 6,
  uxtws: 7,
  sxtw: 8,
  sxtws: 9,
} as const;
type Memory<N extends string> = Record<`${N}${Addressing}`, Row>;

/** One load or store in all ways of addressing. `log2` of its bytes. */
function memory<const N extends string>(name: N, bits: number, log2: number, register: string): Memory<N> {
  const word = name.split('.')[0] as string;
  const unscaled = word.replace(/^(ld|st)/, '$1u');
  const base = `${register}, [<xn.sp>`;
  const family: Record<string, Row> = {
    [name]: [bits + 0x39000000, `${word} ${base}<?, #u12x${1 << log2}>]`],
    [`${name} i`]: [bits + 0x38000000, `${unscaled} ${base}<?, #s9>]`],
    [`${name} post`]: [bits + 0x38000400, `${word} ${base.replace('<xn', '<+xn')}], #<s9>`],
    [`${name} pre`]: [bits + 0x38000c00, `${word} ${base.replace('<xn', '<+xn')}, #<s9>]!`],
  };
  for (const [index, option, scaled] of [
    ['x', 3, `lsl #${log2}`],
    ['uxtw', 2, `uxtw #${log2}`],
    ['sxtw', 6, `sxtw #${log2}`],
  ] as const) {
    const plain = index === 'x' ? '<xm>' : `<wm>, ${index}`;
    const indexed = bits + 0x38200800 + (option << 13);
    family[`${name} ${index}`] = [indexed, `${word} ${base}, ${plain}]`];
    family[`${name} ${index}s`] = [indexed + 0x1000, `${word} ${base}, <${index === 'x' ? 'xm' : 'wm'}>, ${scaled}]`];
  }
  return family as Memory<N>;
}

type Pair<N extends string> = Record<`${N}${'' | ' post' | ' pre'}`, Row>;

/** ldp or stp. */
function pair<const N extends string>(name: N, bits: number, bytes: number, registers: string): Pair<N> {
  const word = name.split('.')[0] as string;
  const family: Record<string, Row> = {
    [name]: [bits + 0x29000000, `${word} ${registers}, [<xn.sp><?, #s7x${bytes}>]`],
    [`${name} post`]: [bits + 0x28800000, `${word} ${registers}, [<+xn.sp>], #<s7x${bytes}>`],
    [`${name} pre`]: [bits + 0x29800000, `${word} ${registers}, [<+xn.sp>, #<s7x${bytes}>]!`],
  };
  return family as Pair<N>;
}

/** Sizes of atomic accesses: suffix of the row, suffix of the mnemonic, size field, register. */
const sizes = [
  ['b', 'b', 0, 'w'],
  ['h', 'h', 1, 'w'],
  ['w', '', 2, 'w'],
  ['x', '', 3, 'x'],
] as const;

/** An atomic or exclusive access in four sizes, `~` as in `both`. */
function sized<const N extends string>(
  name: N,
  bits: number,
  text: string,
): Record<`${N}.${'b' | 'h' | 'w' | 'x'}`, Row> {
  const family: Record<string, Row> = {};
  for (const [size, suffix, code, letter] of sizes)
    family[`${name}.${size}`] = [bits + code * 0x40000000, `${name}${suffix} ${text.replaceAll('~', letter)}`];
  return family as ReturnType<typeof sized<N>>;
}

/** An LSE read-modify-write: the value in s, the old one to t. */
function atomic<const N extends string>(name: N, bits: number) {
  return sized(name, bits, '<~s>, <=~t>, [<xn.sp>]');
}

/** A branch on a register. */
function branchRows<const N extends string>(name: N, bits: number, text: string): Record<Wide<N>, Row> {
  return both(name, '', bits, `${name} ${text}`);
}

// biome-ignore format: a table
/** Integer rows. */
const integer = rows({
  ...arithmetic('add', 0), ...arithmetic('adds', 0x20000000), ...arithmetic('sub', 0x40000000), ...arithmetic('subs', 0x60000000),
  ...arithmetic('cmp', 0x60000000), ...arithmetic('cmn', 0x20000000),
  ...logical('and', 0x0a000000), ...logical('bic', 0x0a200000), ...logical('orr', 0x2a000000), ...logical('orn', 0x2a200000),
  ...logical('eor', 0x4a000000), ...logical('eon', 0x4a200000), ...logical('ands', 0x6a000000), ...logical('bics', 0x6a200000),
  ...logical('tst', 0x6a00001f, '<~n>, '), ...logical('mvn', 0x2a2003e0, '<=~d>, '),
  ...shifted('neg', 0x4b0003e0, 'neg <=~d>, ', 3) as Record<Shifted<'neg'>, Row>,
  ...both('mov', '', 0x2a0003e0, 'mov <=~d>, <~m>'),
  'mov.x sp':       [0x91000000, 'add <=xd.sp>, <xn.sp>, #0x0'],
  ...both('and', ' i', 0x12000000, 'and <=~d.sp>, <~n>, #<log~>'),
  ...both('orr', ' i', 0x32000000, 'orr <=~d.sp>, <~n>, #<log~>'),
  ...both('eor', ' i', 0x52000000, 'eor <=~d.sp>, <~n>, #<log~>'),
  ...both('ands', ' i', 0x72000000, 'ands <=~d>, <~n>, #<log~>'),
  ...both('tst', ' i', 0x7200001f, 'tst <~n>, #<log~>'),
  ...both('mov', ' log', 0x320003e0, 'orr <=~d.sp>, ~zr, #<log~>'),
  ...three('adc', 0x1a000000), ...three('adcs', 0x3a000000), ...three('sbc', 0x5a000000), ...three('sbcs', 0x7a000000),
  ...three('udiv', 0x1ac00800), ...three('sdiv', 0x1ac00c00),
  ...three('lsl', 0x1ac02000), ...three('lsr', 0x1ac02400), ...three('asr', 0x1ac02800), ...three('ror', 0x1ac02c00),
  ...both('lsr', ' i', 0x53007c00, 'lsr <=~d>, <~n>, #<immr~>', 0x80408000),
  ...both('asr', ' i', 0x13007c00, 'asr <=~d>, <~n>, #<immr~>', 0x80408000),
  ...both('ror', ' i', 0x13800000, 'ror <=~d>, <~nm>, #<shift~>', 0x80400000),
  ...both('ubfm', '', 0x53000000, 'ubfm <=~d>, <~n>, #<immr~>, #<imms~>', 0x80400000),
  ...both('sbfm', '', 0x13000000, 'sbfm <=~d>, <~n>, #<immr~>, #<imms~>', 0x80400000),
  ...both('bfm', '', 0x33000000, 'bfm <+~d>, <~n>, #<immr~>, #<imms~>', 0x80400000),
  ...both('extr', '', 0x13800000, 'extr <=~d>, <~n>, <~m>, #<shift~>', 0x80400000),
  ...both('sxtb', '', 0x13001c00, 'sxtb <=~d>, <wn>', 0x80400000),
  ...both('sxth', '', 0x13003c00, 'sxth <=~d>, <wn>', 0x80400000),
  'sxtw':           [0x93407c00, 'sxtw <=xd>, <wn>'],
  'uxtb':           [0x53001c00, 'uxtb <=wd>, <wn>'],
  'uxth':           [0x53003c00, 'uxth <=wd>, <wn>'],
  ...two('rbit', 0x5ac00000), ...two('rev16', 0x5ac00400), ...two('clz', 0x5ac01000), ...two('cls', 0x5ac01400),
  'rev.w':          [0x5ac00800, 'rev <=wd>, <wn>'],
  'rev.x':          [0xdac00c00, 'rev <=xd>, <xn>'],
  'rev32':          [0xdac00800, 'rev32 <=xd>, <xn>'],
  ...both('madd', '', 0x1b000000, 'madd <=~d>, <~n>, <~m>, <~a>'),
  ...both('msub', '', 0x1b008000, 'msub <=~d>, <~n>, <~m>, <~a>'),
  ...both('mul', '', 0x1b007c00, 'mul <=~d>, <~n>, <~m>'),
  ...both('mneg', '', 0x1b00fc00, 'mneg <=~d>, <~n>, <~m>'),
  'smaddl':         [0x9b200000, 'smaddl <=xd>, <wn>, <wm>, <xa>'],
  'umaddl':         [0x9ba00000, 'umaddl <=xd>, <wn>, <wm>, <xa>'],
  'smsubl':         [0x9b208000, 'smsubl <=xd>, <wn>, <wm>, <xa>'],
  'umsubl':         [0x9ba08000, 'umsubl <=xd>, <wn>, <wm>, <xa>'],
  'smull':          [0x9b207c00, 'smull <=xd>, <wn>, <wm>'],
  'umull':          [0x9ba07c00, 'umull <=xd>, <wn>, <wm>'],
  'smulh':          [0x9b407c00, 'smulh <=xd>, <xn>, <xm>'],
  'umulh':          [0x9bc07c00, 'umulh <=xd>, <xn>, <xm>'],
  ...both('csel', '', 0x1a800000, 'csel <=~d>, <~n>, <~m>, <cond>'),
  ...both('csinc', '', 0x1a800400, 'csinc <=~d>, <~n>, <~m>, <cond>'),
  ...both('csinv', '', 0x5a800000, 'csinv <=~d>, <~n>, <~m>, <cond>'),
  ...both('csneg', '', 0x5a800400, 'csneg <=~d>, <~n>, <~m>, <cond>'),
  ...both('ccmp', ' r', 0x7a400000, 'ccmp <~n>, <~m>, #<nzcv>, <cond>'),
  ...both('ccmp', ' i', 0x7a400800, 'ccmp <~n>, #<imm5>, #<nzcv>, <cond>'),
  ...both('ccmn', ' r', 0x3a400000, 'ccmn <~n>, <~m>, #<nzcv>, <cond>'),
  ...both('ccmn', ' i', 0x3a400800, 'ccmn <~n>, #<imm5>, #<nzcv>, <cond>'),
  ...both('movn', '', 0x12800000, 'movn <=~d>, #<imm16><?, lsl #h~>'),
  ...both('movz', '', 0x52800000, 'movz <=~d>, #<imm16><?, lsl #h~>'),
  ...both('movk', '', 0x72800000, 'movk <+~d>, #<imm16><?, lsl #h~>'),
  'adr':            [0x10000000, 'adr <=xd>, <rel21>'],
  'b':              [0x14000000, 'b <rel26>'],
  'bl':             [0x94000000, 'bl <rel26>'],
  'b.cond':         [0x54000000, 'b.<bcond> <rel19>'],
  ...branchRows('cbz', 0x34000000, '<~t>, <rel19>'), ...branchRows('cbnz', 0x35000000, '<~t>, <rel19>'),
  ...branchRows('tbz', 0x36000000, '<~t>, #<bit~>, <rel14>'), ...branchRows('tbnz', 0x37000000, '<~t>, #<bit~>, <rel14>'),
  'br':             [0xd61f0000, 'br <xn>'],
  'blr':            [0xd63f0000, 'blr <xn>'],
  'ret':            [0xd65f03c0, 'ret'],
  'udf':            [0x00000000, 'udf #<udf>'],
  'brk':            [0xd4200000, 'brk #<imm16>'],
  'nop':            [0xd503201f, 'nop'],
});

// biome-ignore format: a table
/** Loads and stores. */
const access = rows({
  ...memory('strb', 0x00000000, 0, '<wt>'), ...memory('ldrb', 0x00400000, 0, '<=wt>'),
  ...memory('strh', 0x40000000, 1, '<wt>'), ...memory('ldrh', 0x40400000, 1, '<=wt>'),
  ...memory('str.w', 0x80000000, 2, '<wt>'), ...memory('ldr.w', 0x80400000, 2, '<=wt>'),
  ...memory('str.x', 0xc0000000, 3, '<xt>'), ...memory('ldr.x', 0xc0400000, 3, '<=xt>'),
  ...memory('ldrsb.w', 0x00c00000, 0, '<=wt>'), ...memory('ldrsb.x', 0x00800000, 0, '<=xt>'),
  ...memory('ldrsh.w', 0x40c00000, 1, '<=wt>'), ...memory('ldrsh.x', 0x40800000, 1, '<=xt>'),
  ...memory('ldrsw', 0x80800000, 2, '<=xt>'),
  ...memory('str.b', 0x04000000, 0, '<bt>'), ...memory('ldr.b', 0x04400000, 0, '<=bt>'),
  ...memory('str.h', 0x44000000, 1, '<ht>'), ...memory('ldr.h', 0x44400000, 1, '<=ht>'),
  ...memory('str.s', 0x84000000, 2, '<st>'), ...memory('ldr.s', 0x84400000, 2, '<=st>'),
  ...memory('str.d', 0xc4000000, 3, '<dt>'), ...memory('ldr.d', 0xc4400000, 3, '<=dt>'),
  ...memory('str.q', 0x04800000, 4, '<qt>'), ...memory('ldr.q', 0x04c00000, 4, '<=qt>'),
  'ldr.w lit':      [0x18000000, 'ldr <=wt>, <rel19>'],
  'ldr.x lit':      [0x58000000, 'ldr <=xt>, <rel19>'],
  'ldr.s lit':      [0x1c000000, 'ldr <=st>, <rel19>'],
  'ldr.d lit':      [0x5c000000, 'ldr <=dt>, <rel19>'],
  'ldr.q lit':      [0x9c000000, 'ldr <=qt>, <rel19>'],
  ...pair('stp.w', 0x00000000, 4, '<wt>, <wt2>'), ...pair('ldp.w', 0x00400000, 4, '<=wt>, <=wt2>'),
  ...pair('stp.x', 0x80000000, 8, '<xt>, <xt2>'), ...pair('ldp.x', 0x80400000, 8, '<=xt>, <=xt2>'),
  ...pair('stp.s', 0x04000000, 4, '<st>, <st2>'), ...pair('ldp.s', 0x04400000, 4, '<=st>, <=st2>'),
  ...pair('stp.d', 0x44000000, 8, '<dt>, <dt2>'), ...pair('ldp.d', 0x44400000, 8, '<=dt>, <=dt2>'),
  ...pair('stp.q', 0x84000000, 16, '<qt>, <qt2>'), ...pair('ldp.q', 0x84400000, 16, '<=qt>, <=qt2>'),
});

// biome-ignore format: a table
/** Atomics: ordered and exclusive accesses, LSE, barriers. */
const atomics = rows({
  ...sized('ldar', 0x08dffc00, '<=~t>, [<xn.sp>]'), ...sized('stlr', 0x089ffc00, '<~t>, [<xn.sp>]'),
  ...sized('ldaxr', 0x085ffc00, '<=~t>, [<xn.sp>]'), ...sized('ldxr', 0x085f7c00, '<=~t>, [<xn.sp>]'),
  ...sized('stlxr', 0x0800fc00, '<=ws>, <~t>, [<xn.sp>]'), ...sized('stxr', 0x08007c00, '<=ws>, <~t>, [<xn.sp>]'),
  ...atomic('ldaddal', 0x38e00000), ...atomic('ldclral', 0x38e01000), ...atomic('ldeoral', 0x38e02000),
  ...atomic('ldsetal', 0x38e03000), ...atomic('swpal', 0x38e08000),
  ...sized('casal', 0x08e0fc00, '<+~s>, <~t>, [<xn.sp>]'),
  'dmb ish':        [0xd5033bbf, 'dmb ish'],
  'dmb ishld':      [0xd50339bf, 'dmb ishld'],
  'dmb ishst':      [0xd5033abf, 'dmb ishst'],
  'isb':            [0xd5033fdf, 'isb'],
});

const DOUBLE = 0x00400000;
type Scalar<N extends string> = `${N}.${'s' | 'd'}`;

/** A scalar float row in both widths: `~` is s or d. */
function scalar<const N extends string>(name: N, bits: number, text: string): Record<Scalar<N>, Row> {
  const family: Record<string, Row> = {
    [`${name}.s`]: [bits, `${name} ${text.replaceAll('~', 's')}`],
    [`${name}.d`]: [bits + DOUBLE, `${name} ${text.replaceAll('~', 'd')}`],
  };
  return family as Record<Scalar<N>, Row>;
}
const unary = <const N extends string>(name: N, bits: number) => scalar(name, bits, '<=~d>, <~n>');
const binary = <const N extends string>(name: N, bits: number) => scalar(name, bits, '<=~d>, <~n>, <~m>');
const fused = <const N extends string>(name: N, bits: number) => scalar(name, bits, '<=~d>, <~n>, <~m>, <~a>');

/** Float to integer: `name.TO.FROM`. */
function toInteger<const N extends string>(name: N, bits: number): Record<`${N}.${'w' | 'x'}.${'s' | 'd'}`, Row> {
  return conversions(name, bits, 'wx', 'sd') as ReturnType<typeof toInteger<N>>;
}
/** Integer to float: `name.TO.FROM`. */
function toFloat<const N extends string>(name: N, bits: number): Record<`${N}.${'s' | 'd'}.${'w' | 'x'}`, Row> {
  return conversions(name, bits, 'sd', 'wx') as ReturnType<typeof toFloat<N>>;
}
function conversions(name: string, bits: number, to: string, from: string): Record<string, Row> {
  const family: Record<string, Row> = {};
  for (const t of to)
    for (const f of from) {
      const wide = (t === 'x' || f === 'x' ? WIDE : 0) + (t === 'd' || f === 'd' ? DOUBLE : 0);
      family[`${name}.${t}.${f}`] = [bits + wide, `${name} <=${t}d>, <${f}n>`];
    }
  return family;
}

// biome-ignore format: a table
/** Scalar floats, and moves between the files. */
const float = rows({
  ...binary('fmul', 0x1e200800), ...binary('fdiv', 0x1e201800), ...binary('fadd', 0x1e202800), ...binary('fsub', 0x1e203800),
  ...binary('fmax', 0x1e204800), ...binary('fmin', 0x1e205800), ...binary('fmaxnm', 0x1e206800), ...binary('fminnm', 0x1e207800),
  ...binary('fnmul', 0x1e208800),
  ...fused('fmadd', 0x1f000000), ...fused('fmsub', 0x1f008000), ...fused('fnmadd', 0x1f200000), ...fused('fnmsub', 0x1f208000),
  ...unary('fmov', 0x1e204000), ...unary('fabs', 0x1e20c000), ...unary('fneg', 0x1e214000), ...unary('fsqrt', 0x1e21c000),
  ...unary('frintn', 0x1e244000), ...unary('frintp', 0x1e24c000), ...unary('frintm', 0x1e254000), ...unary('frintz', 0x1e25c000),
  ...unary('frinta', 0x1e264000), ...unary('frintx', 0x1e274000), ...unary('frinti', 0x1e27c000),
  'fabd.s':         [0x7ea0d400, 'fabd <=sd>, <sn>, <sm>'],
  'fabd.d':         [0x7ee0d400, 'fabd <=dd>, <dn>, <dm>'],
  'fcvt.d.s':       [0x1e22c000, 'fcvt <=dd>, <sn>'],
  'fcvt.s.d':       [0x1e624000, 'fcvt <=sd>, <dn>'],
  ...scalar('fcmp', 0x1e202000, '<~n>, <~m>'), ...scalar('fcmpe', 0x1e202010, '<~n>, <~m>'),
  'fcmp.s 0':       [0x1e202008, 'fcmp <sn>, #0.0'],
  'fcmp.d 0':       [0x1e602008, 'fcmp <dn>, #0.0'],
  ...scalar('fcsel', 0x1e200c00, '<=~d>, <~n>, <~m>, <cond>'),
  ...scalar('fccmp', 0x1e200400, '<~n>, <~m>, #<nzcv>, <cond>'),
  'fmov.s i':       [0x1e201000, 'fmov <=sd>, #<float8>'],
  'fmov.d i':       [0x1e601000, 'fmov <=dd>, #<float8>'],
  'fmov.w.s':       [0x1e260000, 'fmov <=wd>, <sn>'],
  'fmov.s.w':       [0x1e270000, 'fmov <=sd>, <wn>'],
  'fmov.x.d':       [0x9e660000, 'fmov <=xd>, <dn>'],
  'fmov.d.x':       [0x9e670000, 'fmov <=dd>, <xn>'],
  'fmov.x.high':    [0x9eae0000, 'fmov <=xd>, <vn.d>[1]'],
  'fmov.high.x':    [0x9eaf0000, 'fmov <+vd.d>[1], <xn>'],
  ...toInteger('fcvtzs', 0x1e380000), ...toInteger('fcvtzu', 0x1e390000),
  ...toFloat('scvtf', 0x1e220000), ...toFloat('ucvtf', 0x1e230000),
});

/** Arrangements: size field, and Q in bit 30. */
const arrangements = {
  '8b': 0x00000000,
  '16b': 0x40000000,
  '4h': 0x00400000,
  '8h': 0x40400000,
  '2s': 0x00800000,
  '4s': 0x40800000,
  '2d': 0x40c00000,
} as const;
type Arrangement = keyof typeof arrangements;
/** The arrangement with lanes of twice the width, of the low half of the register. */
const wider = {'8b': '8h', '16b': '8h', '4h': '4s', '8h': '4s', '2s': '2d', '4s': '2d', '2d': ''} as const;
const widerSame = {'8b': '4h', '16b': '8h', '4h': '2s', '8h': '4s', '2s': '1d', '4s': '2d', '2d': ''} as const;
type Lanes<N extends string, A extends string> = Record<`${N}.${A}`, Row>;

const BHSD = ['16b', '8h', '4s', '2d'] as const;
const BHS = ['16b', '8h', '4s'] as const;
const HS = ['8h', '4s'] as const;
/** All, and the two lanes that a scalar f32 is the first of. */
const SHIFTED_IN = [...BHSD, '2s'] as const;
const THREE = '<=vd.~>, <vn.~>, <vm.~>';
const TWO = '<=vd.~>, <vn.~>';
const FUSED = '<+vd.~>, <vn.~>, <vm.~>';

/** A row per arrangement: `~` in the text is it, `^` the one with lanes twice as wide. */
function lanes<const N extends string, const A extends readonly Arrangement[]>(
  name: N,
  bits: number,
  list: A,
  text: string,
): Lanes<N, A[number]> {
  const family: Record<string, Row> = {};
  for (const a of list) {
    const written = text.replaceAll('~', a).replaceAll('^', wider[a]).replaceAll('%', widerSame[a]);
    family[`${name}.${a}`] = [bits + arrangements[a], `${name} ${written}`];
  }
  return family as Lanes<N, A[number]>;
}

/** A logical operation on 64 or 128 bits. */
function whole<const N extends string>(name: N, bits: number, text: string): Lanes<N, '8b' | '16b'> {
  return {
    ...lanes(name, bits, ['8b'], text),
    [`${name}.16b`]: [bits + 0x40000000, `${name} ${text.replaceAll('~', '16b')}`],
  } as Lanes<N, '8b' | '16b'>;
}

/** A float operation on lanes. */
function floats<const N extends string>(name: N, bits: number, text: string): Lanes<N, '2s' | '4s' | '2d'> {
  const family: Record<string, Row> = {
    [`${name}.2s`]: [bits, `${name} ${text.replaceAll('~', '2s')}`],
    [`${name}.4s`]: [bits + 0x40000000, `${name} ${text.replaceAll('~', '4s')}`],
    [`${name}.2d`]: [bits + 0x40400000, `${name} ${text.replaceAll('~', '2d')}`],
  };
  return family as Lanes<N, '2s' | '4s' | '2d'>;
}

/** A float operation whose last operand is one lane: `name.arrangement lane`. */
function byElement<const N extends string>(
  name: N,
  bits: number,
  role: '=' | '+',
): Record<`${N}.${'4s' | '2d'} lane`, Row> {
  const text = (a: string, size: string): string =>
    `${name} <${role}vd.${a}>, <vn.${a}>, <vm.${size}>[<element${size}>]`;
  const family: Record<string, Row> = {
    [`${name}.4s lane`]: [bits + 0x40000000, text('4s', 's')],
    [`${name}.2d lane`]: [bits + 0x40400000, text('2d', 'd')],
  };
  return family as Record<`${N}.${'4s' | '2d'} lane`, Row>;
}

/** A comparison of float lanes with zero: `name.arrangement 0`. */
function floatZeros<const N extends string>(name: N, bits: number): Record<`${N}.${'4s' | '2d'} 0`, Row> {
  const family: Record<string, Row> = {
    [`${name}.4s 0`]: [bits + 0x40000000, `${name} <=vd.4s>, <vn.4s>, #0.0`],
    [`${name}.2d 0`]: [bits + 0x40400000, `${name} <=vd.2d>, <vn.2d>, #0.0`],
  };
  return family as Record<`${N}.${'4s' | '2d'} 0`, Row>;
}

type Low = '8b' | '4h' | '2s';
type High = '16b' | '8h' | '4s';

/** Lanes twice as wide as their operands: of the low half, and `2` of the high half. */
function long<const N extends string, const A extends readonly ('b' | 'h' | 's')[]>(
  name: N,
  bits: number,
  sizes_: A,
  text: string,
): Record<`${N}.${Low}` | `${N}2.${High}`, Row> {
  const low = {b: '8b', h: '4h', s: '2s'} as const;
  const high = {b: '16b', h: '8h', s: '4s'} as const;
  return {
    ...lanes(
      name,
      bits,
      sizes_.map((size) => low[size]),
      text,
    ),
    ...lanes(
      `${name}2`,
      bits,
      sizes_.map((size) => high[size]),
      text,
    ),
  } as Record<`${N}.${Low}` | `${N}2.${High}`, Row>;
}
const BHS_LONG = ['b', 'h', 's'] as const;
const LONG = '<=vd.^>, <vn.~>, <vm.~>';
const LONG_FUSED = '<+vd.^>, <vn.~>, <vm.~>';
/** The first operand has the width of the result. */
const WIDE_FIRST = '<=vd.^>, <vn.^>, <vm.~>';

/** Lanes half as wide: into the low half (the rest is zero), or `2` into the high half of what is there. */
function narrow<const N extends string>(name: N, bits: number): Record<`${N}.${Low}` | `${N}2.${High}`, Row> {
  return {
    ...lanes(name, bits, ['8b', '4h', '2s'], '<=vd.~>, <vn.^>'),
    ...lanes(`${name}2`, bits, ['16b', '8h', '4s'], '<+vd.~>, <vn.^>'),
  } as Record<`${N}.${Low}` | `${N}2.${High}`, Row>;
}

/** A comparison with zero: `name.arrangement 0`. */
function zeros<const N extends string>(name: N, bits: number): Record<`${N}.${(typeof BHSD)[number]} 0`, Row> {
  const family: Record<string, Row> = {};
  for (const a of BHSD) family[`${name}.${a} 0`] = [bits + arrangements[a], `${name} <=vd.${a}>, <vn.${a}>, #0`];
  return family as Record<`${N}.${(typeof BHSD)[number]} 0`, Row>;
}

const LANE_BITS = {'8b': 8, '16b': 8, '4h': 16, '8h': 16, '2s': 32, '4s': 32, '2d': 64} as const;

/** A shift by a constant; `field` is left or right. */
function shiftLanes<const N extends string, const A extends readonly Arrangement[]>(
  name: N,
  bits: number,
  list: A,
  text: string,
  field: 'left' | 'right',
): Lanes<N, A[number]> {
  const family: Record<string, Row> = {};
  for (const a of list) {
    const written = text.replaceAll('~', a).replaceAll('^', wider[a]);
    const q = a === '16b' || a === '8h' || a === '4s' || a === '2d' ? 0x40000000 : 0;
    family[`${name}.${a}`] = [bits + q, `${name} ${written}, #<${field}${LANE_BITS[a]}>`];
  }
  return family as Lanes<N, A[number]>;
}

/** A shift to the right into lanes half as wide, as `narrow`. */
function shiftNarrow<const N extends string>(name: N, bits: number): Record<`${N}.${Low}` | `${N}2.${High}`, Row> {
  return {
    ...shiftLanes(name, bits, ['8b', '4h', '2s'], '<=vd.~>, <vn.^>', 'right'),
    ...shiftLanes(`${name}2`, bits, ['16b', '8h', '4s'], '<+vd.~>, <vn.^>', 'right'),
  } as Record<`${N}.${Low}` | `${N}2.${High}`, Row>;
}

type LaneSize = 'b' | 'h' | 's' | 'd';
const LANE_CODE = {b: 1, h: 2, s: 4, d: 8} as const;
const LANES_OF = {b: '16b', h: '8h', s: '4s', d: '2d'} as const;
const GENERAL = {b: 'w', h: 'w', s: 'w', d: 'x'} as const;

/** A row per lane size, whose code stands in imm5: `$` is the size, `~` the full arrangement, `@` the general register. */
function laneRows<const N extends string, const S extends readonly LaneSize[]>(
  name: N,
  bits: number,
  list: S,
  text: string,
): Record<`${N}.${S[number]}`, Row> {
  const family: Record<string, Row> = {};
  for (const size of list) {
    const written = text.replaceAll('$', size).replaceAll('~', LANES_OF[size]).replaceAll('@', GENERAL[size]);
    family[`${name}.${size}`] = [bits + LANE_CODE[size] * 0x10000, `${name.split('.')[0]} ${written}`];
  }
  return family as Record<`${N}.${S[number]}`, Row>;
}
const ALL_LANES = ['b', 'h', 's', 'd'] as const;

/** ld1 or st1 of one lane. */
function laneAccess<const N extends string>(name: N, bits: number, register: string): Record<`${N}.${LaneSize}`, Row> {
  const opcode = {b: 0x0000, h: 0x4000, s: 0x8000, d: 0x8400};
  const family: Record<string, Row> = {};
  for (const size of ALL_LANES)
    family[`${name}.${size}`] = [bits + opcode[size], `${name} {<${register}.${size}>}[<lane${size}1>], [<xn.sp>]`];
  return family as Record<`${N}.${LaneSize}`, Row>;
}

/** Eight bits in each lane of the half and of the whole register. */
function immediateRows<const N extends string, const A extends readonly [Arrangement, Arrangement]>(
  name: N,
  bits: number,
  [half, whole]: A,
  shift: string,
): Lanes<N, A[number]> {
  const family: Record<string, Row> = {
    [`${name}.${half}`]: [bits, `${name} <=vd.${half}>, #<imm8>${shift}`],
    [`${name}.${whole}`]: [bits + 0x40000000, `${name} <=vd.${whole}>, #<imm8>${shift}`],
  };
  return family as Lanes<N, A[number]>;
}

/** An operation across the lanes, to a scalar in the same register file; `to` the result per lane size. */
function across<const N extends string>(name: N, bits: number, to: string): Lanes<N, '8b' | '16b' | '8h' | '4s'> {
  const family: Record<string, Row> = {};
  for (const [n, list] of [['8b', '16b'], ['8h'], ['4s']].entries())
    for (const a of list)
      family[`${name}.${a}`] = [bits + arrangements[a as Arrangement], `${name} <=${to[n]}d>, <vn.${a}>`];
  return family as Lanes<N, '8b' | '16b' | '8h' | '4s'>;
}

// biome-ignore format: a table
/** NEON: integer lanes, logic. */
const vector = rows({
  ...lanes('add', 0x0e208400, BHSD, THREE), ...lanes('sub', 0x2e208400, BHSD, THREE), ...lanes('mul', 0x0e209c00, BHS, THREE),
  ...lanes('mla', 0x0e209400, BHS, FUSED), ...lanes('mls', 0x2e209400, BHS, FUSED),
  ...lanes('sqadd', 0x0e200c00, BHSD, THREE), ...lanes('uqadd', 0x2e200c00, BHSD, THREE),
  ...lanes('sqsub', 0x0e202c00, BHSD, THREE), ...lanes('uqsub', 0x2e202c00, BHSD, THREE),
  ...lanes('smax', 0x0e206400, BHS, THREE), ...lanes('umax', 0x2e206400, BHS, THREE),
  ...lanes('smin', 0x0e206c00, BHS, THREE), ...lanes('umin', 0x2e206c00, BHS, THREE),
  ...lanes('cmgt', 0x0e203400, BHSD, THREE), ...lanes('cmge', 0x0e203c00, BHSD, THREE),
  ...lanes('cmhi', 0x2e203400, BHSD, THREE), ...lanes('cmhs', 0x2e203c00, BHSD, THREE),
  ...lanes('cmeq', 0x2e208c00, BHSD, THREE), ...lanes('cmtst', 0x0e208c00, BHSD, THREE),
  ...lanes('sshl', 0x0e204400, BHSD, THREE), ...lanes('ushl', 0x2e204400, BHSD, THREE),
  ...lanes('urhadd', 0x2e201400, BHS, THREE), ...lanes('sqrdmulh', 0x2e20b400, HS, THREE),
  ...lanes('addp', 0x0e20bc00, BHSD, THREE), ...lanes('sabd', 0x0e207400, BHS, THREE), ...lanes('uabd', 0x2e207400, BHS, THREE),
  ...lanes('smaxp', 0x0e20a400, BHS, THREE), ...lanes('umaxp', 0x2e20a400, BHS, THREE),
  ...lanes('sminp', 0x0e20ac00, BHS, THREE), ...lanes('uminp', 0x2e20ac00, BHS, THREE),
  ...lanes('zip1', 0x0e003800, BHSD, THREE), ...lanes('zip2', 0x0e007800, BHSD, THREE),
  ...lanes('uzp1', 0x0e001800, BHSD, THREE), ...lanes('uzp2', 0x0e005800, BHSD, THREE),
  ...lanes('trn1', 0x0e002800, BHSD, THREE), ...lanes('trn2', 0x0e006800, BHSD, THREE),
  ...lanes('abs', 0x0e20b800, BHSD, TWO), ...lanes('neg', 0x2e20b800, BHSD, TWO),
  ...lanes('rev64', 0x0e200800, BHS, TWO), ...whole('cnt', 0x0e205800, TWO), ...whole('not', 0x2e205800, TWO),
  ...zeros('cmgt', 0x0e208800), ...zeros('cmge', 0x2e208800),
  ...zeros('cmeq', 0x0e209800), ...zeros('cmle', 0x2e209800), ...zeros('cmlt', 0x0e20a800),
  ...lanes('saddlp', 0x0e202800, BHS, '<=vd.%>, <vn.~>'), ...lanes('uaddlp', 0x2e202800, BHS, '<=vd.%>, <vn.~>'),
  ...lanes('sadalp', 0x0e206800, BHS, '<+vd.%>, <vn.~>'), ...lanes('uadalp', 0x2e206800, BHS, '<+vd.%>, <vn.~>'),
  ...whole('and', 0x0e201c00, THREE), ...whole('bic', 0x0e601c00, THREE), ...whole('orr', 0x0ea01c00, THREE),
  ...whole('orn', 0x0ee01c00, THREE), ...whole('eor', 0x2e201c00, THREE),
  ...whole('bsl', 0x2e601c00, FUSED), ...whole('bit', 0x2ea01c00, FUSED), ...whole('bif', 0x2ee01c00, FUSED),
  ...narrow('xtn', 0x0e212800), ...narrow('sqxtn', 0x0e214800), ...narrow('uqxtn', 0x2e214800), ...narrow('sqxtun', 0x2e212800),
  ...long('smull', 0x0e20c000, BHS_LONG, LONG), ...long('umull', 0x2e20c000, BHS_LONG, LONG),
  ...long('smlal', 0x0e208000, BHS_LONG, LONG_FUSED), ...long('umlal', 0x2e208000, BHS_LONG, LONG_FUSED),
  ...long('smlsl', 0x0e20a000, BHS_LONG, LONG_FUSED), ...long('umlsl', 0x2e20a000, BHS_LONG, LONG_FUSED),
  ...long('saddl', 0x0e200000, BHS_LONG, LONG), ...long('uaddl', 0x2e200000, BHS_LONG, LONG),
  ...long('ssubl', 0x0e202000, BHS_LONG, LONG), ...long('usubl', 0x2e202000, BHS_LONG, LONG),
  ...long('saddw', 0x0e201000, BHS_LONG, WIDE_FIRST), ...long('uaddw', 0x2e201000, BHS_LONG, WIDE_FIRST),
  ...long('ssubw', 0x0e203000, BHS_LONG, WIDE_FIRST), ...long('usubw', 0x2e203000, BHS_LONG, WIDE_FIRST),
  ...across('addv', 0x0e31b800, 'bhs'), ...across('uaddlv', 0x2e303800, 'hsd'),
  ...across('umaxv', 0x2e30a800, 'bhs'), ...across('uminv', 0x2e31a800, 'bhs'),
  'addp.d':         [0x5ef1b800, 'addp <=dd>, <vn.2d>'],
  ...shiftLanes('shl', 0x0f005400, BHSD, TWO, 'left'), ...shiftLanes('sli', 0x2f005400, SHIFTED_IN, '<+vd.~>, <vn.~>', 'left'),
  ...shiftLanes('sshr', 0x0f000400, BHSD, TWO, 'right'), ...shiftLanes('ushr', 0x2f000400, SHIFTED_IN, TWO, 'right'),
  ...shiftLanes('ssra', 0x0f001400, BHSD, '<+vd.~>, <vn.~>', 'right'),
  ...shiftLanes('usra', 0x2f001400, BHSD, '<+vd.~>, <vn.~>', 'right'),
  ...shiftLanes('sri', 0x2f004400, BHSD, '<+vd.~>, <vn.~>', 'right'),
  ...shiftLanes('shrn', 0x0f008400, ['8b', '4h', '2s'], '<=vd.~>, <vn.^>', 'right'),
  ...shiftNarrow('sqshrn', 0x0f009400), ...shiftNarrow('uqshrn', 0x2f009400), ...shiftNarrow('sqshrun', 0x2f008400),
  ...shiftLanes('sshll', 0x0f00a400, ['8b', '4h', '2s'], '<=vd.^>, <vn.~>', 'left'),
  ...shiftLanes('sshll2', 0x0f00a400, BHS, '<=vd.^>, <vn.~>', 'left'),
  ...shiftLanes('ushll', 0x2f00a400, ['8b', '4h', '2s'], '<=vd.^>, <vn.~>', 'left'),
  ...shiftLanes('ushll2', 0x2f00a400, BHS, '<=vd.^>, <vn.~>', 'left'),
  'shll.2s':        [0x2ea13800, 'shll <=vd.2d>, <vn.2s>, #32'],
  'shl.d':          [0x5f005400, 'shl <=dd>, <dn>, #<left64>'],
  'ushr.d':         [0x7f000400, 'ushr <=dd>, <dn>, #<right64>'],
  'sli.d':          [0x7f005400, 'sli <+dd>, <dn>, #<left64>'],
  'sshr.d':         [0x5f000400, 'sshr <=dd>, <dn>, #<right64>'],
  ...laneRows('dup.lane', 0x4e000400, ALL_LANES, '<=vd.~>, <vn.$>[<lane$>]'),
  ...laneRows('dup.scalar', 0x5e000400, ALL_LANES, '<=$d>, <vn.$>[<lane$>]'),
  ...laneRows('dup', 0x4e000c00, ALL_LANES, '<=vd.~>, <@n>'),
  ...laneRows('ins', 0x4e001c00, ALL_LANES, '<+vd.$>[<lane$>], <@n>'),
  ...laneRows('ins.lane', 0x6e000400, ALL_LANES, '<+vd.$>[<lane$>], <vn.$>[<lane$2>]'),
  ...laneRows('umov', 0x0e003c00, ['b', 'h', 's'], '<=wd>, <vn.$>[<lane$>]'),
  ...laneRows('umov', 0x4e003c00, ['d'], '<=xd>, <vn.$>[<lane$>]'),
  ...laneRows('smov.w', 0x0e002c00, ['b', 'h'], '<=wd>, <vn.$>[<lane$>]'),
  ...laneRows('smov.x', 0x4e002c00, ['b', 'h', 's'], '<=xd>, <vn.$>[<lane$>]'),
  'ext.16b':        [0x6e000000, 'ext <=vd.16b>, <vn.16b>, <vm.16b>, #<ext16>'],
  'ext.8b':         [0x2e000000, 'ext <=vd.8b>, <vn.8b>, <vm.8b>, #<ext8>'],
  'tbl.8b':         [0x0e000000, 'tbl <=vd.8b>, {<vn.16b>}, <vm.8b>'],
  'tbl.16b':        [0x4e000000, 'tbl <=vd.16b>, {<vn.16b>}, <vm.16b>'],
  'tbx.16b':        [0x4e001000, 'tbx <+vd.16b>, {<vn.16b>}, <vm.16b>'],
  'rev16.16b':      [0x4e201800, 'rev16 <=vd.16b>, <vn.16b>'],
  'rev32.16b':      [0x6e200800, 'rev32 <=vd.16b>, <vn.16b>'],
  'rev32.8h':       [0x6e600800, 'rev32 <=vd.8h>, <vn.8h>'],
  'sdot.4s':        [0x4e809400, 'sdot <+vd.4s>, <vn.16b>, <vm.16b>'],
  'udot.4s':        [0x6e809400, 'udot <+vd.4s>, <vn.16b>, <vm.16b>'],
  'mov.16b':        [0x4ea01c00, 'mov <=vd.16b>, <vnm.16b>'],
  'mov.8b':         [0x0ea01c00, 'mov <=vd.8b>, <vnm.8b>'],
  ...immediateRows('movi', 0x0f00e400, ['8b', '16b'], ''),
  ...immediateRows('movi', 0x0f008400, ['4h', '8h'], '<?, lsl #lsl8h>'), ...immediateRows('mvni', 0x2f008400, ['4h', '8h'], '<?, lsl #lsl8h>'),
  ...immediateRows('movi', 0x0f000400, ['2s', '4s'], '<?, lsl #lsl4s>'), ...immediateRows('mvni', 0x2f000400, ['2s', '4s'], '<?, lsl #lsl4s>'),
  'orr.8h i':       [0x4f009400, 'orr <+vd.8h>, #<imm8><?, lsl #lsl8h>'],
  'orr.4s i':       [0x4f001400, 'orr <+vd.4s>, #<imm8><?, lsl #lsl4s>'],
  'bic.8h i':       [0x6f009400, 'bic <+vd.8h>, #<imm8><?, lsl #lsl8h>'],
  'bic.4s i':       [0x6f001400, 'bic <+vd.4s>, #<imm8><?, lsl #lsl4s>'],
  'movi.2s msl':    [0x0f00c400, 'movi <=vd.2s>, #<imm8>, msl #<msl>'],
  'movi.4s msl':    [0x4f00c400, 'movi <=vd.4s>, #<imm8>, msl #<msl>'],
  'mvni.2s msl':    [0x2f00c400, 'mvni <=vd.2s>, #<imm8>, msl #<msl>'],
  'mvni.4s msl':    [0x6f00c400, 'mvni <=vd.4s>, #<imm8>, msl #<msl>'],
  'movi.2d':        [0x6f00e400, 'movi <=vd.2d>, #<bytes8>'],
  'movi.d':         [0x2f00e400, 'movi <=dd>, #<bytes8>'],
  'fmov.2s i':      [0x0f00f400, 'fmov <=vd.2s>, #<vfloat8>'],
  'fmov.4s i':      [0x4f00f400, 'fmov <=vd.4s>, #<vfloat8>'],
  'fmov.2d i':      [0x6f00f400, 'fmov <=vd.2d>, #<vfloat8>'],
  'ld1r.16b':       [0x4d40c000, 'ld1r {<=vt.16b>}, [<xn.sp>]'],
  'ld1r.8h':        [0x4d40c400, 'ld1r {<=vt.8h>}, [<xn.sp>]'],
  'ld1r.4s':        [0x4d40c800, 'ld1r {<=vt.4s>}, [<xn.sp>]'],
  'ld1r.2d':        [0x4d40cc00, 'ld1r {<=vt.2d>}, [<xn.sp>]'],
  ...laneAccess('ld1', 0x0d400000, '+vt'), ...laneAccess('st1', 0x0d000000, 'vt'),
});

// biome-ignore format: a table
/** NEON: float lanes. */
const vectorFloat = rows({
  ...floats('fadd', 0x0e20d400, THREE), ...floats('fsub', 0x0ea0d400, THREE), ...floats('fmul', 0x2e20dc00, THREE),
  ...floats('fdiv', 0x2e20fc00, THREE), ...floats('fmax', 0x0e20f400, THREE), ...floats('fmin', 0x0ea0f400, THREE),
  ...floats('fmaxnm', 0x0e20c400, THREE), ...floats('fminnm', 0x0ea0c400, THREE), ...floats('faddp', 0x2e20d400, THREE),
  ...floats('fabd', 0x2ea0d400, THREE),
  ...floats('fcmeq', 0x0e20e400, THREE), ...floats('fcmge', 0x2e20e400, THREE), ...floats('fcmgt', 0x2ea0e400, THREE),
  ...floats('fmla', 0x0e20cc00, FUSED), ...floats('fmls', 0x0ea0cc00, FUSED),
  ...byElement('fmul', 0x0f809000, '='), ...byElement('fmla', 0x0f801000, '+'), ...byElement('fmls', 0x0f805000, '+'),
  ...floatZeros('fcmgt', 0x0ea0c800), ...floatZeros('fcmge', 0x2ea0c800), ...floatZeros('fcmeq', 0x0ea0d800),
  ...floatZeros('fcmle', 0x2ea0d800), ...floatZeros('fcmlt', 0x0ea0e800),
  ...floats('fabs', 0x0ea0f800, TWO), ...floats('fneg', 0x2ea0f800, TWO), ...floats('fsqrt', 0x2ea1f800, TWO),
  ...floats('frintn', 0x0e218800, TWO), ...floats('frintm', 0x0e219800, TWO),
  ...floats('frintp', 0x0ea18800, TWO), ...floats('frintz', 0x0ea19800, TWO),
  ...floats('fcvtzs', 0x0ea1b800, TWO), ...floats('fcvtzu', 0x2ea1b800, TWO),
  ...floats('scvtf', 0x0e21d800, TWO), ...floats('ucvtf', 0x2e21d800, TWO),
  'fcvtl.2d':       [0x0e617800, 'fcvtl <=vd.2d>, <vn.2s>'],
  'fcvtl2.2d':      [0x4e617800, 'fcvtl2 <=vd.2d>, <vn.4s>'],
  'fcvtn.2s':       [0x0e616800, 'fcvtn <=vd.2s>, <vn.2d>'],
  'fcvtn2.4s':      [0x4e616800, 'fcvtn2 <+vd.4s>, <vn.2d>'],
});

export const insts = {...integer, ...access, ...atomics, ...float, ...vector, ...vectorFloat};
export type InstName = keyof typeof insts;

/** Row names by id; ids are dense and start at 1. */
export const instNames: readonly (InstName | '')[] = ['', ...(Object.keys(insts) as InstName[])];
export const INST_COUNT = instNames.length;

/** Row ids by name. */
export const Inst = Object.fromEntries(instNames.map((name, id) => [name, id])) as Readonly<Record<InstName, number>>;

/** One operand of a row, in the order of the text. */
export interface Operand {
  /** `general` and `vector` registers take a register number, `number` a value, `target` a distance in bytes. */
  readonly kind: 'general' | 'vector' | 'number' | 'target';
  readonly reads: boolean;
  readonly writes: boolean;
  /** Width of a register in bits (vectors in an arrangement: 128), 0 for numbers. */
  readonly bits: number;
  /** Factor that brings a register number to its place; of `nm` the sum of two. */
  readonly place: number;
  /** Number 31 is the stack pointer. */
  readonly isStack: boolean;
  /** Arrangement or lane size behind the dot. */
  readonly suffix: string;
  readonly number: NumberField | null;
}

/** A part of a row's text: literal, or an operand; `optional` stands before a number and is left out with it. */
export interface TextPart {
  readonly literal: string;
  readonly operand: number;
  readonly optional: string | null;
}

const places: Readonly<Record<string, number>> = {
  d: 1,
  t: 1,
  n: 1 << 5,
  m: 1 << 16,
  s: 1 << 16,
  a: 1 << 10,
  t2: 1 << 10,
  nm: (1 << 5) + (1 << 16),
};
const widths: Readonly<Record<string, number>> = {w: 32, x: 64, b: 8, h: 16, s: 32, d: 64, q: 128, v: 128};

function parseOperand(text: string): Operand {
  const role = text[0] === '=' || text[0] === '+' ? text[0] : '';
  const name = text.slice(role.length);
  if (Object.hasOwn(numbers, name)) {
    const number: NumberField = numbers[name as NumberName];
    const kind = number.print === 'target' ? 'target' : 'number';
    return {kind, reads: true, writes: false, bits: 0, place: 0, isStack: false, suffix: '', number};
  }
  const match = /^([wxbhsdqv])(nm|t2|[dnmats])(?:\.(\w+))?$/.exec(name);
  assert(match !== null, `field <${text}>`);
  const [, letter, position, suffix = ''] = match as unknown as [string, string, string, string?];
  return {
    kind: letter === 'w' || letter === 'x' ? 'general' : 'vector',
    reads: role !== '=',
    writes: role !== '',
    bits: widths[letter] as number,
    place: places[position] as number,
    isStack: suffix === 'sp',
    suffix: suffix === 'sp' ? '' : suffix,
    number: null,
  };
}

function parseRow(text: string): {parts: TextPart[]; operands: Operand[]} {
  const parts: TextPart[] = [];
  const operands: Operand[] = [];
  for (const piece of text.split(/(<[^>]*>)/)) {
    if (piece === '') continue;
    if (!piece.startsWith('<')) {
      parts.push({literal: piece, operand: -1, optional: null});
      continue;
    }
    const optional = /^<\?(.*?)(\w+)>$/.exec(piece);
    parts.push({literal: '', operand: operands.length, optional: optional?.[1] ?? null});
    operands.push(parseOperand(optional === null ? piece.slice(1, -1) : (optional[2] as string)));
  }
  return {parts, operands};
}

const parsed = instNames.map((name) => parseRow(name === '' ? '' : (insts[name] as Row)[1]));

/** Operands of each row by id. */
export const OPERANDS: readonly (readonly Operand[])[] = parsed.map(({operands}) => operands);
/** Text of each row by id. */
export const TEXT: readonly (readonly TextPart[])[] = parsed.map(({parts}) => parts);
/** Fixed bits by id. */
export const BITS = Uint32Array.from(instNames, (name) => (name === '' ? 0 : (insts[name] as Row)[0]));
