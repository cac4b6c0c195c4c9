/**
 * AArch64 registers as small integers, one space for both files: 0-31 general purpose, 32-63 vector, in encoding order.
 * The low five bits are what goes into an instruction. Number 31 is the zero register or the stack pointer: the row says which.
 */
export const X0 = 0;
export const X1 = 1;
export const X2 = 2;
export const X3 = 3;
export const X4 = 4;
export const X5 = 5;
export const X6 = 6;
export const X7 = 7;
export const X8 = 8;
export const X9 = 9;
export const X10 = 10;
export const X11 = 11;
export const X12 = 12;
export const X13 = 13;
export const X14 = 14;
export const X15 = 15;
/** Scratches between instructions: never allocated, the linker's too. */
export const X16 = 16;
export const X17 = 17;
/** The platform's; untouched. */
export const X18 = 18;
export const X19 = 19;
export const X20 = 20;
export const X21 = 21;
export const X22 = 22;
export const X23 = 23;
export const X24 = 24;
export const X25 = 25;
export const X26 = 26;
export const X27 = 27;
export const X28 = 28;
/** Frame pointer of the C convention. */
export const X29 = 29;
/** Return address. */
export const LR = 30;
export const ZR = 31;
export const SP = 31;
export const V0 = 32;
/** True of vector registers. */
export const isVectorRegister = (register: number): boolean => register >= V0;

/** Name of a register at an operand width in bits (general: 32, 64; vector: 8 to 128); 31 is the zero register. */
export function registerName(register: number, bits: number): string {
  if (register >= V0) return `${vectorLetter(bits)}${register - V0}`;
  const letter = bits === 64 ? 'x' : 'w';
  return register === ZR ? `${letter}zr` : `${letter}${register}`;
}

function vectorLetter(bits: number): string {
  return bits === 8 ? 'b' : bits === 16 ? 'h' : bits === 32 ? 's' : bits === 64 ? 'd' : 'q';
}

/** Register of a name `x0`, `xzr`, `sp`, `q0` or `v0`, undefined when there is none. */
export function registerByName(name: string): number | undefined {
  if (name === 'xzr' || name === 'sp') return ZR;
  const match = /^([xqv])(0|[12]?[1-9]|[123]0|31)$/.exec(name);
  if (match === null) return undefined;
  const number = Number(match[2]);
  if (match[1] === 'x') return number < ZR ? number : undefined;
  return number <= 31 ? V0 + number : undefined;
}
