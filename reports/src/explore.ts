/**
 * What the compiler makes of a function, as one HTML file without network: wasm, the SSA after each pass and the machine
 * code beside each other. What came from one wasm instruction is marked together; lines that a pass made are marked too.
 */
import {escaped} from './escape.ts';

export interface ExploreLine {
  readonly text: string;
  /** Byte offset of the wasm instruction, null: unknown. */
  readonly wasm: number | null;
  /** Rule that made the line, or another remark. */
  readonly note: string | null;
}

export interface ExploreStage {
  readonly name: string;
  readonly why: string;
  readonly lines: readonly ExploreLine[];
}

/** What one engine makes of the function. */
export interface ExploreMachine {
  readonly engine: string;
  /** What an unwinder knows of it. */
  readonly unwind: string;
  readonly lines: readonly ExploreLine[];
}

export interface ExploreFunction {
  readonly index: number;
  readonly name: string | null;
  readonly wasm: readonly ExploreLine[];
  readonly stages: readonly ExploreStage[];
  /** A column for each engine; the SSA is that of the first. */
  readonly machine: readonly ExploreMachine[];
}

export interface Exploration {
  readonly schema: 'parallax/explore@2';
  readonly file: string;
  readonly engine: string;
  readonly functions: readonly ExploreFunction[];
}

const STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}body{font:14px/1.45 system-ui,sans-serif;margin:0;height:100vh;display:flex;flex-direction:column}
header{padding:.5rem 1rem;display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap;border-bottom:1px solid #8886}h1{font-size:1rem;margin:0}
main{flex:1;min-height:0;display:none;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);grid-template-rows:minmax(0,1fr)}main.shown{display:grid}section{min-width:0;display:flex;flex-direction:column;border-right:1px solid #8886}
h2{font-size:.8rem;margin:0;padding:.3rem .6rem;border-bottom:1px solid #8884;display:flex;gap:.6rem;align-items:center;white-space:nowrap;overflow:hidden}h2 small{font-weight:normal;opacity:.75}
ol{list-style:none;margin:0;padding:.3rem 0;overflow:auto;flex:1;font:12px/1.5 ui-monospace,monospace}ol[hidden]{display:none}
li{white-space:pre;padding:0 .6rem;cursor:default}li[data-wasm]{cursor:pointer}li i{font-style:normal;opacity:.6}li.new{box-shadow:inset 3px 0 #2a8a5a}li.same{background:#e8c84a66}
select,button{font:inherit}`;

const SCRIPT = `const all=(s,r=document)=>[...r.querySelectorAll(s)];let pinned=null;
const mark=(main,offset)=>{all('li.same',main).forEach(l=>l.classList.remove('same'));if(offset===null)return;
 for(const l of all('li[data-wasm="'+offset+'"]',main))l.classList.add('same');};
for(const main of all('main')){
 main.addEventListener('mouseover',e=>{if(pinned===null)mark(main,e.target.closest('li')?.dataset.wasm??null)});
 main.addEventListener('click',e=>{const l=e.target.closest('li');if(!l)return;const o=l.dataset.wasm??null;pinned=pinned===o?null:o;mark(main,o);
  for(const list of all('ol:not([hidden])',main)){const first=list.querySelector('li.same');if(first&&!list.contains(l))first.scrollIntoView({block:'center'})}});
 const pick=main.querySelector('.stage');const show=()=>{all('ol[data-stage]',main).forEach((o,i)=>{o.hidden=i!==pick.selectedIndex});
  main.querySelector('.why').textContent=pick.selectedOptions[0].dataset.why;};
 pick.addEventListener('change',show);show();}
const which=document.querySelector('#function');
const open=()=>all('main').forEach((m,i)=>m.classList.toggle('shown',i===which.selectedIndex));which.addEventListener('change',open);open();
addEventListener('keydown',e=>{const d={ArrowLeft:-1,ArrowRight:1}[e.key];const pick=document.querySelector('main.shown .stage');
 if(!d||e.target.tagName==='SELECT')return;const at=pick.selectedIndex+d;if(at>=0&&at<pick.options.length){pick.selectedIndex=at;pick.dispatchEvent(new Event('change'))}});`;

/** The whole page. */
export function exploreHtml({file, engine, functions}: Exploration): string {
  const options = functions.map(({index, name}) => `<option>${escaped(functionTitle(index, name))}</option>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(file)} - parallax explore</title><style>${STYLE}</style>
<header><h1>${escaped(file)}</h1><span>${escaped(engine)}</span><label>function <select id="function">${options}</select></label><small>Point at a line to see what came from the same wasm instruction; click to keep it; ← and → change the pass. A green edge marks what a pass made.</small></header>
${functions.map(functionHtml).join('\n')}
<script>${SCRIPT}</script></html>
`;
}

const functionTitle = (index: number, name: string | null): string => (name === null ? `${index}` : `${index} ${name}`);

function functionHtml({wasm, stages, machine}: ExploreFunction): string {
  const choices = stages.map(({name, why}) => `<option data-why="${escaped(why)}">${escaped(name)}</option>`).join('');
  const lists = stages.map(({lines}, i) => listHtml(lines, ` data-stage hidden`, stages[i - 1]?.lines)).join('');
  return `<main><section><h2>wasm</h2>${listHtml(wasm, '')}</section>
<section><h2>after <select class="stage" aria-label="pass">${choices}</select><small class="why"></small></h2>${lists}</section>
${machine.map(machineHtml).join('\n')}</main>`;
}

function machineHtml({engine, unwind, lines}: ExploreMachine): string {
  return `<section><h2>${escaped(engine)} <small>${escaped(unwind)}</small></h2>${listHtml(lines, '')}</section>`;
}

/** `before`: the lines of the stage before; a line whose operation and origin are not among them is new. */
function listHtml(lines: readonly ExploreLine[], attributes: string, before?: readonly ExploreLine[]): string {
  const known = before === undefined ? null : counts(before);
  const items = lines.map((line) => {
    const wasm = line.wasm === null ? '' : ` data-wasm="${line.wasm}"`;
    const note = line.note === null ? '' : ` <i>; ${escaped(line.note)}</i>`;
    return `<li${wasm}${known !== null && isNew(line, known) ? ' class="new"' : ''}>${escaped(line.text)}${note}</li>`;
  });
  return `<ol${attributes}>${items.join('')}</ol>`;
}

/** Values and blocks are numbered anew after each pass: they do not make a line another one. */
const keyOf = ({text, wasm, note}: ExploreLine): string => `${text.replace(/\b[vb]\d+\b/g, '')}|${wasm}|${note}`;

function counts(lines: readonly ExploreLine[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const line of lines) result.set(keyOf(line), (result.get(keyOf(line)) ?? 0) + 1);
  return result;
}

function isNew(line: ExploreLine, known: Map<string, number>): boolean {
  const left = known.get(keyOf(line)) ?? 0;
  known.set(keyOf(line), left - 1);
  return left <= 0;
}
