/**
 * Prepared code as text, one instruction a line: word index relative to the start, name, operands by layout (words.ts).
 */
import type {Code} from './code.ts';
import {machine} from './machine.ts';
import {layouts, wordNames} from './words.ts';

const PREFIX: Readonly<Record<string, string>> = {
  d: 's',
  a: 's',
  b: 's',
  c: 's',
  r: 'r',
  p: 'r',
  q: 'r',
  t: '@',
  k: '',
  h: '',
  o: '+',
  n: '#',
};

/** Operands of the instruction at a word index, targets relative to `start`. */
function operands(at: number, start: number): string[] {
  const name = wordNames[machine.code[at]!]!;
  const words = [...layouts[name]].map((letter, i) => {
    const word = machine.code[at + 1 + i]!;
    return `${PREFIX[letter] ?? ''}${letter === 't' ? word - start : letter === 'o' ? word >>> 0 : word}`;
  });
  if (name !== 'br_table') return words;
  const count = machine.code[at + 2]! + 1;
  return [...words, ...Array.from({length: count}, (_, i) => `@${machine.code[at + 3 + i]! - start}`)];
}

/** The text of prepared code; the machine must not have forgotten it. */
export function printCode(code: Code): string {
  const lines = [
    `frame ${code.frameWords}, locals ${code.zeroFrom}..${code.zeroTo}, entry @${code.entry - code.start}`,
  ];
  for (let at = code.start; at < code.end; ) {
    const texts = operands(at, code.start);
    lines.push(`${String(at - code.start).padStart(4)}  ${wordNames[machine.code[at]!]} ${texts.join(' ')}`.trimEnd());
    at += 1 + texts.length;
  }
  return lines.join('\n');
}
