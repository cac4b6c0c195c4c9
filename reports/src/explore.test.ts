import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {type ExploreLine, exploreHtml} from './explore.ts';

const line = (text: string, wasm: number | null = null, note: string | null = null): ExploreLine => ({
  text,
  wasm,
  note,
});

const page = exploreHtml({
  schema: 'parallax/explore@2',
  file: '<evil> & "co".wasm',
  engine: 'aot-x64 -O2',
  functions: [
    {
      index: 3,
      name: '</script>',
      wasm: [line('i32.add', 40)],
      stages: [
        {name: 'translate', why: 'a', lines: [line('v1 = iadd.i32 v2, v3', 40), line('return (v1)', 41)]},
        {name: 'simplify', why: 'b', lines: [line('v9 = iadd.i32 v7, v8', 40), line('v1 = const.i32 7', 40, 'fold')]},
      ],
      machine: [
        {engine: 'aot-x64', unwind: '<range>', lines: [line('add eax,ecx', 40)]},
        {engine: 'aot-arm64', unwind: '', lines: [line('add w0, w0, w1', 40)]},
      ],
    },
  ],
});

test('text from a module is text on the page', () => {
  assert.ok(!page.includes('<evil>') && !page.includes('<range>'));
  assert.equal(page.split('</script>').length, 2);
});

test('lines carry the offset that links them', () => {
  assert.equal(page.split('<li data-wasm="40"').length - 1, 6);
});

test('only what a pass made is new, whatever its values are called', () => {
  const news = [...page.matchAll(/class="new">([^<]*)/g)].map(([, text]) => text!.trim());
  assert.deepEqual(news, ['v1 = const.i32 7']);
});
