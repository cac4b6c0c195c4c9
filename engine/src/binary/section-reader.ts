/**
 * A byte reader that also keeps what the writer of the module chose and the module does not show: how many bytes
 * beyond need each LEB has, and which of two forms was taken where the format has two. Both are counted in file order.
 */
import {ByteReader, s33Length, u32Length, u64Length} from '../base/bytes.ts';
import type {Expression} from '../wasm/module.ts';
import type {ValueType} from '../wasm/types.ts';
import {CodeReader, scanExpression} from './code.ts';
import type {Grammar} from './grammar.ts';
import {messages} from './messages.ts';
import {hasShorthand, readRefType, readValueType} from './types.ts';

/** Longer names go to the decoder. */
const ASCII_SIZE = 24;
const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

export class SectionReader extends ByteReader {
  readonly grammar: Grammar;
  /** Pairs of (ordinal of the LEB, extra bytes). */
  readonly padding: number[] = [];
  /** Ordinals of the choices where the second form was taken. */
  readonly choices: number[] = [];
  /** Where the items of each section begin, by section id; null when nobody asks. */
  starts: Map<number, number[]> | null = null;
  /** Whether some expression names a data segment. */
  namesData = false;
  private lebCount = 0;
  private choiceCount = 0;
  private readonly code: CodeReader;

  private readonly scansBodies: boolean;

  constructor(bytes: Uint8Array, grammar: Grammar, {scansBodies}: {readonly scansBodies: boolean}) {
    super(bytes);
    this.scansBodies = scansBodies;
    this.grammar = grammar;
    this.code = new CodeReader({bytes, offset: 0}, grammar);
  }

  override u32(): number {
    const start = this.pos;
    const value = super.u32();
    return this.counted(value, this.pos - start - u32Length(value));
  }

  override s33(): number {
    const start = this.pos;
    const value = super.s33();
    return this.counted(value, this.pos - start - s33Length(value));
  }

  override u64(): bigint {
    const start = this.pos;
    const value = super.u64();
    return this.counted(value, this.pos - start - u64Length(value));
  }

  private counted<T>(value: T, extra: number): T {
    if (extra > 0) this.padding.push(this.lebCount, extra);
    this.lebCount++;
    return value;
  }

  /** Says that an item of a section begins here. */
  mark(section: number): void {
    if (this.starts === null) return;
    const known = this.starts.get(section);
    if (known === undefined) this.starts.set(section, [this.pos]);
    else known.push(this.pos);
  }

  /** A vector of items of a section. */
  items<T>(section: number, item: (reader: this) => T): T[] {
    return this.vector((reader) => {
      reader.mark(section);
      return item(reader);
    });
  }

  /** Records which form stands here. */
  choose(isSecond: boolean): void {
    if (isSecond) this.choices.push(this.choiceCount);
    this.choiceCount++;
  }

  /** The size in bytes of a name or a section, which must fit into what is left. */
  private size(): number {
    const start = this.pos;
    const size = this.u32();
    if (size > this.remaining) this.fail(messages.length, start);
    return size;
  }

  /** A vector; its items are read one by one, so nothing is allocated for items that are not there. */
  vector<T>(item: (reader: this) => T): T[] {
    const list: T[] = [];
    for (let left = this.u32(); left > 0; left--) list.push(item(this));
    return list;
  }

  /** What a size field says how long it is: reads it and checks that the content ends where it must. */
  sized<T>(content: (reader: this, end: number) => T): T {
    const size = this.size();
    const start = this.pos;
    const result = content(this, start + size);
    if (this.pos !== start + size) this.fail(messages.sectionSize, start);
    return result;
  }

  /** A name in UTF-8. */
  name(): string {
    const start = this.pos;
    const size = this.size();
    const ascii = this.ascii(size);
    if (ascii !== null) return ascii;
    try {
      return decoder.decode(this.view(size));
    } catch {
      return this.fail(messages.utf8, start);
    }
  }

  /** A short name in ASCII, as nearly all are: the decoder costs more than the rest of an export. Else null, unread. */
  private ascii(size: number): string | null {
    if (size > ASCII_SIZE) return null;
    const {bytes, pos} = this;
    let name = '';
    for (let i = pos; i < pos + size; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x80) return null;
      name += String.fromCharCode(byte);
    }
    this.pos = pos + size;
    return name;
  }

  /** A byte that must be below `limit`. */
  byteBelow(limit: number, message: string): number {
    const byte = this.u8();
    return byte < limit ? byte : this.fail(message, this.pos - 1);
  }

  valueType(message: string = messages.valueType): ValueType {
    const start = this.pos;
    const type = readValueType(this, this.grammar, message);
    if (hasShorthand(type)) this.choose(this.pos - start > 1);
    return type;
  }

  refType(): ValueType {
    const start = this.pos;
    const type = readRefType(this, this.grammar);
    if (hasShorthand(type)) this.choose(this.pos - start > 1);
    return type;
  }

  /** Instructions up to the matching `end`. */
  expression(): Expression {
    const start = this.pos;
    this.scan();
    return {bytes: this.bytes.subarray(start, this.pos), offset: start};
  }

  /** A body's instructions: only there does naming a data segment ask for a data count (spec section 5.5.17). */
  bodyExpression(end: number): Expression {
    const start = this.pos;
    if (!this.scansBodies) this.pos = Math.max(start, end);
    else if (this.scan()) this.namesData = true;
    return {bytes: this.bytes.subarray(start, this.pos), offset: start};
  }

  /** Steps over an expression; whether it names a data segment. */
  private scan(): boolean {
    this.code.pos = this.pos;
    const namesData = scanExpression(this.code);
    this.pos = this.code.pos;
    return namesData;
  }
}
