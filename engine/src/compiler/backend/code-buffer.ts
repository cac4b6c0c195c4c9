/** Growable code bytes, little-endian. */
export class CodeBuffer {
  bytes = new Uint8Array(4096);
  length = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  u8(value: number): void {
    this.bytes[this.length++] = value;
  }

  u16(value: number): void {
    this.u8(value & 0xff);
    this.u8((value >>> 8) & 0xff);
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  /** Overwrites four bytes. */
  patch32(at: number, value: number): void {
    this.bytes[at] = value;
    this.bytes[at + 1] = value >>> 8;
    this.bytes[at + 2] = value >>> 16;
    this.bytes[at + 3] = value >>> 24;
  }

  read32(at: number): number {
    return (
      (this.bytes[at] as number) |
      ((this.bytes[at + 1] as number) << 8) |
      ((this.bytes[at + 2] as number) << 16) |
      ((this.bytes[at + 3] as number) << 24)
    );
  }
}
