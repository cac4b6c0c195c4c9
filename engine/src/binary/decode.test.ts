import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {ByteWriter} from '../base/bytes.ts';
import {Malformed} from '../base/errors.ts';
import {supported, wasm3, withFeatures} from '../wasm/features.ts';
import {type Encoding, emptyModule, type Module} from '../wasm/module.ts';
import {Heap, I32, refType} from '../wasm/types.ts';
import {decode} from './decode.ts';
import {encode} from './encode.ts';
import {expressionOf, instruction} from './instructions.ts';
import {messages} from './messages.ts';
import {anyEncoding, anyModule} from './random-module.ts';
import {SectionId, sectionOrder} from './sections.ts';

const SEED = 20_26;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const everyFeature = withFeatures(supported, ['legacy-exceptions']);
const tryDecode = (bytes: Uint8Array): Module | null => {
  try {
    return decode(bytes, everyFeature);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    assert.ok(error.offset !== null && error.offset >= 0 && error.offset <= bytes.length, `offset ${error.offset}`);
    return null;
  }
};

/** A module as data: without offsets, encoding and the forms that the encoder may choose. */
function meaningOf(module: Module): unknown {
  return JSON.parse(
    JSON.stringify({...module, encoding: undefined}, (key, value) => {
      if (key === 'offset' && typeof value === 'number') return undefined;
      if (key === 'form') return undefined;
      if (value instanceof Uint8Array) return [...value];
      return typeof value === 'bigint' ? `${value}n` : value;
    }),
  );
}

test('a module made in memory is decoded to itself, whatever encoding it claims to have had', () => {
  fc.assert(
    fc.property(anyModule, fc.option(anyEncoding, {nil: undefined}), (module, encoding) => {
      const bytes = encode(encoding === undefined ? module : {...module, encoding: encoding as Encoding});
      assert.deepEqual(meaningOf(decode(bytes, everyFeature)), meaningOf(module));
    }),
    {seed: SEED, numRuns: 300},
  );
});

test('decoding and encoding gives the same bytes, over-long integers and longer forms included', () => {
  let padded = 0;
  let chosen = 0;
  fc.assert(
    fc.property(anyModule, anyEncoding, (module, encoding) => {
      const bytes = encode({
        ...module,
        encoding: {...encoding, sections: decode(encode(module), everyFeature).encoding!.sections},
      });
      const decoded = decode(bytes, everyFeature);
      padded += decoded.encoding!.padding.length;
      chosen += decoded.encoding!.choices.length;
      assert.deepEqual([...encode(decoded)], [...bytes]);
    }),
    {seed: SEED, numRuns: 300},
  );
  assert.ok(padded > 1000 && chosen > 50, `${padded} paddings and ${chosen} choices seen`);
});

test('the law of same bytes notices a lost padding and a lost choice', () => {
  const type = {
    final: true,
    supertypes: [],
    composite: {kind: 'func', params: [refType(Heap.func, true)], results: []},
  } as const;
  const module: Module = {...emptyModule, types: [type], recGroups: [{start: 0, length: 1}]};
  const encoding = {sections: [SectionId.type], padding: [0, 2], choices: [2]};
  const bytes = encode({...module, encoding});
  const decoded = decode(bytes);
  assert.deepEqual(decoded.encoding, encoding);
  for (const lost of [{padding: []}, {choices: []}, {choices: [0]}, {choices: [1]}]) {
    assert.notDeepEqual([...encode({...decoded, encoding: {...encoding, ...lost}})], [...bytes]);
  }
});

test('a module cut short anywhere is malformed or still a module that encodes to its bytes', () => {
  fc.assert(
    fc.property(anyModule, (module) => {
      const bytes = encode(module);
      for (let length = 0; length < bytes.length; length++) {
        const cut = bytes.subarray(0, length);
        const decoded = tryDecode(cut);
        if (decoded !== null) assert.deepEqual([...encode(decoded)], [...cut]);
      }
    }),
    {seed: SEED, numRuns: 30},
  );
});

test('whatever mutated bytes decode accepts, encode gives back', () => {
  let accepted = 0;
  const mutation = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x40, 0x7f, 0x80, 0xff))), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(anyModule, mutation, (module, changes) => {
      const bytes = encode(module);
      for (const [at, byte] of changes) bytes[8 + (at % Math.max(1, bytes.length - 8))] = byte;
      const decoded = tryDecode(bytes);
      if (decoded === null) return;
      accepted++;
      assert.deepEqual([...encode(decoded)], [...bytes]);
    }),
    {seed: SEED, numRuns: 3000},
  );
  assert.ok(accepted > 300, `${accepted} mutants are modules`);
});

test('a count of four billion of anything is refused without allocating for it', () => {
  for (const id of sectionOrder) {
    const writer = new ByteWriter();
    writer.append(HEADER);
    writer.u8(id);
    writer.u8(9);
    writer.append([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x00, 0x00, 0x00]);
    assert.throws(() => decode(writer.toBytes(), everyFeature), Malformed);
  }
});

test('u64 limits and four billion locals are numbers, not memory', () => {
  const body = {locals: [{count: 0xffff_ffff, type: I32}], code: expressionOf([]), offset: 0};
  const limits = {min: 2n ** 64n - 1n, max: 2n ** 64n - 1n};
  const module: Module = {
    ...emptyModule,
    functions: [0],
    bodies: [body],
    memories: [{limits, address: 'i64', shared: false, pageSizeLog2: 0}],
  };
  const decoded = decode(encode(module), everyFeature);
  assert.deepEqual(decoded.memories[0]!.limits, limits);
  assert.equal(decoded.bodies[0]!.locals[0]!.count, 0xffff_ffff);
});

/** Sections by id and content, after the header. */
const bytesOf = (...sections: (readonly [number, readonly number[]])[]): Uint8Array =>
  Uint8Array.from([...HEADER, ...sections.flatMap(([id, content]) => [id, content.length, ...content])]);

test('each rule about sections has its message and its offset', () => {
  const cases: [string, number, Uint8Array][] = [
    [messages.magic, 0, Uint8Array.of(0, 0x61, 0x73, 0x6e, 1, 0, 0, 0)],
    [messages.version, 4, Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0)],
    [messages.unexpectedEnd, 3, Uint8Array.of(0, 0x61, 0x73)],
    [messages.sectionId, 8, bytesOf([14, []])],
    [messages.trailingContent, 11, bytesOf([SectionId.type, [0]], [SectionId.type, [0]])],
    [messages.trailingContent, 11, bytesOf([SectionId.import, [0]], [SectionId.type, [0]])],
    [messages.length, 9, Uint8Array.from([...HEADER, 1, 5, 0])],
    [messages.sectionSize, 10, bytesOf([SectionId.type, [0, 0]])],
    [messages.functionCount, 12, bytesOf([SectionId.function, [1, 0]])],
    [messages.dataCount, 11, bytesOf([SectionId.dataCount, [1]])],
    [messages.definitionType, 11, bytesOf([SectionId.type, [1, 0x40]])],
    [messages.importKind, 13, bytesOf([SectionId.import, [1, 0, 0, 5]])],
    [messages.elementForm, 11, bytesOf([SectionId.element, [1, 8]])],
    [messages.dataForm, 11, bytesOf([SectionId.data, [1, 3]])],
    [messages.utf8, 10, bytesOf([SectionId.custom, [1, 0xff]])],
  ];
  for (const [message, offset, bytes] of cases)
    assert.throws(() => decode(bytes), {name: 'Malformed', message, offset});
});

test('a body that names data needs a data count section, an initial value does not', () => {
  const body = {locals: [], code: expressionOf([instruction('data.drop', 0)]), offset: 0};
  const global = {type: {type: I32, mutable: false}, init: body.code};
  assert.throws(() => decode(encode({...emptyModule, functions: [0], bodies: [body]})), {
    message: messages.dataCountRequired,
  });
  assert.doesNotThrow(() => decode(encode({...emptyModule, functions: [0], bodies: [body], dataCount: 0})));
  assert.doesNotThrow(() => decode(encode({...emptyModule, globals: [global]})));
});

test('what a feature brings is malformed without it', () => {
  const shared: Module = {
    ...emptyModule,
    memories: [{limits: {min: 1n, max: 1n}, address: 'i32', shared: true, pageSizeLog2: 16}],
  };
  assert.throws(() => decode(encode(shared), wasm3), {message: messages.limitsFlags});
  assert.doesNotThrow(() => decode(encode(shared), supported));
  const tag: Module = {...emptyModule, tags: [{type: 0}]};
  assert.throws(() => decode(encode(tag), withFeatures(wasm3, [], ['exceptions'])), {message: messages.sectionId});
  const struct: Module = {
    ...emptyModule,
    types: [{final: true, supertypes: [], composite: {kind: 'struct', fields: []}}],
    recGroups: [{start: 0, length: 1}],
  };
  assert.throws(() => decode(encode(struct), withFeatures(wasm3, [], ['gc'])), {message: messages.definitionType});
  const ref: Module = {
    ...emptyModule,
    globals: [{type: {type: refType(Heap.any, true), mutable: false}, init: expressionOf([])}],
  };
  assert.throws(() => decode(encode(ref), withFeatures(wasm3, [], ['gc'])), {message: messages.valueType});
});

test('a changed module does not need its old encoding dropped', () => {
  const decoded = decode(bytesOf([SectionId.type, [1, 0x60, 0, 0]], [SectionId.custom, [1, 0x61]]));
  const changed = decode(
    encode({...decoded, memories: [{limits: {min: 1n, max: null}, address: 'i32', shared: false, pageSizeLog2: 16}]}),
  );
  assert.equal(changed.memories.length, 1);
  assert.equal(changed.customs.length, 1);
});
