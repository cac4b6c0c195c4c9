import assert from 'node:assert/strict';
import {test} from 'node:test';
import {traps} from '#engine/base/traps.ts';
import type {TrapFacts} from './reply.ts';
import {stopOf, type TrapLookup} from './stop.ts';

const facts: TrapFacts = {
  origin: 'code',
  signal: 11,
  trapCode: 0,
  code: 2,
  codeOffset: 8,
  fault: 'memory',
  memory: 0,
  address: 65536n,
};
const table =
  (code: number): TrapLookup =>
  (image, offset) =>
    image === 2 && offset === 8 ? {code, wasmOffset: 77} : undefined;
const memory = table(traps['memory-out-of-bounds'].code);

test('a fault in a memory guard at an offset of the trap table is that trap', () => {
  assert.deepEqual(stopOf(facts, memory), {kind: 'trap', trap: 'memory-out-of-bounds', offset: 77});
});

test('a fault at an offset that the table does not know is wild', () => {
  assert.equal(stopOf({...facts, codeOffset: 9}, memory).kind, 'wild');
  assert.equal(stopOf({...facts, code: 1}, memory).kind, 'wild');
});

test('a memory access that faults anywhere but in a guard is wild', () => {
  assert.equal(stopOf({...facts, fault: 'unknown'}, memory).kind, 'wild');
});

test('an explicit bounds check is no access', () => {
  assert.deepEqual(stopOf({...facts, signal: 4, fault: 'none'}, memory), {
    kind: 'trap',
    trap: 'memory-out-of-bounds',
    offset: 77,
  });
});

test('a stack overflow is exhaustion, by check and by guard', () => {
  const check = table(traps['stack-overflow'].code);
  assert.deepEqual(stopOf({...facts, signal: 4, fault: 'none'}, check), {kind: 'exhaustion', offset: 77});
  assert.deepEqual(stopOf({...facts, fault: 'stack', codeOffset: 9}, check), {kind: 'exhaustion', offset: null});
});

test('a builtin names its trap; one that was called wrongly is wild', () => {
  const builtin: TrapFacts = {
    ...facts,
    origin: 'builtin',
    signal: 0,
    fault: 'none',
    trapCode: traps['table-out-of-bounds'].code,
  };
  assert.deepEqual(stopOf(builtin, memory), {kind: 'trap', trap: 'table-out-of-bounds', offset: 77});
  assert.equal(stopOf({...builtin, trapCode: 0}, memory).kind, 'wild');
});

test('a pc outside of code is wild, a failed operation is its trap', () => {
  assert.equal(stopOf({...facts, origin: 'wild', code: null}, memory).kind, 'wild');
  const operation: TrapFacts = {
    ...facts,
    origin: 'operation',
    code: null,
    signal: 0,
    trapCode: traps['memory-out-of-bounds'].code,
  };
  assert.deepEqual(stopOf(operation, memory), {kind: 'trap', trap: 'memory-out-of-bounds', offset: null});
});
