/**
 * Vectors as they stand in slots: every shape of lanes is a view of one buffer. A vector is named by the index of its
 * first 32-bit word, and so are the scalar operands and results of vector instructions.
 */
export class Lanes {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;

  constructor(buffer: ArrayBuffer) {
    this.i8 = new Int8Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

/**
 * What a vector instruction does: reads operands at words a, b, c and writes its result at d. `d` may be one of the
 * others; vectors do not overlap otherwise.
 */
export type Kernel = (l: Lanes, d: number, a: number, b: number, c: number) => void;
export type Kernels = Readonly<Record<string, Kernel>>;

/** Copies of operands, for kernels that write lanes before they have read all. */
const scratch = new Lanes(new ArrayBuffer(64));

/** The operand at `a`, copied: its words are 0 to 3. The copy is overwritten by the next one. */
export function copied(l: Lanes, a: number): Lanes {
  for (let i = 0; i < 4; i += 1) scratch.i32[i] = l.i32[a + i]!;
  return scratch;
}

/** Both operands, copied: words 0 to 3 and 4 to 7. */
export function bothCopied(l: Lanes, a: number, b: number): Lanes {
  for (let i = 0; i < 4; i += 1) {
    scratch.i32[i] = l.i32[a + i]!;
    scratch.i32[i + 4] = l.i32[b + i]!;
  }
  return scratch;
}
