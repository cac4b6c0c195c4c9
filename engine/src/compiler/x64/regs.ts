/**
 * x86-64 registers as small integers, one space for both files: 0-15 general purpose, 16-31 vector, in encoding order.
 * The low four bits are what goes into ModRM, SIB, REX and VEX. `rsp` is never allocated; `xmm15` is the scratch of moves.
 */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;
export const R12 = 12;
export const R13 = 13;
export const R14 = 14;
export const R15 = 15;
export const XMM0 = 16;
/** Scratch of the parallel moves: memory to memory copies, and cycles among vector registers. */
export const XMM_SCRATCH = 31;

const low = ['a', 'c', 'd', 'b'];
const named = ['sp', 'bp', 'si', 'di'];

const names64 = [...low.map((r) => `r${r}x`), ...named.map((r) => `r${r}`), ...extended('')];
const names32 = [...low.map((r) => `e${r}x`), ...named.map((r) => `e${r}`), ...extended('d')];
const names16 = [...low.map((r) => `${r}x`), ...named, ...extended('w')];
const names8 = [...low.map((r) => `${r}l`), ...named.map((r) => `${r}l`), ...extended('b')];

function extended(suffix: string): string[] {
  return [8, 9, 10, 11, 12, 13, 14, 15].map((n) => `r${n}${suffix}`);
}

/** Name of a register at an operand width in bits (8, 16, 32, 64; vector registers ignore it). */
export function registerName(register: number, bits: number): string {
  if (register >= XMM0) return `xmm${register - XMM0}`;
  const names = bits === 64 ? names64 : bits === 32 ? names32 : bits === 16 ? names16 : names8;
  return names[register] ?? `?${register}`;
}

/** Register of a 64-bit or vector register name, undefined when there is none. */
export function registerByName(name: string): number | undefined {
  if (/^xmm([0-9]|1[0-5])$/.test(name)) return XMM0 + Number(name.slice(3));
  const index = names64.indexOf(name);
  return index < 0 ? undefined : index;
}
