/**
 * Reads the text form of SSA (print.ts) back: passes and lowering are tested alone on hand-written functions.
 * `parse(print(f))` prints the same text. Throws SyntaxError with the line.
 */
import {type TrapName, trapCode, traps} from '#engine/base/traps.ts';
import {AtomicAccess, type AtomicOperator, atomicOperators} from './atomics.ts';
import {type Block, Func, NONE, type Value} from './func.ts';
import {
  ARITY,
  FIELD_CLASS_NAMES,
  type FieldClassName,
  HAS_EDGES,
  HAS_LIST,
  MemoryAccess,
  type OpCode,
  opByName,
  opNames,
} from './ops.ts';
import {F64, I64, REF, type Signatures, type Type, typeNames, V128} from './types.ts';
import {isVectorOp, laneCount} from './vector-ops.ts';

/** Reads one function into `f`, whose signature is interned in `signatures`. */
export function parseFunc(text: string, signatures: Signatures, f: Func = new Func()): Func {
  new Parser(text, signatures, f).parse();
  return f;
}

const TOKEN =
  /\s*(?:;[^\n]*|(->|[A-Za-z_][\w.-]*|[+-]?0x[0-9a-fA-F]+|[+-]?\d+|"(?:[^"\\]|\\.)*"|\{[^}]*\}|[(),:=\n]))/y;

function typeByName(name: string): Type {
  const index = typeNames.indexOf(name as (typeof typeNames)[number]);
  if (index < 0) throw new SyntaxError(`no type ${name}`);
  return index as Type;
}

class Parser {
  readonly #lines: string[][];
  readonly #f: Func;
  readonly #signatures: Signatures;
  readonly #values = new Map<string, Value>();
  readonly #blocks = new Map<string, Block>();
  #tokens: string[] = [];
  #at = 0;

  constructor(text: string, signatures: Signatures, f: Func) {
    this.#f = f;
    this.#signatures = signatures;
    this.#lines = text
      .split('\n')
      .map(tokens)
      .filter((line) => line.length > 0);
  }

  parse(): void {
    const [header, ...rest] = this.#lines;
    this.#start(header ?? []);
    this.#header();
    for (const line of rest) if (isLabel(line)) this.#declareBlock(line);
    let block: Block = NONE;
    const results: [Value, number, string][] = [];
    for (const line of rest) {
      if (isLabel(line)) block = this.#blocks.get(line[0]!)!;
      else this.#instruction(line, block, results);
    }
    for (const [v, index, name] of results) this.#f.setOperand(v, index, this.#known(name));
    for (const [patch, name] of this.#forward) patch(this.#known(name));
  }

  #header(): void {
    this.#expect('func');
    const index = Number(this.#take().slice(1));
    const name = this.#peek().startsWith('"') ? (JSON.parse(this.#take()) as string) : '';
    const params = this.#paramList();
    const results: Type[] = [];
    if (this.#peek() === '->') {
      this.#take();
      do results.push(typeByName(this.#take()));
      while (this.#skip(','));
    }
    const id = this.#signatures.intern(
      params.map(([, type]) => type),
      results,
    );
    this.#f.clear(index, id, this.#signatures, name);
    const entry = this.#f.addBlock();
    for (const [param, type] of params) this.#values.set(param, this.#f.addParam(entry, type));
  }

  #declareBlock(line: string[]): void {
    this.#start(line);
    const name = this.#take();
    const b = this.#blocks.size === 0 ? (1 as Block) : this.#f.addBlock();
    this.#blocks.set(name, b);
    if (this.#peek() === '(')
      for (const [param, type] of this.#paramList()) this.#values.set(param, this.#f.addParam(b, type));
  }

  #paramList(): [string, Type][] {
    const params: [string, Type][] = [];
    this.#expect('(');
    while (!this.#skip(')')) {
      const name = this.#take();
      this.#expect(':');
      params.push([name, typeByName(this.#take())]);
      this.#skip(',');
    }
    return params;
  }

  readonly #forward: [(v: Value) => void, string][] = [];

  #instruction(line: string[], block: Block, operandsLater: [Value, number, string][]): void {
    this.#start(line);
    const f = this.#f;
    const name = line[1] === '=' ? this.#take() : '';
    if (name !== '') this.#expect('=');
    const [opText, typeText] = opAndType(this.#take());
    const op = opByName(opText);
    if (op === undefined) throw new SyntaxError(`no operation ${opText} in: ${line.join(' ')}`);
    const type = typeByName(typeText);
    const operands: string[] = [];
    for (let i = 0; i < ARITY[op]!; i++) {
      operands.push(this.#take());
      if (i + 1 < ARITY[op]!) this.#expect(',');
    }
    const [imm, aux] = this.#immediate(op, type);
    let v: Value;
    if (HAS_LIST[op] === 1) v = this.#withList(op, type, imm, aux, operandsLater);
    else if (HAS_EDGES[op] === 1) v = this.#withEdges(op);
    else v = f.add(op, type, NONE, NONE, NONE, imm, aux);
    operands.forEach((operand, i) => {
      operandsLater.push([v, i, operand]);
    });
    f.append(block, v);
    if (name !== '') this.#values.set(name, v);
    if (this.#at < this.#tokens.length) throw new SyntaxError(`unexpected ${this.#peek()} in: ${line.join(' ')}`);
  }

  #withList(op: OpCode, type: Type, imm: number, aux: number, later: [Value, number, string][]): Value {
    const names: string[] = [];
    this.#expect('(');
    while (!this.#skip(')')) {
      names.push(this.#take());
      this.#skip(',');
    }
    this.#f.beginList();
    for (const _ of names) this.#f.pushList(NONE);
    const v = this.#f.addList(op, type, NONE, imm, aux);
    names.forEach((name, i) => {
      later.push([v, ARITY[op]! + i, name]);
    });
    return v;
  }

  #withEdges(op: OpCode): Value {
    const f = this.#f;
    f.beginEdges();
    do {
      const label = this.#take();
      const target = this.#blocks.get(label);
      if (target === undefined) throw new SyntaxError(`no block ${label}`);
      const e = f.pushEdge(target);
      if (!this.#skip('(')) continue;
      for (let i = 0; !this.#skip(')'); i++) {
        this.#forward.push([(v) => f.setArg(e, i, v), this.#take()]);
        f.pushArg(NONE);
        this.#skip(',');
      }
    } while (this.#skip(','));
    return f.addTerminator(op);
  }

  /** imm and aux of the instruction whose operands were just read. */
  #immediate(op: OpCode, type: Type): [number, number] {
    const name = opNames[op]!;
    switch (name) {
      case 'const':
        return this.#constant(type);
      case 'result':
        return [Number(this.#take()), 0];
      case 'load':
      case 'load8_s':
      case 'load8_u':
      case 'load16_s':
      case 'load16_u':
      case 'load32_s':
      case 'load32_u':
      case 'store':
      case 'store8':
      case 'store16':
      case 'store32': {
        const offset = Number(this.#take()) | 0;
        const memory = Number(this.#take().slice('mem'.length));
        const access = MemoryAccess.pack(memory, this.#skip('checked'));
        return [offset, this.#skip('whole') ? MemoryAccess.whole(access) : access];
      }
      case 'atomic_load':
      case 'atomic_store':
      case 'atomic_cmpxchg':
        return [0, this.#atomicAccess()];
      case 'atomic_rmw': {
        const operator = atomicOperators.indexOf(this.#take() as AtomicOperator);
        return [operator, this.#atomicAccess()];
      }
      case 'bound': {
        const offset = Number(this.#take()) | 0;
        this.#expect('bytes');
        return [Number(this.#take()), offset];
      }
      case 'vm_load':
      case 'vm_load8_s':
      case 'vm_load8_u':
      case 'vm_load16_s':
      case 'vm_load16_u':
      case 'vm_store':
      case 'vm_store8':
      case 'vm_store16':
      case 'vm_address': {
        const offset = Number(this.#take()) | 0;
        return [offset, FIELD_CLASS_NAMES.indexOf(this.#take() as FieldClassName)];
      }
      case 'call':
      case 'return_call':
        return [Number(this.#take().slice(1)), Number(this.#take().slice(1))];
      case 'call_ref_code':
      case 'return_call_ref_code':
        return [0, Number(this.#take().slice(1))];
      case 'call_builtin':
        return [Number(this.#take().slice('builtin'.length)), 0];
      case 'trap':
      case 'trap_if': {
        const trap = this.#take();
        if (!Object.hasOwn(traps, trap)) throw new SyntaxError(`no trap ${trap}`);
        return [trapCode(trap as TrapName), 0];
      }
      case 'i8x16.shuffle':
        return [this.#lanes(), 0];
      default:
        return isVectorOp(name) && laneCount[name] > 0 ? [Number(this.#take()), 0] : [0, 0];
    }
  }

  #lanes(): number {
    const lanes = Array.from({length: 16}, () => Number(this.#take()));
    const word = (i: number): number => lanes.slice(i, i + 4).reduceRight((bits, lane) => (bits << 8) | lane, 0);
    return this.#f.addVector(word(0), word(4), word(8), word(12));
  }

  #atomicAccess(): number {
    this.#expect('bytes');
    const bytes = Number(this.#take());
    const memory = Number(this.#take().slice('mem'.length));
    return AtomicAccess.pack(memory, Math.log2(bytes), this.#skip('checked'));
  }

  #constant(type: Type): [number, number] {
    if (type === REF) {
      this.#expect('null');
      return [0, 0];
    }
    const text = this.#take();
    const bits = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
    if (this.#peek().startsWith('{')) this.#take();
    const low = Number(BigInt.asIntN(32, bits));
    if (type === V128) {
      const [w1, w2, w3] = [32n, 64n, 96n].map((shift) => Number(BigInt.asIntN(32, bits >> shift)));
      return [this.#f.addVector(low, w1!, w2!, w3!), 0];
    }
    return [low, type === I64 || type === F64 ? Number(BigInt.asIntN(32, bits >> 32n)) : 0];
  }

  #known(name: string): Value {
    const v = this.#values.get(name);
    if (v === undefined) throw new SyntaxError(`no value ${name}`);
    return v;
  }
  #start(line: string[]): void {
    this.#tokens = line;
    this.#at = 0;
  }
  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }
  #take(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError(`unexpected end of line: ${this.#tokens.join(' ')}`);
    return token;
  }
  #skip(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }
  #expect(token: string): void {
    if (!this.#skip(token))
      throw new SyntaxError(`expected ${token}, found ${this.#peek()} in: ${this.#tokens.join(' ')}`);
  }
}

/** `op.type`, or `op` without a value; mnemonics have a dot of their own. */
function opAndType(text: string): [op: string, type: string] {
  const dot = text.lastIndexOf('.');
  return dot < 0 ? [text, 'void'] : [text.slice(0, dot), text.slice(dot + 1)];
}

const isLabel = (line: string[]): boolean => /^b\d+$/.test(line[0] ?? '') && line.at(-1) === ':';

function tokens(line: string): string[] {
  const result: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < line.length) {
    const match = TOKEN.exec(line);
    if (match === null) {
      if (line.trim() === '' || /^\s*$/.test(line.slice(TOKEN.lastIndex))) break;
      throw new SyntaxError(`unexpected text in: ${line}`);
    }
    if (match[1] !== undefined) result.push(match[1]);
    else break;
  }
  return result;
}
