import {strict as assert} from 'node:assert';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {instanceLayout} from '#engine/runtime/layout.ts';
import {elfObject} from './elf.ts';
import type {Image} from './image.ts';
import {emptyUnwindTable} from './unwind.ts';

/** Two functions of nops and a return, a thunk behind each kind, wasm offsets that go forth and back. */
function imageOf(target: Image['target']): Image {
  const unit = target === 'x64' ? 1 : 4;
  const nop = target === 'x64' ? [0x90] : [0x1f, 0x20, 0x03, 0xd5];
  const ret = target === 'x64' ? [0xc3] : [0xc0, 0x03, 0x5f, 0xd6];
  const code = [...nop, ...nop, ...ret, ...nop, ...ret, ...ret, ...ret];
  return {
    target,
    code: Uint8Array.from(code),
    functions: Int32Array.of(0, -1, 3 * unit),
    functionData: Int32Array.of(3 * unit, -1, 4 * unit),
    functionEnds: Int32Array.of(3 * unit, -1, 5 * unit),
    signatures: [{params: [], results: []}],
    typeSignatures: Int32Array.of(0),
    entryThunks: Int32Array.of(5 * unit),
    hostThunks: Int32Array.of(6 * unit),
    traps: {offsets: Int32Array.of(), codes: Uint8Array.of(), wasm: Int32Array.of()},
    map: {
      offsets: Int32Array.of(0, unit, 2 * unit, 3 * unit),
      wasm: Int32Array.of(40, 41, 1000, 39),
      rules: Uint16Array.of(0, 0, 0, 0),
    },
    rules: ['none'],
    unwind: emptyUnwindTable,
    layout: instanceLayout({
      memories: 0,
      tables: 0,
      importedGlobals: 0,
      globals: 0,
      importedFunctions: 0,
      functions: 3,
      types: 1,
      tags: 0,
    }),
  };
}

const tools = {x64: 'objdump', arm64: 'aarch64-linux-gnu-objdump'} as const;

function objdump(target: Image['target'], ...flags: string[]): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-elf-'));
  const path = join(folder, 'image.o');
  try {
    writeFileSync(path, elfObject(imageOf(target), {file: 'm.wasm', functions: ['first', 'absent', 'third']}));
    const {status, stdout, stderr, error} = spawnSync(tools[target], [...flags, path], {encoding: 'utf8'});
    if (error !== undefined) return null;
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    return stdout;
  } finally {
    rmSync(folder, {recursive: true});
  }
}

for (const target of ['x64', 'arm64'] as const) {
  const unit = target === 'x64' ? 1 : 4;
  test(`${tools[target]} reads symbols, code and wasm offsets of an object`, (t) => {
    const symbols = objdump(target, '-t');
    if (symbols === null) return t.skip(`${tools[target]} is not installed`);
    assert.match(symbols, /g\s+F \.text\t0*[34c] first|g\s+F \.text\t0+\w+ first/);
    assert.match(
      symbols,
      new RegExp(`^0*${(3 * unit).toString(16)} g     F \\.text\\t0*${(2 * unit).toString(16)} third`, 'm'),
    );
    assert.match(symbols, /entry_thunk\.0/);
    assert.doesNotMatch(symbols, /absent/);
    const lines = objdump(target, '--dwarf=decodedline')!;
    const rows = [...lines.matchAll(/^m\.wasm\s+(\d+)\s+(0x[0-9a-f]+|0)/gm)].map(([, line, at]) => [
      Number(line),
      Number(at),
    ]);
    assert.deepEqual(rows, [
      [40, 0],
      [41, unit],
      [1000, 2 * unit],
      [39, 3 * unit],
    ]);
    assert.match(objdump(target, '-dl')!, /third.*m\.wasm:39.*ret/s);
  });
}

test('objdump shows what stands behind the instructions of an AArch64 function as data', (t) => {
  const text = objdump('arm64', '-d');
  if (text === null) return t.skip(`${tools.arm64} is not installed`);
  const third = /<third>:\n([^<]*)/.exec(text)![1]!.trim().split('\n');
  assert.match(third[0]!, /\snop$/);
  assert.match(third[1]!, /\.word\s+0xd65f03c0/);
});

test('the same image gives the same object', () => {
  const object = () => elfObject(imageOf('x64'), {file: 'm.wasm', functions: ['a', 'b', 'c']});
  assert.deepEqual(object(), object());
});
