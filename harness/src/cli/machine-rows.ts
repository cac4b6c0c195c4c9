/** The machine code of one function, an instruction a row, with what the image says about each. */
import {assert} from '#engine/base/assert.ts';
import {trapName} from '#engine/base/traps.ts';
import {type Image, originAt, trapAt} from '#engine/compiler/image.ts';
import {frameAt, landingPadAt} from '#engine/compiler/unwind.ts';
import {type Disassembled, disassemble} from '../disassemble.ts';

export interface MachineRow {
  /** From the start of the image. */
  readonly offset: number;
  readonly bytes: string;
  readonly text: string;
  readonly wasm: number | null;
  readonly rule: string | null;
  readonly trap: string | null;
  /** Where an exception out of this call goes; null: not a call in a try. */
  readonly landingPad: number | null;
  /** Whether exceptions arrive here. */
  readonly isLandingPad: boolean;
}

/** What an unwinder knows of a function: its code and, from SP at its calls, the return address and the end of the frame. */
export interface UnwindRange {
  readonly start: number;
  /** Behind the instructions. */
  readonly end: number;
  readonly returnAt: number;
  readonly frameEnd: number;
}

/** Unwind range of the function at a place in `image.functions`. */
export function unwindRange({functions, functionData, unwind}: Image, own: number): UnwindRange {
  const [start, end] = [functions[own]!, functionData[own]!];
  const frame = frameAt(unwind, start);
  assert(frame !== undefined, `no frame at ${start}`);
  return {start, end, returnAt: frame.returnAt, frameEnd: frame.end};
}

/** The range for people. */
export const rangeText = ({start, end, returnAt, frameEnd}: UnwindRange): string =>
  `unwind ${start.toString(16)}..${end.toString(16)}: return address at sp+${returnAt}, frame ends at sp+${frameEnd}`;

/** The trap and the ways of exceptions, for people. */
export function remarks({trap, landingPad, isLandingPad}: MachineRow): string[] {
  return [
    trap === null ? '' : `traps: ${trap}`,
    landingPad === null ? '' : `throws to ${landingPad.toString(16)}`,
    isLandingPad ? 'landing pad' : '',
  ].filter((remark) => remark !== '');
}

/** Rows of the function at a place in `image.functions`; its constants and tables as words. */
export async function machineRows(image: Image, own: number): Promise<MachineRow[]> {
  const [start, data] = [image.functions[own]!, image.functionData[own]!];
  const lines = await disassemble(image.target, image.code.subarray(start, data), start);
  const pads = landingPads(image);
  return [...lines, ...dataWords(image.code, data, image.functionEnds[own]!)].map(({offset, length, text}) => {
    const origin = offset < data ? originAt(image, offset) : undefined;
    const trap = trapAt(image, offset);
    const pad = offset < data ? landingPadAt(image.unwind, offset + length) : -1;
    return {
      offset,
      bytes: [...image.code.subarray(offset, offset + length)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(''),
      text,
      wasm: origin?.wasmOffset ?? null,
      rule: origin?.rule ?? null,
      trap: trap === undefined ? null : (trapName(trap.code) ?? null),
      landingPad: pad < 0 ? null : pad,
      isLandingPad: pads.has(offset),
    };
  });
}

function landingPads({unwind}: Image): Set<number> {
  return new Set(unwind.sites.filter((word, n) => n % 3 === 1 && word >= 0));
}

const WORD = 4;

function dataWords(code: Uint8Array, start: number, end: number): Disassembled[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const words: Disassembled[] = [];
  for (let offset = start; offset < end; offset += WORD) {
    const length = Math.min(WORD, end - offset);
    const text = length < WORD ? '.padding' : `.word 0x${view.getUint32(offset, true).toString(16).padStart(8, '0')}`;
    words.push({offset, length, text});
  }
  return words;
}
