/** Disassembly for people: iced for x86-64, Capstone for AArch64, both loaded when asked for. */
import {createRequire} from 'node:module';

export interface Disassembled {
  /** From the start of the image. */
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** Capstone decodes whole calls at once and takes much memory for long ones; bytes per call. */
const CHUNK = 4096;

/** The instructions of `code`, which stands at `start` of its image. */
export async function disassemble(target: 'x64' | 'arm64', code: Uint8Array, start: number): Promise<Disassembled[]> {
  return target === 'x64' ? disassembleX64(code, start) : disassembleArm64(code, start);
}

async function disassembleX64(code: Uint8Array, start: number): Promise<Disassembled[]> {
  const {default: iced} = await import('iced-x86');
  const decoder = new iced.Decoder(64, code, iced.DecoderOptions.None);
  const formatter = new iced.Formatter(iced.FormatterSyntax.Intel);
  const instruction = new iced.Instruction();
  const lines: Disassembled[] = [];
  decoder.ip = BigInt(start);
  while (decoder.canDecode) {
    const offset = start + decoder.position;
    decoder.decodeOut(instruction);
    lines.push({offset, length: instruction.length, text: formatter.format(instruction)});
  }
  for (const each of [instruction, formatter, decoder]) each.free();
  return lines;
}

interface CapstoneInstruction {
  /** A bigint in newer versions. */
  readonly address: number | bigint;
  readonly size: number;
  readonly mnemonic: string;
  readonly op_str: string;
}
interface Capstone {
  readonly ARCH_ARM64: number;
  readonly Capstone: new (
    arch: number,
    mode: number,
  ) => {disasm(bytes: Uint8Array, address: number): CapstoneInstruction[]; close?(): void};
}

async function disassembleArm64(code: Uint8Array, start: number): Promise<Disassembled[]> {
  const load = createRequire(import.meta.url)('@alexaltea/capstone-js') as () => Promise<Capstone>;
  const library = await load();
  const capstone = new library.Capstone(library.ARCH_ARM64, 0);
  const lines: Disassembled[] = [];
  for (let at = 0; at < code.length; ) {
    const decoded = tryDecode(capstone, code.subarray(at, at + CHUNK), start + at);
    for (const {address, size, mnemonic, op_str} of decoded)
      lines.push({offset: Number(address), length: size, text: `${mnemonic} ${op_str}`.trimEnd()});
    const next = decoded.length === 0 ? at : lines.at(-1)!.offset + lines.at(-1)!.length - start;
    if (next === at) lines.push({offset: start + at, length: 4, text: wordText(code, at)});
    at = next === at ? at + 4 : next;
  }
  return lines;
}

/** The library throws when the first word does not decode. */
function tryDecode(
  capstone: {disasm(bytes: Uint8Array, address: number): CapstoneInstruction[]},
  bytes: Uint8Array,
  address: number,
): CapstoneInstruction[] {
  try {
    return capstone.disasm(bytes, address);
  } catch {
    return [];
  }
}

function wordText(code: Uint8Array, at: number): string {
  const word = new DataView(code.buffer, code.byteOffset, code.byteLength).getUint32(at, true);
  return `.inst 0x${word.toString(16).padStart(8, '0')}`;
}
