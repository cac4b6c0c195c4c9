/**
 * Scripts: the commands of a .wast file (the script grammar of the reference interpreter), typed. Module text is handed
 * over verbatim; it is not read here.
 */
import type {WireValue} from '#engine/base/wire-value.ts';
import {type Expected, readArgument, readExpected} from './expected.ts';
import {head, type List, type Node, readNodes, ScriptError} from './sexpr.ts';

/** A module as the script holds it; `text` and `quote` are source text, `binary` the module; one character a byte. */
export interface Source {
  readonly form: 'text' | 'binary' | 'quote';
  readonly bytes: string;
}

export type Action =
  | {
      readonly kind: 'invoke';
      readonly module: string | null;
      readonly name: string;
      readonly args: readonly WireValue[];
    }
  | {readonly kind: 'get'; readonly module: string | null; readonly name: string};

export type Directive =
  | {readonly kind: 'module' | 'definition'; readonly id: string | null; readonly source: Source}
  | {readonly kind: 'instance'; readonly id: string | null; readonly definition: string | null}
  | {readonly kind: 'register'; readonly name: string; readonly module: string | null}
  | {readonly kind: 'action'; readonly action: Action}
  | {readonly kind: 'assert_return'; readonly action: Action; readonly expected: readonly Expected[]}
  | {readonly kind: 'assert_trap' | 'assert_exhaustion'; readonly action: Action; readonly message: string}
  | {readonly kind: 'assert_exception'; readonly action: Action}
  | {
      readonly kind:
        | 'assert_module_trap'
        | 'assert_unlinkable'
        | 'assert_invalid'
        | 'assert_malformed'
        | 'assert_invalid_custom'
        | 'assert_malformed_custom';
      readonly source: Source;
      readonly message: string;
    }
  /** Commands that run in a thread of their own, which sees the shared modules (threads proposal). */
  | {
      readonly kind: 'thread';
      readonly id: string;
      readonly shared: readonly string[];
      readonly commands: readonly Command[];
    }
  | {readonly kind: 'wait'; readonly thread: string}
  /** `script`, `input`, `output`: commands of the reference interpreter that name files. */
  | {readonly kind: 'meta'; readonly name: string};

export type Command = Directive & {readonly line: number};
export type CommandKind = Directive['kind'];

/** The commands of a file, read as Latin-1. Throws ScriptError. */
export function readScript(text: string): Command[] {
  const nodes = readNodes(text);
  const isScript = nodes.length === 0 || nodes.some((node) => isCommand(head(node)));
  if (!isScript) return [{kind: 'module', id: null, source: {form: 'text', bytes: text}, line: 1}];
  return readCommands(text, nodes);
}

function readCommands(text: string, nodes: readonly Node[]): Command[] {
  const lines = new Lines(text);
  return nodes.map((node) => ({...readCommand(text, node), line: lines.at(node.start)}));
}

/** Lines of growing offsets. */
class Lines {
  readonly #text: string;
  #offset = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): number {
    let next = this.#text.indexOf('\n', this.#offset);
    for (; next >= 0 && next < offset; next = this.#text.indexOf('\n', next + 1)) this.#line++;
    this.#offset = offset;
    return this.#line;
  }
}

const HEADS = new Set([
  'module',
  'register',
  'invoke',
  'get',
  'assert_return',
  'assert_trap',
  'assert_exhaustion',
  'assert_exception',
  'assert_unlinkable',
  'assert_invalid',
  'assert_malformed',
  'assert_invalid_custom',
  'assert_malformed_custom',
  'thread',
  'wait',
  'script',
  'input',
  'output',
]);
const isCommand = (name: string | undefined): boolean => name !== undefined && HEADS.has(name);

function readCommand(text: string, node: Node): Directive {
  const name = head(node);
  if (node.kind !== 'list' || name === undefined) throw new ScriptError('command expected', node.start);
  const [, first, second] = node.items;
  switch (name) {
    case 'module':
      return readModule(text, node);
    case 'register':
      return {kind: 'register', name: utf8(string(first, node)), module: id(second)};
    case 'invoke':
    case 'get':
      return {kind: 'action', action: readAction(node)};
    case 'assert_return':
      return {kind: 'assert_return', action: readAction(first), expected: node.items.slice(2).map(readExpected)};
    case 'assert_exception':
      return {kind: 'assert_exception', action: readAction(first)};
    case 'assert_exhaustion':
      return {kind: name, action: readAction(first), message: string(second, node)};
    case 'assert_trap':
      if (head(first) === 'module')
        return {kind: 'assert_module_trap', source: readSource(text, first), message: string(second, node)};
      return {kind: name, action: readAction(first), message: string(second, node)};
    case 'assert_unlinkable':
    case 'assert_invalid':
    case 'assert_malformed':
    case 'assert_invalid_custom':
    case 'assert_malformed_custom':
      return {kind: name, source: readSource(text, first), message: string(second, node)};
    case 'thread':
      return readThread(text, node);
    case 'wait':
      return {kind: 'wait', thread: id(first) ?? ''};
    case 'script':
    case 'input':
    case 'output':
      return {kind: 'meta', name};
    default:
      throw new ScriptError(`unknown command ${name}`, node.start);
  }
}

const id = (node: Node | undefined): string | null =>
  node?.kind === 'atom' && node.text.startsWith('$') ? node.text : null;
const atom = (node: Node | undefined): string | null => (node?.kind === 'atom' ? node.text : null);

function string(node: Node | undefined, where: Node): string {
  if (node?.kind !== 'string') throw new ScriptError('string expected', where.start);
  return node.bytes;
}

/** `(module definition? $id? ...)` or `(module instance $id? $definition?)`. */
function readModule(text: string, node: List): Directive {
  const keyword = atom(node.items[1]);
  const name = id(node.items[keyword === 'definition' || keyword === 'instance' ? 2 : 1]);
  if (keyword === 'instance') return {kind: 'instance', id: name, definition: id(node.items[3])};
  return {kind: keyword === 'definition' ? 'definition' : 'module', id: name, source: readSource(text, node)};
}

function readSource(text: string, node: Node | undefined): Source {
  if (node?.kind !== 'list' || head(node) !== 'module') throw new ScriptError('module expected', node?.start ?? 0);
  let next = 1;
  const definition = atom(node.items[next]) === 'definition' ? node.items[next] : undefined;
  if (definition !== undefined) next++;
  if (id(node.items[next]) !== null) next++;
  const form = atom(node.items[next]);
  if (form === 'binary' || form === 'quote') {
    return {
      form,
      bytes: node.items
        .slice(next + 1)
        .map((item) => string(item, node))
        .join(''),
    };
  }
  const bytes = text.slice(node.start, node.end);
  if (definition === undefined) return {form: 'text', bytes};
  return {form: 'text', bytes: `(module ${text.slice(definition.end, node.end)}`};
}

function readAction(node: Node | undefined): Action {
  const kind = head(node);
  if (node?.kind !== 'list' || (kind !== 'invoke' && kind !== 'get'))
    throw new ScriptError('action expected', node?.start ?? 0);
  const module = id(node.items[1]);
  const rest = node.items.slice(module === null ? 1 : 2);
  const name = string(rest[0], node);
  return kind === 'get'
    ? {kind, module, name: utf8(name)}
    : {kind, module, name: utf8(name), args: rest.slice(1).map(readArgument)};
}

const utf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

function readThread(text: string, node: List): Directive {
  const name = id(node.items[1]);
  if (name === null) throw new ScriptError('thread name expected', node.start);
  const shared = node.items.filter((item) => head(item) === 'shared');
  const commands = node.items.slice(2).filter((item) => !shared.includes(item));
  const ids = shared.flatMap((list) =>
    list.kind === 'list' ? list.items.slice(1).map((item) => (item.kind === 'list' ? id(item.items[1]) : null)) : [],
  );
  return {
    kind: 'thread',
    id: name,
    shared: ids.filter((entry) => entry !== null),
    commands: readCommands(text, commands),
  };
}
