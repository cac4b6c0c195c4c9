/**
 * What an AArch64 instruction is for, told from its text as objdump prints it. The rows are tried in order and the last
 * one takes everything, so each instruction has exactly one class.
 */

const VECTOR = '[vqdshb][0-9]+(?:\\.|\\b)';

const rows = {
  'trap stubs': /^(udf|brk)\b/,
  'calls and returns': /^(bl|blr|ret)\b/,
  branches: /^(b|br|cbn?z|tbn?z|b\.\w+)\b/,
  'stack accesses': /^(ld|st)\w+\s.*\[(sp|x29)\b/,
  constants:
    /^(mov|movz|movk|movn|mvn|fmov|movi|mvni)\s+[\w.]+, #|^mov[zkn]\b|^movi\b|^mvni\b|^adrp?\b|^ldr\s+\w+, [0-9a-f]{2,} |^ldr\s+\w+, 0x/,
  moves: /^f?mov\s/,
  'stores to memory': /^st\w+\s/,
  'loads from memory': /^(ld|prfm)\w*\s/,
  comparisons: /^(cmp|cmn|tst|ccmp|ccmn|fcmpe?|fccmpe?)\b/,
  selections: /^(cs\w+|cinc|cinv|cneg|fcsel)\b/,
  addresses: /^(add|sub)\s.*, [us]xt[wbhx]\b/,
  'extensions and bit fields': /^([us]xt[bhw]|[us]bfx|[us]bfiz|bfi|bfxil|bfc|extr|ror)\b/,
  'vector and float': new RegExp(`^\\w+\\s+\\{?${VECTOR}`),
  'integer arithmetic': /^/,
} as const satisfies Record<string, RegExp>;

export type InstructionClass = keyof typeof rows;
const table = Object.entries(rows) as [InstructionClass, RegExp][];
export const instructionClasses: readonly InstructionClass[] = table.map(([name]) => name);

/** Class of an instruction by its text: mnemonic, blanks, operands. */
export function classOf(text: string): InstructionClass {
  return table.find(([, pattern]) => pattern.test(text))![0];
}
