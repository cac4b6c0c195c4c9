import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {memoryDigest} from '#engine/base/digest.ts';
import {Trap} from '#engine/base/trap.ts';
import {traps} from '#engine/base/traps.ts';
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import {
  callbackNames,
  type ExportSignature,
  type HostAction,
  HostRun,
  type HostScript,
  type HostType,
  type HostWorld,
} from '#engine/runtime/host-script.ts';
import {Batch, type HostCallback, linkInstance} from './runner.ts';
import {CODE, func, IMPORT, MEMORY, skipReason, TAG, testCode, testRunner} from './test-code.ts';

const seed = 20261123;
const PAGE = 65536;
const MAX_PAGES = 4;
/** Host function k has this handle; number 0 is also imported by the instance, whose export `nested` calls it. */
const hostHandle = (k: number): number => IMPORT + k;

const type = fc.constantFrom<HostType[]>('i32', 'i64', 'f32', 'f64');
const value = (of: fc.Arbitrary<HostType>): fc.Arbitrary<WireValue> =>
  fc.record({kind: of, bits: fc.bigInt({min: 0n, max: (1n << 64n) - 1n})}).map(({kind, bits}) => numeric(kind, bits));
const edgeBits = fc.constantFrom(0x7ff0000000000001n, 0xfff8000000000000n, 0x7fa00001n, 0xffffffffn);
const memory = fc.integer({min: 0, max: 1});

const action: fc.Arbitrary<HostAction> = fc.oneof(
  fc.constant<HostAction>({kind: 'log'}),
  fc.record({
    kind: fc.constant('write' as const),
    memory,
    address: fc.integer({min: 0, max: 2 * PAGE}),
    width: fc.constantFrom<(1 | 2 | 4 | 8)[]>(1, 2, 4, 8),
    value: fc.bigInt({min: 0n, max: (1n << 64n) - 1n}),
  }),
  fc.record({kind: fc.constant('grow' as const), memory, pages: fc.integer({min: 0, max: 3})}),
  fc.record({
    kind: fc.constant('call' as const),
    name: fc.constantFrom('add', 'nested', 'missing', 'vector'),
    args: fc.array(value(fc.constant('i32')), {minLength: 2, maxLength: 2}),
    depth: fc.integer({min: 0, max: 3}),
  }),
  fc.record({kind: fc.constant('trap' as const), after: fc.integer({min: 0, max: 6})}),
);

const script: fc.Arbitrary<HostScript> = fc.record({
  seed: fc.integer({min: 0, max: 0xffffffff}),
  functions: fc.array(
    fc.record({
      name: fc.constant('f'),
      params: fc.oneof(fc.constant<HostType[]>(['i32', 'i32']), fc.tuple(type, type)),
      results: fc.array(type, {maxLength: 1}),
      actions: fc.array(action, {maxLength: 4}),
    }),
    {minLength: 1, maxLength: 3},
  ),
});

interface HostCall {
  readonly index: number;
  readonly args: readonly bigint[];
}
const bits = fc.oneof(edgeBits, fc.bigInt({min: 0n, max: (1n << 64n) - 1n}));
const calls = fc.array(fc.record({index: fc.nat({max: 100}), args: fc.tuple(bits, bits)}), {
  minLength: 1,
  maxLength: 12,
});

/** What both sides must agree on. */
interface Shown {
  readonly results: readonly (readonly bigint[] | 'trap')[];
  readonly trace: {readonly count: number; readonly hash: number; readonly entries: readonly unknown[]};
  readonly byteLength: number;
  readonly digest: number;
}

const narrow = (types: readonly HostType[], slots: readonly bigint[]): bigint[] =>
  types.map((name, i) => (name === 'i32' || name === 'f32' ? BigInt.asUintN(32, slots[i]!) : slots[i]!));

function exportsOf(hosts: HostScript): Record<string, ExportSignature> {
  const {params, results} = hosts.functions[0]!;
  return {
    add: {params: ['i32', 'i32'], results: ['i32']},
    nested: {params, results},
    vector: {params: ['i32', 'i32'], results: ['v128']},
  };
}

/** The script in TypeScript, over a world that behaves as the test's machine code. */
function inTypeScript(hosts: HostScript, sequence: readonly HostCall[]): Shown {
  let bytes = new Uint8Array(PAGE);
  const signatures = exportsOf(hosts);
  const world: HostWorld = {
    memory: (k) => (k === 0 ? bytes : undefined),
    grow: (_, pages) => {
      const old = bytes.length / PAGE;
      if (old + pages > MAX_PAGES) return -1;
      const grown = new Uint8Array((old + pages) * PAGE);
      grown.set(bytes);
      bytes = grown;
      return old;
    },
    signature: (name) => signatures[name],
    call: (name, args) => (name === 'add' ? [BigInt.asUintN(32, args[0]! + args[1]!)] : run.invoke(0, args)),
  };
  const run = new HostRun(hosts, world);
  const results = sequence.map(({index, args}) => {
    try {
      return run.invoke(index, narrow(hosts.functions[index]!.params, args));
    } catch (error) {
      if (error instanceof Trap && error.code === traps.host.code) return 'trap';
      throw error;
    }
  });
  const {count, hash, entries} = run;
  return {results, trace: {count, hash, entries}, byteLength: bytes.length, digest: memoryDigest(bytes)};
}

for (const target of ['x64', 'arm64'] as const)
  suite(`the host script, ${target}`, {skip: skipReason(target)}, () => {
    const {runner} = testRunner(target);
    const {entry, image, plan, thunk} = testCode(target);

    function inRunner(hosts: HostScript, sequence: readonly HostCall[]): Shown {
      const batch = new Batch();
      const names = callbackNames(hosts);
      batch.reset();
      batch.type(1, {kind: 'func', bytes: 0, supertypes: [], references: []});
      batch.code(CODE, image.bytes);
      batch.tag(TAG, []);
      batch.memory(MEMORY, {minPages: 1, maxPages: MAX_PAGES});
      hosts.functions.forEach((_, k) => {
        batch.hostFunction(hostHandle(k), 1, thunk, k, hosts, names);
      });
      linkInstance(batch, plan);
      const {params, results} = hosts.functions[0]!;
      const known: Record<string, HostCallback> = {
        add: {func: func.add, entry, params: ['i32', 'i32'], results: ['i32']},
        nested: {func: func.callImport, entry, params, results},
      };
      batch.hostWorld(hosts.seed);
      batch.hostExports(
        [MEMORY],
        names.map((name) => known[name] ?? null),
      );
      const ops = sequence.map(({index, args}) => {
        const {
          params: types,
          results: {length},
        } = hosts.functions[index]!;
        return batch.call({
          func: hostHandle(index),
          entry,
          timeoutMs: 1000,
          args: narrow(types, args),
          resultSlots: length,
        });
      });
      const [trace, digest] = [batch.hostTrace(), batch.memoryDigest(MEMORY, false)];
      const reply = runner.run(batch);
      const shown = ops.map((op) => {
        if (reply.status(op) === 'ok') return reply.slots(op);
        assert.equal(reply.trap(op).trapCode, traps.host.code);
        return 'trap' as const;
      });
      const {byteLength, digest: final} = reply.memoryDigest(digest);
      return {results: shown, trace: reply.hostTrace(trace), byteLength, digest: final};
    }

    const onScript = (hosts: HostScript, sequence: readonly HostCall[]): HostCall[] =>
      sequence.map(({index, args}) => ({index: index % hosts.functions.length, args}));

    test('means the same in C and in TypeScript', () => {
      fc.assert(
        fc.property(script, calls, (hosts, raw) => {
          const sequence = onScript(hosts, raw);
          assert.deepEqual(inRunner(hosts, sequence), inTypeScript(hosts, sequence));
        }),
        {seed, numRuns: 400},
      );
    });

    test('a script that differs in one number shows', () => {
      const args = [1n, 2n];
      const one = (after: number, scriptSeed: number): HostScript => ({
        seed: scriptSeed,
        functions: [
          {name: 'f', params: ['i32', 'i32'], results: ['i64'], actions: [{kind: 'log'}, {kind: 'trap', after}]},
        ],
      });
      const sequence = [0, 0, 0].map((index) => ({index, args}));
      const truth = inRunner(one(2, 1), sequence);
      assert.deepEqual(inTypeScript(one(2, 1), sequence), truth);
      assert.notDeepEqual(inTypeScript(one(1, 1), sequence), truth);
      assert.notDeepEqual(inTypeScript(one(2, 2), sequence), truth);
      assert.notDeepEqual(inTypeScript(one(2, 1), [{index: 0, args: [1n, 3n]}, ...sequence.slice(1)]), truth);
    });
  });
