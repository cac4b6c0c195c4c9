import {strict as assert} from 'node:assert';
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {CodeBuffer} from '../backend/code-buffer.ts';
import {encode, Mode, type Operands, operands} from './encode.ts';
import {FIELDS, Field, INST_COUNT, instNames, OPERANDS} from './insts.ts';
import {printInst} from './print.ts';

const SEED = 20261123;
const hasObjdump = spawnSync('objdump', ['--version']).status === 0;

const gpr = fc.integer({min: 0, max: 15});
const vector = fc.integer({min: 16, max: 31});
const disp = fc.oneof(fc.constantFrom(0, 1, -1, 127, -128, 128), fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}));

/** Random operands that row `id` accepts. */
function operandsOf(id: number): fc.Arbitrary<Operands> {
  const row = OPERANDS[id] ?? [];
  const fields = FIELDS[id] ?? new Uint8Array();
  const at = (field: number) => row[fields.indexOf(field)];
  const rm = at(Field.rm);
  const file = (kind: string | undefined) => (kind === 'xmm' || kind === 'xm' ? vector : gpr);
  const modes = rm === undefined ? [0] : rm.kind === 'mem' ? [1, 2, 3, 4] : rm.kind === 'xmm' ? [0] : [0, 1, 2, 3, 4];
  return fc
    .record({
      mode: fc.constantFrom(...modes),
      reg: file(at(Field.reg)?.kind),
      vvvv: file(at(Field.vvvv)?.kind),
      direct: file(rm?.kind),
      base: gpr,
      index: gpr.filter((r) => r !== 4),
      scale: fc.integer({min: 0, max: 3}),
      disp,
      imm: fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}),
      immHigh: fc.integer({min: -(2 ** 31), max: 2 ** 31 - 1}),
    })
    .map((r) => ({...operands(), ...r, base: r.mode === Mode.reg ? r.direct : r.base}));
}

/** objdump's text of each instruction, by start offset. */
function disassemble(bytes: Uint8Array): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-encode-'));
  const file = join(folder, 'code.bin');
  try {
    writeFileSync(file, bytes);
    const text = execFileSync(
      'objdump',
      ['-D', '-b', 'binary', '-m', 'i386:x86-64', '-M', 'intel', '-w', '--no-show-raw-insn', file],
      {encoding: 'utf8', maxBuffer: 1 << 28},
    );
    const lines = new Map<number, string>();
    for (const line of text.split('\n')) {
      const match = /^\s*([0-9a-f]+):\s+(.*?)\s*(#.*)?$/.exec(line);
      if (match !== null) lines.set(Number.parseInt(match[1] as string, 16), normal(match[2] as string));
    }
    return lines;
  } finally {
    rmSync(folder, {recursive: true});
  }
}

/** objdump writes pseudo-mnemonics for the compare predicates, and pads mnemonics. */
function normal(text: string): string {
  return text.replace(/\s+/, ' ').replace(/\s+$/, '');
}

test('every row decodes to what our printer says, on random operands', {
  skip: hasObjdump ? false : 'objdump (binutils) is not installed',
}, () => {
  const buffer = new CodeBuffer();
  const cases: {at: number; expected: string; name: string}[] = [];
  for (let id = 1; id < INST_COUNT; id++) {
    for (const o of fc.sample(operandsOf(id), {seed: SEED + id, numRuns: 40})) {
      if (/^v?cmp[ps][sd] /.test(instNames[id] as string)) o.imm |= 0x20;
      const at = buffer.length;
      encode(buffer, id, o);
      const branch = OPERANDS[id]?.[0]?.kind === 'rel';
      const target = BigInt.asUintN(64, BigInt(buffer.length) + BigInt(o.disp)).toString(16);
      const expected = branch ? `${printInst(id, o).split(' ')[0]} 0x${target}` : printInst(id, o);
      cases.push({at, expected, name: instNames[id] ?? ''});
    }
  }
  const lines = disassemble(buffer.bytes.subarray(0, buffer.length));
  const wrong = cases
    .filter(({at, expected}) => lines.get(at) !== expected)
    .map(({at, expected, name}) => `row '${name}': objdump '${lines.get(at)}', ours '${expected}'`);
  assert.deepEqual(wrong, [], `seed ${SEED}`);
});

test('the shortest displacement is chosen', () => {
  const length = (d: number, base: number): number => {
    const buffer = new CodeBuffer();
    encode(buffer, instNames.indexOf('mov.q rm'), {...operands(), mode: Mode.base, base, disp: d});
    return buffer.length;
  };
  assert.deepEqual([length(0, 0), length(0, 5), length(127, 0), length(128, 0), length(0, 4)], [3, 4, 4, 7, 4]);
});
