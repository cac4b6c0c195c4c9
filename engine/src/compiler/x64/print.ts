/**
 * Text of x86-64 instructions in Intel syntax, as objdump prints them (a test compares the two on every row).
 */
import {Mode, type Operands} from './encode.ts';
import {FIELDS, Field, instNames, LOCK, OPERANDS, type Operand} from './insts.ts';
import {registerName} from './regs.ts';

const pointer: Readonly<Record<number, string>> = {8: 'BYTE', 16: 'WORD', 32: 'DWORD', 64: 'QWORD', 128: 'XMMWORD'};

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

function signedHex(value: number, first: boolean): string {
  if (value < 0) return `-${hex(-value)}`;
  return first ? hex(value) : `+${hex(value)}`;
}

/** `[base+index*scale+disp]` as objdump writes it. */
export function address(o: Operands): string {
  if (o.mode === Mode.rip) return `[rip+${hex(BigInt.asUintN(64, BigInt(o.disp)))}]`;
  const base = o.mode === Mode.index ? '' : registerName(o.base, 64);
  const hasIndex = o.mode === Mode.index || o.mode === Mode.baseIndex;
  const index = hasIndex ? `${base === '' ? '' : '+'}${registerName(o.index, 64)}*${1 << o.scale}` : '';
  const disp = o.disp === 0 && base !== '' && !hiddenZero(o) ? '' : signedHex(o.disp, false);
  return `[${base}${index}${disp}]`;
}

/** rbp and r13 as base are encoded with a displacement of zero, which objdump shows. */
function hiddenZero(o: Operands): boolean {
  return (o.base & 7) === 5 && o.mode !== Mode.reg;
}

function rmText(o: Operands, operand: Operand, mnemonic: string): string {
  if (o.mode === Mode.reg) return registerName(o.base, operand.registerBits);
  return mnemonic === 'lea' ? address(o) : `${pointer[operand.bits]} PTR ${address(o)}`;
}

/** Immediates are sign-extended to the width of the first operand, as the processor does. */
function immediateText(o: Operands, operand: Operand, width: number): string {
  if (operand.bits === 64) return hex((BigInt(o.immHigh >>> 0) << 32n) | BigInt(o.imm >>> 0));
  if (operand.bits === 8 && width === 128) return hex(o.imm & 0xff);
  const value = operand.bits === 8 ? (o.imm << 24) >> 24 : operand.bits === 16 ? o.imm & 0xffff : o.imm | 0;
  const bits = Math.max(width, operand.bits);
  return hex(BigInt.asUintN(bits, BigInt(value)));
}

function operandText(o: Operands, operand: Operand, field: number, width: number, mnemonic: string): string {
  switch (field) {
    case Field.rm:
      return rmText(o, operand, mnemonic);
    case Field.reg:
      return registerName(o.reg, operand.bits);
    case Field.vvvv:
      return registerName(operand.kind === 'xmm' ? o.vvvv | 16 : o.vvvv, operand.bits);
    case Field.imm:
      return operand.kind === 'rel' ? `.${signedHex(o.disp, false)}` : immediateText(o, operand, width);
    case Field.immRegister:
      return registerName((o.imm & 15) | 16, 128);
    default:
      return registerName(operand.fixed, operand.bits);
  }
}

/** Shift counts and lane selectors are plain bytes, whatever the width of the first operand. */
const plainByte = /^(shl|shr|sar|rol|ror|rorx|round|cmps|ret|shuf|pshuf|pins|pextr|blend)/;

/** One instruction; a branch target is written relative to the end of the instruction, `.+0x10`. */
export function printInst(id: number, o: Operands): string {
  const name = (instNames[id] ?? '').replace(/^lock /, '');
  const lock = LOCK[id] !== 0 ? 'lock ' : '';
  const word = name.split(' ')[0] ?? '';
  const mnemonic = name === 'mov.q oi64' ? 'movabs' : (word.split('.')[0] ?? '');
  const row = OPERANDS[id] ?? [];
  const width = plainByte.test(mnemonic) ? 128 : (row[0]?.bits ?? 0);
  const texts: string[] = [];
  row.forEach((operand, index) => {
    if (operand.kind === 'fixed' && operand.bits !== 8) return;
    texts.push(operandText(o, operand, FIELDS[id]?.[index] ?? 0, width, mnemonic));
  });
  return texts.length === 0 ? mnemonic : `${lock}${mnemonic} ${texts.join(',')}`;
}
