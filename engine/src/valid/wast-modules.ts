/**
 * The modules of a wast script and what the script says of each: just enough reading for the validator's tests.
 * Everything else in a script is skipped. Scripts are run by spec-tests.
 */

/** What a script expects of a module; `message` is null for modules that must be accepted. */
export interface WastModule {
  readonly kind: 'valid' | 'invalid' | 'malformed';
  readonly form: 'text' | 'binary' | 'quote';
  readonly message: string | null;
  readonly line: number;
  /** The module in the text format, or its bytes. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** A parenthesised list with its place in the source, or an atom or string as written. */
type Node = {readonly items: readonly Node[]; readonly start: number; readonly end: number} | string;

const TOKEN = /"(?:[^"\\]|\\.)*"|\(;|;;[^\n]*|\(|\)|[^\s()";]+/g;

/** End of a block comment, which may nest. */
function commentEnd(source: string, start: number): number {
  const marks = /\(;|;\)/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let match = marks.exec(source); match !== null; match = marks.exec(source)) {
    depth += match[0] === '(;' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return source.length;
}

/** The top-level nodes of a script. */
function readNodes(source: string): Node[] {
  const top: Node[] = [];
  const open: {items: Node[]; start: number}[] = [];
  const token = new RegExp(TOKEN);
  for (let match = token.exec(source); match !== null; match = token.exec(source)) {
    const word = match[0];
    const siblings = open.at(-1)?.items ?? top;
    if (word.startsWith(';;')) continue;
    if (word === '(;') token.lastIndex = commentEnd(source, match.index);
    else if (word === '(') open.push({items: [], start: match.index});
    else if (word === ')') {
      const list = open.pop();
      if (list !== undefined) (open.at(-1)?.items ?? top).push({...list, end: token.lastIndex});
    } else siblings.push(word);
  }
  return top;
}

const ESCAPES: Readonly<Record<string, string>> = {t: '\t', n: '\n', r: '\r', '"': '"', "'": "'", '\\': '\\'};

/** Bytes of string literals, one after the other. */
function stringBytes(literals: readonly Node[]): Uint8Array {
  const parts = literals.map((literal) => {
    const body = String(literal).slice(1, -1);
    const parts = body.match(/\\u\{[0-9a-fA-F_]+\}|\\[0-9a-fA-F]{2}|\\.|[^\\]+/gs) ?? [];
    return Buffer.concat(parts.map(unescape));
  });
  return Uint8Array.from(Buffer.concat(parts));
}

function unescape(part: string): Buffer {
  if (part.startsWith('\\u{')) return Buffer.from(String.fromCodePoint(Number.parseInt(part.slice(3, -1), 16)));
  if (/^\\[0-9a-fA-F]{2}$/.test(part)) return Buffer.from(part.slice(1), 'hex');
  return Buffer.from(part.startsWith('\\') ? (ESCAPES[part[1]!] ?? part) : part);
}

/** Every module of a script that says whether the module must be accepted. */
export function wastModules(source: string): WastModule[] {
  const modules: WastModule[] = [];
  for (const node of readNodes(source)) {
    if (typeof node === 'string') continue;
    const kind = kindOf(node.items[0]);
    const module = kind === 'valid' && node.items[0] === 'module' ? node : node.items[1];
    if (kind === null || module === undefined || typeof module === 'string' || module.items[0] !== 'module') continue;
    const message = kind === 'valid' ? null : String(node.items[2]).slice(1, -1);
    const line = source.slice(0, node.start).split('\n').length;
    const found = moduleOf(module, source);
    if (found !== null) modules.push({kind, message, line, ...found});
  }
  return modules;
}

/** Modules that fail to link or trap are valid. */
function kindOf(command: Node | undefined): WastModule['kind'] | null {
  switch (command) {
    case 'module': case 'assert_unlinkable': case 'assert_trap': case 'assert_uninstantiable': return 'valid';
    case 'assert_invalid': return 'invalid';
    case 'assert_malformed': return 'malformed';
    default: return null;
  }
}

function moduleOf(module: Exclude<Node, string>, source: string): Pick<WastModule, 'form' | 'text' | 'bytes'> | null {
  const rest = module.items.slice(1).filter((item) => typeof item !== 'string' || !(item.startsWith('$') || item === 'definition'));
  if (rest[0] === 'instance') return null;
  const bytes = rest[0] === 'binary' || rest[0] === 'quote' ? stringBytes(rest.slice(1)) : new Uint8Array();
  if (rest[0] === 'binary') return {form: 'binary', text: '', bytes};
  if (rest[0] === 'quote') return {form: 'quote', text: Buffer.from(bytes).toString(), bytes: new Uint8Array()};
  const text = source.slice(module.start, module.end).replace(/^\(\s*module\s+definition/, '(module');
  return {form: 'text', text, bytes: new Uint8Array()};
}
