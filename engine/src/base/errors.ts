/**
 * What can be wrong with an input, in the spec's words. Each carries the byte offset in the module where it is known.
 * Traps are no errors: they are outcomes (see traps.ts). Bugs of ours are `Bug` (assert.ts).
 */
export class WasmError extends Error {
  readonly offset: number | null;
  constructor(message: string, offset: number | null) {
    super(message);
    this.offset = offset;
  }
}

/** The bytes are not a module in the binary format (spec section 5). */
export class Malformed extends WasmError {
  override name = 'Malformed';
}

/** The module does not validate (spec section 3). */
export class Invalid extends WasmError {
  override name = 'Invalid';
}

/** Instantiation fails because an import is missing or has another type (spec section 4.5.3). */
export class Unlinkable extends WasmError {
  override name = 'Unlinkable';
  constructor(message: string) {
    super(message, null);
  }
}

/** The engine does not implement a feature; names it. */
export class Unsupported extends WasmError {
  override name = 'Unsupported';
  readonly feature: string;
  constructor(feature: string, offset: number | null = null) {
    super(`unsupported: ${feature}`, offset);
    this.feature = feature;
  }
}
