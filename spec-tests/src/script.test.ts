import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {readScript} from './script.ts';
import {readNodes} from './sexpr.ts';

test('comments, annotations and strings are read as the grammar says', () => {
  const nodes = readNodes('(a ;; one )\n(; two (; three ;) ;) "b\\"c\\41\\u{20ac}" (@note anything) d)');
  assert.equal(nodes.length, 1);
  const [list] = nodes;
  assert.ok(list?.kind === 'list');
  assert.deepEqual(
    list.items.map((item) => (item.kind === 'atom' ? item.text : item.kind === 'string' ? item.bytes : 'list')),
    ['a', 'b"cA\xe2\x82\xac', 'd'],
  );
});

test('what is not balanced is an error with its place', () => {
  for (const text of ['(a', '"a', '(; a', 'a)']) assert.throws(() => readNodes(text), {name: 'ScriptError'});
});

test('a line comment may end at a bare carriage return', () => {
  assert.equal(readNodes('a ;; b\rc').length, 2);
});

test('commands know their lines, module text is kept as it was', () => {
  const [module, invoke] = readScript(
    '\n(module $m\n  (func (export "f")) (; kept ;))\n\n(assert_return (invoke $m "f"))',
  );
  assert.deepEqual(module, {
    kind: 'module',
    id: '$m',
    source: {form: 'text', bytes: '(module $m\n  (func (export "f")) (; kept ;))'},
    line: 2,
  });
  assert.deepEqual(invoke, {
    kind: 'assert_return',
    action: {kind: 'invoke', module: '$m', name: 'f', args: []},
    expected: [],
    line: 5,
  });
});

test('definitions, instances, registrations, binary and quoted modules', () => {
  const [definition, instance, register, binary, quote] = readScript(
    '(module definition $d (memory 1)) (module instance $i $d) (register "r" $i) (module binary "\\00asm" "\\01\\00\\00\\00") (module quote "(func" ")")',
  );
  assert.deepEqual(definition, {
    kind: 'definition',
    id: '$d',
    source: {form: 'text', bytes: '(module  $d (memory 1))'},
    line: 1,
  });
  assert.deepEqual(instance, {kind: 'instance', id: '$i', definition: '$d', line: 1});
  assert.deepEqual(register, {kind: 'register', name: 'r', module: '$i', line: 1});
  assert.deepEqual(binary, {kind: 'module', id: null, source: {form: 'binary', bytes: '\0asm\x01\0\0\0'}, line: 1});
  assert.deepEqual(quote, {kind: 'module', id: null, source: {form: 'quote', bytes: '(func)'}, line: 1});
});

test('a file of bare fields is one module', () => {
  assert.deepEqual(readScript('(func) (memory 1)'), [
    {kind: 'module', id: null, source: {form: 'text', bytes: '(func) (memory 1)'}, line: 1},
  ]);
});

test('threads hold commands of their own', () => {
  const [thread, wait] = readScript('(thread $T (shared (module $M)) (register "m" $M) (invoke "f")) (wait $T)');
  assert.ok(thread?.kind === 'thread');
  assert.deepEqual(thread.shared, ['$M']);
  assert.deepEqual(
    thread.commands.map(({kind}) => kind),
    ['register', 'action'],
  );
  assert.deepEqual(wait, {kind: 'wait', thread: '$T', line: 1});
});

test('an unknown command is an error', () => {
  assert.throws(() => readScript('(module) (assert_nothing)'), /unknown command assert_nothing/);
});
