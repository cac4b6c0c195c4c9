/**
 * The control stack: one frame per open construct, and for each the locals that are assigned somewhere inside. Only those
 * can differ where paths meet, so only those become block parameters of its join or loop header. They are found by one
 * scan of the body before translation: a list of assignments in code order, in which each construct is a range.
 */
import {assert} from '#engine/base/assert.ts';
import type {CodeReader} from '#engine/binary/code.ts';
import {Op} from '#engine/wasm/opcodes.ts';
import {EXNREF, type FuncType, type ValueType} from '#engine/wasm/types.ts';
import {type Block, NONE} from '../ir/func.ts';

const {
  block: BLOCK,
  loop: LOOP,
  if: IF,
  try_table: TRY_TABLE,
  end: END,
  'local.set': LOCAL_SET,
  'local.tee': LOCAL_TEE,
} = Op;

export type FrameKind = 'body' | 'block' | 'loop' | 'if' | 'else' | 'try';

const thrown = {params: [], results: [EXNREF]};

export class Frame {
  kind: FrameKind = 'block';
  type: Pick<FuncType, 'params' | 'results'> = {params: [], results: []};
  /** Where the construct ends and `br` goes, unless it is a loop; NONE until someone goes there. */
  join: Block = NONE;
  /** Header of a loop. */
  header: Block = NONE;
  /** First block of the else arm of an if. */
  otherwise: Block = NONE;
  /** Height of the operand stack below the parameters. */
  height = 0;
  /** `Frames.words[assigned ..]`: the locals assigned inside. */
  assigned = 0;
  assignedCount = 0;
  /** Last edge to the join, NONE without; `Frames.nextEdge` has the others. */
  edges = 0;
  /** `Frames.words[saved ..]`: for an if, values of those locals, then of its parameters. */
  saved = 0;
  /** Of a try_table: its clauses as `CodeReader.catches` has them, and its wasm offset. */
  catches: readonly number[] = [];
  offset = 0;
  /** Of a try_table: where what is thrown inside meets, with the exception and the locals that are assigned inside. */
  pad: Frame | null = null;
  /** Index of the innermost try_table around, this one included; -1 outside of all. */
  tryIndex = -1;

  /** Makes the frame of a try_table ready for its clauses. */
  handle(catches: readonly number[], offset: number): void {
    this.catches = catches;
    this.offset = offset;
    const pad = new Frame();
    pad.type = thrown;
    pad.height = this.height;
    pad.assigned = this.assigned;
    pad.assignedCount = this.assignedCount;
    this.pad = pad;
  }

  /** Types of the values that a branch to this construct takes. */
  get labelTypes(): readonly ValueType[] {
    return this.kind === 'loop' ? this.type.params : this.type.results;
  }
}

export class Frames {
  readonly #frames: Frame[] = [];
  depth = 0;
  words = new Int32Array(256);
  #wordCount = 0;

  /** Assigned locals in code order, and the range of each construct in it. */
  #events = new Int32Array(256);
  #eventCount = 0;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #constructs = 0;
  #next = 0;
  /** Next event of the same local, by event; the number of events when there is none. */
  #nextSame = new Int32Array(256);
  /** First event of a local that does not stand before the present construct. */
  #nextOf = new Int32Array(64);
  #passed = 0;
  #localCount = 0;
  /** Edge to the same join that was made before, by edge. */
  #edgeBefore = new Int32Array(256);
  /** Last construct that listed a local, by local. */
  #seen = new Int32Array(64);

  /** Scans a body. The reader must stand at its start. */
  scan(reader: CodeReader, localCount: number): void {
    this.depth = 0;
    this.#wordCount = 0;
    this.#eventCount = 0;
    this.#constructs = 0;
    this.#next = 0;
    this.#passed = 0;
    this.#localCount = localCount;
    if (this.#seen.length < localCount)
      [this.#seen, this.#nextOf] = [new Int32Array(localCount * 2), new Int32Array(localCount * 2)];
    this.#seen.fill(-1, 0, localCount);
    const open: number[] = [];
    while (!reader.isAtEnd) {
      const op = reader.next();
      if (op === LOCAL_SET || op === LOCAL_TEE) this.#assign(reader.index);
      else if (op === BLOCK || op === LOOP || op === IF || op === TRY_TABLE) open.push(this.#open());
      else if (op === END) {
        const construct = open.pop();
        if (construct !== undefined) this.#ends[construct] = this.#eventCount;
      }
    }
    this.#linkEvents();
  }

  #linkEvents(): void {
    const count = this.#eventCount;
    if (this.#nextSame.length < count) this.#nextSame = new Int32Array(count * 2);
    this.#nextOf.fill(count, 0, this.#localCount);
    for (let i = count - 1; i >= 0; i--) {
      const local = this.#events[i]!;
      this.#nextSame[i] = this.#nextOf[local]!;
      this.#nextOf[local] = i;
    }
  }

  #assign(local: number): void {
    if (this.#eventCount === this.#events.length) this.#events = doubled(this.#events);
    this.#events[this.#eventCount++] = local;
  }
  #open(): number {
    if (this.#constructs === this.#starts.length) {
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#starts[this.#constructs] = this.#eventCount;
    return this.#constructs++;
  }

  /** Counts a construct that is skipped because it cannot be reached. */
  skipConstruct(): void {
    this.#next++;
  }

  /** Opens a construct; the whole body is the construct without assigned locals, opened first. */
  push(kind: FrameKind, type: Frame['type'], height: number): Frame {
    const frame = (this.#frames[this.depth++] ??= new Frame());
    frame.kind = kind;
    frame.type = type;
    frame.join = NONE;
    frame.edges = NONE;
    frame.header = NONE;
    frame.otherwise = NONE;
    frame.height = height;
    frame.assigned = this.#wordCount;
    if (kind !== 'body') this.#listAssigned(this.#next++);
    frame.assignedCount = this.#wordCount - frame.assigned;
    frame.saved = this.#wordCount;
    frame.pad = null;
    frame.tryIndex = kind === 'try' ? this.depth - 1 : (this.#frames[this.depth - 2]?.tryIndex ?? -1);
    return frame;
  }

  /** Lists the locals with an event in the range of a construct: by the range or by the locals, whichever are fewer. */
  #listAssigned(construct: number): void {
    const start = this.#starts[construct]!;
    const end = this.#ends[construct]!;
    for (; this.#passed < start; this.#passed++)
      this.#nextOf[this.#events[this.#passed]!] = this.#nextSame[this.#passed]!;
    if (end - start > this.#localCount) {
      for (let local = 0; local < this.#localCount; local++) if (this.#nextOf[local]! < end) this.save(local);
      return;
    }
    for (let i = start; i < end; i++) {
      const local = this.#events[i]!;
      if (this.#seen[local] === construct) continue;
      this.#seen[local] = construct;
      this.save(local);
    }
  }

  /** Notes an edge to the join of a frame. */
  addEdge(frame: Frame, e: number): void {
    if (e >= this.#edgeBefore.length) {
      const longer = new Int32Array(e * 2);
      longer.set(this.#edgeBefore);
      this.#edgeBefore = longer;
    }
    this.#edgeBefore[e] = frame.edges;
    frame.edges = e;
  }
  /** The next one of the edges to a join, NONE behind the last. */
  nextEdge(e: number): number {
    return this.#edgeBefore[e]!;
  }

  /** Keeps a word with the innermost frame until that is popped. */
  save(word: number): void {
    if (this.#wordCount === this.words.length) this.words = doubled(this.words);
    this.words[this.#wordCount++] = word;
  }

  pop(): void {
    assert(this.depth > 0, 'no open construct');
    this.#wordCount = this.#frames[--this.depth]!.assigned;
  }

  /** The innermost open try_table with clauses. */
  innermostTry(): Frame | undefined {
    return this.depth === 0 ? undefined : this.#frames[this.#frames[this.depth - 1]!.tryIndex];
  }

  /** The construct that a label names: 0 is the innermost. */
  label(index: number): Frame {
    const frame = this.#frames[this.depth - 1 - index];
    assert(frame !== undefined && index < this.depth, `label ${index}`);
    return frame;
  }
}

function doubled(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const result = new Int32Array(words.length * 2);
  result.set(words);
  return result;
}
