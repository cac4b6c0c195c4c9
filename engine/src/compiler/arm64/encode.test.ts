import {strict as assert} from 'node:assert';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {Bug} from '#engine/base/assert.ts';
import {encode, fits} from './encode.ts';
import {logicalValue} from './immediates.ts';
import {
  Address,
  addressing,
  Cond,
  conditions,
  INST_COUNT,
  Inst,
  type InstName,
  instNames,
  type NumberField,
  type NumberName,
  numbers,
  OPERANDS,
  type Operand,
} from './insts.ts';
import {printInst} from './print.ts';

const SEED = 20261123;
const OBJDUMP = 'aarch64-linux-gnu-objdump';
const hasObjdump = spawnSync(OBJDUMP, ['--version']).status === 0;
const skip = hasObjdump ? false : `${OBJDUMP} (binutils-aarch64-linux-gnu) is not installed`;
assert.ok(hasObjdump || process.env['CI'] === undefined, `${skip}, and this is CI`);

const word = fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1});

/** Random values of an operand: one, or two words of a logical immediate. */
function valuesOf(operand: Operand): fc.Arbitrary<number[]> {
  const {number} = operand;
  if (number === null) {
    const first = operand.kind === 'vector' ? 32 : 0;
    return fc.integer({min: first, max: first + 31}).map((register) => [register]);
  }
  if (number.print === 'logical') return logicalOf(number.bits);
  if (number.print === 'add') return fc.integer({min: 0, max: 0x1fff}).map((n) => [n < 0x1000 ? n : (n & 0xfff) << 12]);
  const steps = (number.max - number.min) / number.scale;
  return fc
    .oneof(fc.integer({min: 0, max: steps}), fc.constantFrom(0, steps))
    .map((n) => [number.min + n * number.scale]);
}

function logicalOf(bits: number): fc.Arbitrary<number[]> {
  return fc
    .integer({min: 0, max: 2 ** bits - 1})
    .map((field) => logicalValue(field))
    .filter((value) => value !== undefined)
    .map((value) => [...value]);
}

/** Values that row `id` accepts. Next to the stack pointer objdump writes lsl for uxtw and uxtx: not tried. */
function operandsOf(id: number): fc.Arbitrary<number[]> {
  const values = fc.tuple(...(OPERANDS[id] ?? []).map(valuesOf)).map((each) => each.flat());
  return /uxt[wx]$/.test(instNames[id] as string) ? values.filter((each) => !each.includes(31)) : values;
}

/** objdump's text of each word in one of its spellings. */
function disassemble(words: readonly number[], options: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-encode-'));
  const file = join(folder, 'code.bin');
  try {
    writeFileSync(file, Buffer.from(Int32Array.from(words).buffer));
    const text = execFileSync(
      OBJDUMP,
      ['-D', '-z', '-b', 'binary', '-m', 'aarch64', '--no-show-raw-insn', ...options, file],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    const lines: string[] = [];
    for (const line of text.split('\n')) {
      const match = /^\s*([0-9a-f]+):\s+(.*?)\s*(\/\/.*)?$/.exec(line);
      if (match !== null) lines[Number.parseInt(match[1] as string, 16) / 4] = (match[2] as string).replace(/\s+/, ' ');
    }
    return lines;
  } finally {
    rmSync(folder, {recursive: true});
  }
}

interface Case {
  readonly name: string;
  readonly word: number;
  readonly expected: string;
}

/** Instructions of every row with random operands; targets are those of objdump, which starts at 0. */
function cases(perRow: number): Case[] {
  const all: Case[] = [];
  for (let id = 1; id < INST_COUNT; id++) {
    for (const values of fc.sample(operandsOf(id), {seed: SEED + id, numRuns: perRow})) {
      const expected = printInst(id, values).replace(/\.([+-])0x([0-9a-f]+)$/, (_, sign: string, distance: string) => {
        const target = BigInt(all.length * 4) + BigInt(`0x${distance}`) * (sign === '-' ? -1n : 1n);
        return `0x${BigInt.asUintN(64, target).toString(16)}`;
      });
      all.push({name: instNames[id] as string, word: encode(id, values), expected});
    }
  }
  return all;
}

/** Rows whose text is none of objdump's spellings. */
function disagreements(tried: readonly Case[]): string[] {
  const words = tried.map((c) => c.word);
  const spellings = [disassemble(words, ['-M', 'no-aliases']), disassemble(words, [])];
  return tried
    .filter(({expected}, n) => !spellings.some((lines) => lines[n] === expected))
    .map(({name, expected}) => ({
      name,
      expected,
      n: tried.findIndex((c) => c.name === name && c.expected === expected),
    }))
    .map(
      ({name, expected, n}) =>
        `row '${name}': ours '${expected}', objdump '${spellings.map((s) => s[n]).join("' or '")}'`,
    );
}

test('every row decodes to what our printer says, on random operands', {skip}, () => {
  assert.deepEqual(disagreements(cases(24)), [], `seed ${SEED}`);
});

test('a row with one wrong bit, or one wrong word of text, is noticed', {skip}, () => {
  const [sample] = cases(1).filter(({name}) => name === 'add.x r');
  assert.ok(sample !== undefined);
  assert.deepEqual(disagreements([sample]), []);
  assert.equal(disagreements([{...sample, word: sample.word ^ (1 << 30)}]).length, 1);
  assert.equal(disagreements([{...sample, expected: sample.expected.replace('add', 'adds')}]).length, 1);
});

test('no two rows are the same instruction', () => {
  const seen = new Map<string, string>();
  for (const {name, word: bits, expected} of cases(1)) {
    const key = `${bits} ${expected}`;
    assert.equal(seen.get(key), undefined, `${name} and ${seen.get(key)}`);
    seen.set(key, name);
  }
});

test('numbers outside their field, and registers of the wrong file, are Bugs that name the instruction', () => {
  const number = (field: NumberField) => word.filter((n) => n < field.min || n > field.max || n % field.scale !== 0);
  for (let id = 1; id < INST_COUNT; id++) {
    const [values] = fc.sample(operandsOf(id), {seed: SEED, numRuns: 1}) as [number[]];
    OPERANDS[id]?.forEach((operand, n) => {
      if (operand.number?.print === 'logical' || operand.number?.print === 'add') return;
      const wrong = operand.number === null ? fc.constant((values[n] as number) ^ 32) : number(operand.number);
      for (const value of fc.sample(wrong, {seed: SEED, numRuns: 3})) {
        const claimed = values.with(n, value);
        assert.throws(
          () => encode(id, claimed),
          (error) => error instanceof Bug && error.message.includes(instNames[id] as string),
        );
      }
    });
  }
  assert.throws(() => encode(Inst['add.x i'], [0, 0, 0x1001]), Bug);
  assert.throws(() => encode(Inst['and.x i'], [0, 0, 5, 0]), Bug);
});

test('a number fits its field exactly when the row can be encoded with it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ldr.x', 'ldr.x i', 'add.x i', 'tbz.x'),
      fc.integer({min: -600, max: 40_000}),
      (name, n) => {
        const id = Inst[name as InstName];
        const at = OPERANDS[id]?.findIndex(({number}) => number !== null) as number;
        const field = OPERANDS[id]?.[at]?.number;
        const named = Object.keys(numbers).find((key) => numbers[key as NumberName] === field) as NumberName;
        const encodes = (): number => encode(id, [0, 0, 0].toSpliced(at, 0, n));
        if (fits(named, n)) encodes();
        else assert.throws(encodes, Bug);
      },
    ),
    {seed: SEED, numRuns: 2_000},
  );
});

test('shapes of addressing and conditions stand in the order of their numbers', () => {
  for (const [shape, n] of Object.entries(Address)) {
    const suffix = ({scaled: '', unscaled: ' i'} as Record<string, string>)[shape] ?? ` ${shape}`;
    assert.equal(addressing[n], suffix);
    assert.equal(instNames[Inst['ldrb'] + n], `ldrb${suffix}`);
  }
  assert.deepEqual([Cond.eq, Cond.ne, Cond.lt, conditions[Cond.ge ^ 1]], [0, 1, 11, 'lt']);
});
