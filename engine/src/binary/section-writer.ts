/**
 * The mirror of section-reader.ts: a byte writer that pads the LEBs and takes the forms that an Encoding tells.
 * LEBs and choices are counted as the reader counts them; a padding that does not fit a number is cut to what fits,
 * so that an Encoding of another module costs bytes at most, never meaning.
 */
import {assert} from '../base/assert.ts';
import {ByteWriter, s33Length, u32Length, u64Length} from '../base/bytes.ts';
import type {Encoding, Expression} from '../wasm/module.ts';
import type {ValueType} from '../wasm/types.ts';
import {hasShorthand, writeLongRefType, writeValueType} from './types.ts';

const encoder = new TextEncoder();

export class SectionWriter extends ByteWriter {
  private readonly padding: readonly number[];
  private readonly choices: readonly number[];
  private lebCount = 0;
  private choiceCount = 0;
  /** Entries of `padding` and `choices` that have been used. */
  private paddingUsed = 0;
  private choicesUsed = 0;

  constructor(encoding: Encoding | undefined) {
    super();
    this.padding = encoding?.padding ?? [];
    this.choices = encoding?.choices ?? [];
  }

  /** Extra bytes of the next LEB. */
  private nextPadding(): number {
    if (this.padding[this.paddingUsed] !== this.lebCount++) return 0;
    this.paddingUsed += 2;
    return this.padding[this.paddingUsed - 1]!;
  }

  override u32(value: number): void {
    super.u32(value, Math.min(this.nextPadding(), 5 - u32Length(value)));
  }

  override s33(value: number): void {
    super.s33(value, Math.min(this.nextPadding(), 5 - s33Length(value)));
  }

  override u64(value: bigint): void {
    super.u64(value, Math.min(this.nextPadding(), 10 - u64Length(value)));
  }

  /** Whether the longer form is to be taken here. */
  choose(): boolean {
    const isSecond = this.choices[this.choicesUsed] === this.choiceCount++;
    if (isSecond) this.choicesUsed++;
    return isSecond;
  }

  vector<T>(items: readonly T[], item: (writer: this, value: T) => void): void {
    this.u32(items.length);
    for (const value of items) item(this, value);
  }

  /** Writes a size field and the content that it measures. */
  sized(content: () => void): void {
    const extra = this.nextPadding();
    const start = this.length;
    content();
    const size = this.length - start;
    const length = Math.min(u32Length(size) + extra, 5);
    this.insert(start, length, () => super.u32(size, length - u32Length(size)));
  }

  name(text: string): void {
    assert(text.isWellFormed(), 'a name is well-formed Unicode');
    const bytes = encoder.encode(text);
    this.u32(bytes.length);
    this.append(bytes);
  }

  valueType(type: ValueType): void {
    if (hasShorthand(type) && this.choose()) writeLongRefType(this, type);
    else writeValueType(this, type);
  }

  expression(expression: Expression): void {
    this.append(expression.bytes);
  }
}
