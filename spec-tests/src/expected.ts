/**
 * Expected results of assertions, and whether an observed value meets one: exact bits, NaN classes (spec section 4.3.3),
 * lanes of vectors, kinds and ids of references, alternatives.
 */
import {formatValue, type WireKind, type WireValue, widths} from '#engine/base/wire-value.ts';
import {head, type List, type Node, ScriptError} from './sexpr.ts';
import {type FloatKind, floatBits, integerBits, quietBit} from './values.ts';

export type Nan = 'canonical' | 'arithmetic';
/** What a lane or a number must be. */
export type NumberPattern = {readonly bits: bigint} | {readonly nan: Nan; readonly float: FloatKind};

export type Expected =
  | {readonly kind: 'number'; readonly type: keyof typeof widths; readonly pattern: NumberPattern}
  /** Lane 0 in the low bits; `width` bits each. */
  | {readonly kind: 'lanes'; readonly width: number; readonly lanes: readonly NumberPattern[]}
  /** `accepts`: the kinds that will do; `id`: and the host reference that it must be. */
  | {
      readonly kind: 'reference';
      readonly text: string;
      readonly accepts: readonly WireKind[];
      readonly id: number | null;
    }
  | {readonly kind: 'either'; readonly options: readonly Expected[]};

const SHAPES: Readonly<Record<string, readonly [count: number, lane: 'i8' | 'i16' | 'i32' | 'i64' | FloatKind]>> = {
  i8x16: [16, 'i8'],
  i16x8: [8, 'i16'],
  i32x4: [4, 'i32'],
  i64x2: [2, 'i64'],
  f32x4: [4, 'f32'],
  f64x2: [2, 'f64'],
};
const LANE_WIDTH = {i8: 8, i16: 16, i32: 32, i64: 64, f32: 32, f64: 64} as const;

/** Kinds of references that a pattern accepts. */
const REFERENCES: Readonly<Record<string, readonly WireKind[]>> = {
  'ref.null': ['null'],
  'ref.func': ['func'],
  'ref.extern': ['extern', 'externref'],
  'ref.host': ['host'],
  'ref.any': ['i31', 'struct', 'array', 'host', 'any'],
  'ref.eq': ['i31', 'struct', 'array'],
  'ref.i31': ['i31'],
  'ref.struct': ['struct'],
  'ref.array': ['array'],
  'ref.exn': ['exn'],
};

function numberPattern(type: keyof typeof LANE_WIDTH, text: string): NumberPattern {
  if (type !== 'f32' && type !== 'f64') return {bits: integerBits(text, LANE_WIDTH[type])};
  if (text === 'nan:canonical') return {nan: 'canonical', float: type};
  if (text === 'nan:arithmetic') return {nan: 'arithmetic', float: type};
  return {bits: floatBits(text, type)};
}

function atomText(node: Node | undefined, where: Node): string {
  if (node?.kind !== 'atom') throw new ScriptError('literal expected', where.start);
  return node.text;
}

/** Reads one expected result. Throws ScriptError. */
export function readExpected(node: Node): Expected {
  const name = head(node);
  if (node.kind !== 'list' || name === undefined) throw new ScriptError('expected result expected', node.start);
  if (name === 'either') return {kind: 'either', options: node.items.slice(1).map(readExpected)};
  if (name === 'v128.const') return readLanes(node);
  if (name.endsWith('.const')) {
    const type = name.slice(0, -6);
    if (!(type in widths)) throw new ScriptError(`unknown constant ${name}`, node.start);
    return {
      kind: 'number',
      type: type as keyof typeof widths,
      pattern: numberPattern(type as 'i32', atomText(node.items[1], node)),
    };
  }
  const accepts = REFERENCES[name];
  if (accepts === undefined) throw new ScriptError(`unknown result ${name}`, node.start);
  const id = node.items[1]?.kind === 'atom' && /^\d/.test(node.items[1].text) ? Number(node.items[1].text) : null;
  return {kind: 'reference', text: name, accepts, id};
}

function readLanes(node: List): Expected {
  const shape = SHAPES[atomText(node.items[1], node)];
  if (shape === undefined) throw new ScriptError('unknown vector shape', node.start);
  const [count, lane] = shape;
  const lanes = node.items.slice(2).map((item) => numberPattern(lane, atomText(item, node)));
  if (lanes.length !== count) throw new ScriptError(`${count} lanes expected`, node.start);
  return {kind: 'lanes', width: LANE_WIDTH[lane], lanes};
}

/** Reads an argument: a constant with exact bits or a reference that the host can make. Throws ScriptError. */
export function readArgument(node: Node): WireValue {
  const expected = readExpected(node);
  switch (expected.kind) {
    case 'number':
      if ('bits' in expected.pattern) return {kind: expected.type, bits: expected.pattern.bits};
      break;
    case 'lanes':
      return {kind: 'v128', bits: joinLanes(expected.lanes, expected.width, node)};
    case 'reference': {
      const [kind] = expected.accepts;
      if (kind === 'null') return {kind};
      if ((kind === 'extern' || kind === 'host') && expected.id !== null) return {kind, id: expected.id};
      break;
    }
    case 'either':
      break;
    default:
      expected satisfies never;
  }
  throw new ScriptError('not an argument', node.start);
}

function joinLanes(lanes: readonly NumberPattern[], width: number, node: Node): bigint {
  let bits = 0n;
  lanes.forEach((lane, index) => {
    if (!('bits' in lane)) throw new ScriptError('not an argument', node.start);
    bits |= lane.bits << BigInt(index * width);
  });
  return bits;
}

function meetsNumber(bits: bigint, pattern: NumberPattern): boolean {
  if ('bits' in pattern) return bits === pattern.bits;
  const {nan, float} = pattern;
  const quiet = quietBit(float);
  const magnitude = BigInt.asUintN(widths[float] - 1, bits);
  const canonical = floatBits('nan', float);
  return nan === 'canonical' ? magnitude === canonical : magnitude >= canonical && (magnitude & quiet) !== 0n;
}

/** Whether a value is what an assertion expects. */
export function meets(value: WireValue, expected: Expected): boolean {
  switch (expected.kind) {
    case 'either':
      return expected.options.some((option) => meets(value, option));
    case 'number':
      return value.kind === expected.type && 'bits' in value && meetsNumber(value.bits, expected.pattern);
    case 'lanes': {
      const {width, lanes} = expected;
      return (
        value.kind === 'v128' &&
        lanes.every((lane, index) => meetsNumber(BigInt.asUintN(width, value.bits >> BigInt(index * width)), lane))
      );
    }
    case 'reference':
      return (
        expected.accepts.includes(value.kind) && (expected.id === null || ('id' in value && value.id === expected.id))
      );
    default:
      return expected satisfies never;
  }
}

/** Text of an expected result, as values are written. */
export function formatExpected(expected: Expected): string {
  const number = (pattern: NumberPattern): string =>
    'bits' in pattern ? `0x${pattern.bits.toString(16)}` : `nan:${pattern.nan}`;
  switch (expected.kind) {
    case 'number':
      return 'bits' in expected.pattern
        ? formatValue({kind: expected.type, bits: expected.pattern.bits})
        : `${expected.type}:${number(expected.pattern)}`;
    case 'lanes':
      return `v128(${expected.width}-bit lanes ${expected.lanes.map(number).join(' ')})`;
    case 'reference':
      return `${expected.text}${expected.id === null ? '' : `:${expected.id}`}`;
    case 'either':
      return expected.options.map(formatExpected).join(' | ');
    default:
      return expected satisfies never;
  }
}
