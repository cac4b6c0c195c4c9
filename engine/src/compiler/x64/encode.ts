/**
 * Encodes x86-64 instructions: one function per form. Registers are 0-31 (regs.ts); a memory operand is a base, an index or
 * both, or an absolute rip-relative displacement, with the shortest displacement chosen unless a fix-up needs four bytes.
 */
import {assert} from '#engine/base/assert.ts';
import type {CodeBuffer} from '../backend/code-buffer.ts';
import {BYTE_REG, DIGIT, FORM, forms, LOCK, MAP, OPCODE, PREFIX, WIDE} from './insts.ts';

/** Addressing of the rm operand. `rip` leaves a four-byte displacement right before the immediate for a fix-up. */
export const Mode = {reg: 0, base: 1, baseIndex: 2, index: 3, rip: 4} as const;
const {reg: MODE_REG, base: MODE_BASE, baseIndex: MODE_BASE_INDEX, index: MODE_INDEX, rip: MODE_RIP} = Mode;

/** The operands of one instruction, reused between instructions. */
export interface Operands {
  /** ModRM.reg operand. */
  reg: number;
  /** VEX.vvvv operand, or the register in imm8[7:4]. */
  vvvv: number;
  mode: number;
  /** The rm register when mode is `reg`, else the base. */
  base: number;
  index: number;
  /** Log2 of the scale, 0 to 3. */
  scale: number;
  disp: number;
  imm: number;
  immHigh: number;
}

export function operands(): Operands {
  return {reg: 0, vvvv: 0, mode: 0, base: 0, index: 0, scale: 0, disp: 0, imm: 0, immHigh: 0};
}

const FORM_NAME = forms;
const formCode = Object.fromEntries(FORM_NAME.map((name, code) => [name, code])) as Record<
  (typeof forms)[number],
  number
>;
const {
  rm: RM,
  mr: MR,
  m: M,
  m1: M1,
  mi8: MI8,
  mi16: MI16,
  mi32: MI32,
  rmi8: RMI8,
  rmi32: RMI32,
  mri8: MRI8,
  o: O,
  oi32: OI32,
  oi64: OI64,
  zo: ZO,
  i16: I16,
  d: D,
  'v.rm': VRM,
  'v.mr': VMR,
  'v.rvm': VRVM,
  'v.rmv': VRMV,
  'v.vm': VVM,
  'v.rmi8': VRMI8,
  'v.rvmi8': VRVMI8,
  'v.mri8': VMRI8,
  'v.rvmr': VRVMR,
  'v.vmi8': VVMI8,
} = formCode;

/** REX and VEX bits of index and base: X in bit 1, B in bit 0. */
function highBits(o: Operands): number {
  const mode = o.mode;
  let bits = 0;
  if (mode === MODE_REG || mode === MODE_BASE || mode === MODE_BASE_INDEX) bits |= (o.base >> 3) & 1;
  if (mode === MODE_BASE_INDEX || mode === MODE_INDEX) bits |= ((o.index >> 3) & 1) << 1;
  return bits;
}

/** True when an 8-bit register operand is one of spl, bpl, sil, dil, which need a REX prefix. */
function needsByteRex(id: number, o: Operands, reg: number): boolean {
  const byte = BYTE_REG[id] as number;
  if (byte === 0) return false;
  if ((byte & 1) !== 0 && reg >= 4 && reg < 8) return true;
  return (byte & 2) !== 0 && o.mode === MODE_REG && o.base >= 4 && o.base < 8;
}

function legacy(b: CodeBuffer, id: number, o: Operands, reg: number): void {
  const prefix = PREFIX[id] as number;
  if (LOCK[id] !== 0) b.u8(LOCK[id] as number);
  if (prefix !== 0) b.u8(prefix);
  const rex = ((WIDE[id] as number) << 3) | (((reg >> 3) & 1) << 2) | highBits(o);
  if (rex !== 0 || needsByteRex(id, o, reg)) b.u8(0x40 | rex);
  const map = MAP[id] as number;
  if (map !== 0) b.u8(0x0f);
  if (map === 2) b.u8(0x38);
  if (map === 3) b.u8(0x3a);
  b.u8(OPCODE[id] as number);
  modrm(b, o, reg & 7);
}

/** VEX.128 / VEX.LZ; the two-byte prefix where it can say the same. */
function vex(b: CodeBuffer, id: number, o: Operands, reg: number, vvvv: number): void {
  const prefix = PREFIX[id] as number;
  const pp = prefix === 0x66 ? 1 : prefix === 0xf3 ? 2 : prefix === 0xf2 ? 3 : 0;
  const high = highBits(o);
  const wide = WIDE[id] as number;
  const tail = ((~vvvv & 15) << 3) | pp;
  const notR = ((reg >> 3) & 1) ^ 1;
  if (high === 0 && wide === 0 && MAP[id] === 1) {
    b.u8(0xc5);
    b.u8((notR << 7) | tail);
  } else {
    b.u8(0xc4);
    b.u8((notR << 7) | ((~high & 3) << 5) | (MAP[id] as number));
    b.u8((wide << 7) | tail);
  }
  b.u8(OPCODE[id] as number);
  modrm(b, o, reg & 7);
}

function modrm(b: CodeBuffer, o: Operands, reg: number): void {
  const top = reg << 3;
  switch (o.mode) {
    case MODE_REG:
      b.u8(0xc0 | top | (o.base & 7));
      return;
    case MODE_RIP:
      b.u8(0x05 | top);
      b.u32(o.disp);
      return;
    case MODE_INDEX:
      b.u8(0x04 | top);
      b.u8((o.scale << 6) | ((o.index & 7) << 3) | 5);
      b.u32(o.disp);
      return;
    case MODE_BASE:
      baseOnly(b, o, top);
      return;
    default:
      baseIndex(b, o, top);
  }
}

/** mod: 0 without displacement (not for rbp, r13), 1 with eight bits, 2 with thirty-two. */
function displacementMod(o: Operands): number {
  if (o.disp === 0 && (o.base & 7) !== 5) return 0;
  return o.disp >= -128 && o.disp <= 127 ? 1 : 2;
}

function displacement(b: CodeBuffer, mod: number, disp: number): void {
  if (mod === 1) b.u8(disp & 0xff);
  else if (mod === 2) b.u32(disp);
}

function baseOnly(b: CodeBuffer, o: Operands, top: number): void {
  const mod = displacementMod(o);
  if ((o.base & 7) === 4) {
    b.u8((mod << 6) | top | 4);
    b.u8(0x24);
  } else {
    b.u8((mod << 6) | top | (o.base & 7));
  }
  displacement(b, mod, o.disp);
}

function baseIndex(b: CodeBuffer, o: Operands, top: number): void {
  assert(o.index !== 4, 'rsp as index');
  const mod = displacementMod(o);
  b.u8((mod << 6) | top | 4);
  b.u8((o.scale << 6) | ((o.index & 7) << 3) | (o.base & 7));
  displacement(b, mod, o.disp);
}

function opcodeRegister(b: CodeBuffer, id: number, reg: number): void {
  const rex = ((WIDE[id] as number) << 3) | ((reg >> 3) & 1);
  if (rex !== 0) b.u8(0x40 | rex);
  b.u8((OPCODE[id] as number) | (reg & 7));
}

function plain(b: CodeBuffer, id: number): void {
  if (PREFIX[id] !== 0) b.u8(PREFIX[id] as number);
  if (WIDE[id] !== 0) b.u8(0x48);
  if (MAP[id] !== 0) b.u8(0x0f);
  b.u8(OPCODE[id] as number);
}

/** Appends the instruction of row `id`. Register operands must fit the row; immediates are truncated to the row's width. */
export function encode(b: CodeBuffer, id: number, o: Operands): void {
  b.reserve(16);
  // biome-ignore format: one line a form
  switch (FORM[id]) {
    case RM: case MR: return legacy(b, id, o, o.reg);
    case RMI8: case MRI8: legacy(b, id, o, o.reg); return b.u8(o.imm & 0xff);
    case RMI32: legacy(b, id, o, o.reg); return b.u32(o.imm);
    case M: case M1: return legacy(b, id, o, DIGIT[id] as number);
    case MI8: legacy(b, id, o, DIGIT[id] as number); return b.u8(o.imm & 0xff);
    case MI16: legacy(b, id, o, DIGIT[id] as number); return b.u16(o.imm & 0xffff);
    case MI32: legacy(b, id, o, DIGIT[id] as number); return b.u32(o.imm);
    case O: return opcodeRegister(b, id, o.reg);
    case OI32: opcodeRegister(b, id, o.reg); return b.u32(o.imm);
    case OI64: opcodeRegister(b, id, o.reg); b.u32(o.imm); return b.u32(o.immHigh);
    case ZO: return plain(b, id);
    case I16: b.u8(OPCODE[id] as number); return b.u16(o.imm & 0xffff);
    case D: plain(b, id); return b.u32(o.disp);
    case VRM: case VMR: return vex(b, id, o, o.reg, 0);
    case VRVM: case VRMV: return vex(b, id, o, o.reg, o.vvvv);
    case VVM: return vex(b, id, o, DIGIT[id] as number, o.vvvv);
    case VRMI8: case VMRI8: vex(b, id, o, o.reg, 0); return b.u8(o.imm & 0xff);
    case VRVMI8: vex(b, id, o, o.reg, o.vvvv); return b.u8(o.imm & 0xff);
    case VVMI8: vex(b, id, o, DIGIT[id] as number, o.vvvv); return b.u8(o.imm & 0xff);
    case VRVMR: vex(b, id, o, o.reg, o.vvvv); return b.u8((o.imm & 15) << 4);
    default: assert(false, `form of row ${id}`);
  }
}
