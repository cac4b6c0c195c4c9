/**
 * S-expressions of the text format over bytes. Files are read as Latin-1 strings, one character a byte, because scripts
 * hold bytes that are no UTF-8; offsets are byte offsets. Comments may end at a bare CR (spec section 6.3.3).
 */
export interface Atom {
  readonly kind: 'atom';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
export interface Str {
  readonly kind: 'string';
  /** The bytes that the literal denotes, one character a byte. */
  readonly bytes: string;
  readonly start: number;
  readonly end: number;
}
export interface List {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly start: number;
  readonly end: number;
}
export type Node = Atom | Str | List;

/** A script that is not balanced, or holds an unknown character or command. */
export class ScriptError extends Error {
  override name = 'ScriptError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const ATOM = /[^\s()";]+/y;
const SPACE = /\s+/y;
const LINE_COMMENT = /;;[^\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;

class Reader {
  readonly #source: string;
  pos = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Length of the match here, 0 when there is none. */
  #match(pattern: RegExp): number {
    pattern.lastIndex = this.pos;
    return pattern.test(this.#source) ? pattern.lastIndex - this.pos : 0;
  }

  #skipSpace(): void {
    for (;;) {
      const length = this.#match(SPACE) || this.#match(LINE_COMMENT);
      if (length > 0) this.pos += length;
      else if (this.#source.startsWith('(;', this.pos)) this.#skipBlockComment();
      else return;
    }
  }

  #skipBlockComment(): void {
    const start = this.pos;
    let depth = 0;
    do {
      const open = this.#source.indexOf('(;', this.pos);
      const close = this.#source.indexOf(';)', this.pos);
      if (close < 0) throw new ScriptError('unclosed comment', start);
      const opens = open >= 0 && open < close;
      depth += opens ? 1 : -1;
      this.pos = (opens ? open : close) + 2;
    } while (depth > 0);
  }

  /** The next node; null at the end or before a closing parenthesis. */
  next(): Node | null {
    this.#skipSpace();
    const start = this.pos;
    switch (this.#source[start]) {
      case undefined:
      case ')':
        return null;
      case '(':
        return this.#list(start);
      case '"':
        return this.#string(start);
      default:
        return this.#atom(start);
    }
  }

  #list(start: number): List {
    this.pos++;
    const items: Node[] = [];
    for (let node = this.next(); node !== null; node = this.next()) if (!isAnnotation(node)) items.push(node);
    if (this.#source[this.pos] !== ')') throw new ScriptError('unclosed parenthesis', start);
    this.pos++;
    return {kind: 'list', items, start, end: this.pos};
  }

  #string(start: number): Str {
    const length = this.#match(STRING);
    if (length === 0) throw new ScriptError('unclosed string', start);
    this.pos += length;
    return {kind: 'string', bytes: unescaped(this.#source.slice(start + 1, this.pos - 1)), start, end: this.pos};
  }

  #atom(start: number): Atom {
    const length = this.#match(ATOM) || 1;
    this.pos += length;
    return {kind: 'atom', text: this.#source.slice(start, this.pos), start, end: this.pos};
  }
}

const ESCAPES: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\'};

function unescaped(literal: string): string {
  if (!literal.includes('\\')) return literal;
  return literal.replace(
    /\\(?:u\{([0-9a-fA-F_]+)\}|([0-9a-fA-F]{2})|(.))/gs,
    (_, point?: string, byte?: string, one?: string) => {
      if (point !== undefined)
        return Buffer.from(String.fromCodePoint(Number.parseInt(point.replaceAll('_', ''), 16))).toString('latin1');
      if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
      return ESCAPES[one ?? ''] ?? one ?? '';
    },
  );
}

/** `(@id ...)`: may stand anywhere and means nothing to scripts. */
const isAnnotation = (node: Node): boolean => head(node)?.startsWith('@') === true;

/** All nodes of a source. Throws ScriptError. */
export function readNodes(source: string): Node[] {
  const reader = new Reader(source);
  const nodes: Node[] = [];
  for (let node = reader.next(); node !== null; node = reader.next()) if (!isAnnotation(node)) nodes.push(node);
  if (reader.pos < source.length) throw new ScriptError('unexpected )', reader.pos);
  return nodes;
}

/** The head of a list when it is an atom. */
export function head(node: Node | undefined): string | undefined {
  const first = node?.kind === 'list' ? node.items[0] : undefined;
  return first?.kind === 'atom' ? first.text : undefined;
}
