import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {type Block, ENTRY, Func} from '../ir/func.ts';
import {Ir} from '../ir/ops.ts';
import {drawFrom} from '../ir/random-func.ts';
import {I64, Signatures, VOID} from '../ir/types.ts';
import {Cfg} from './cfg.ts';
import {Dominators} from './dominators.ts';
import {Loops} from './loops.ts';

/** A function of empty blocks with random branches. */
function randomGraph(seed: number): Func {
  const draw = drawFrom(seed);
  const f = new Func();
  const signatures = new Signatures();
  f.clear(0, signatures.intern([I64], []), signatures);
  const count = 2 + draw(12);
  for (let i = 0; i < count; i++) f.addBlock();
  f.addParam(ENTRY, I64);
  for (let b = 1; b <= count; b++) {
    const ways = draw(4);
    if (ways === 0) {
      f.beginList();
      f.append(b as Block, f.addList(Ir.return, VOID));
      continue;
    }
    f.beginEdges();
    for (let i = 0; i < ways; i++) f.pushEdge((2 + draw(count - 1)) as Block);
    f.append(b as Block, f.addTerminator(ways === 1 ? Ir.jump : Ir.br_table, f.param(ENTRY, 0)));
  }
  return f;
}

const targets = (f: Func, b: Block): Block[] =>
  Array.from({length: f.edgeCount(f.last(b))}, (_, i) => f.edgeTarget(f.edge(f.last(b), i)));

/** Blocks that can be reached from `from` without entering `without`. */
function reach(f: Func, from: Block, without: Block | null): Set<Block> {
  const seen = new Set<Block>();
  const work = from === without ? [] : [from];
  for (let b = work.pop(); b !== undefined; b = work.pop()) {
    if (seen.has(b)) continue;
    seen.add(b);
    work.push(...targets(f, b).filter((target) => target !== without));
  }
  return seen;
}

test('reverse postorder holds exactly what is reachable, and predecessors are the edges', () => {
  for (let seed = 0; seed < 200; seed++) {
    const f = randomGraph(seed);
    const cfg = new Cfg().compute(f);
    const order = Array.from({length: cfg.blockCount}, (_, i) => cfg.at(i));
    assert.deepEqual(new Set(order), reach(f, ENTRY, null));
    assert.equal(order[0], ENTRY);
    const edges = order.flatMap((b) => targets(f, b).map((target) => `${b} ${target}`)).sort();
    const preds = order
      .flatMap((b) => Array.from({length: cfg.predCount(b)}, (_, i) => `${f.edgeFrom(cfg.pred(b, i))} ${b}`))
      .sort();
    assert.deepEqual(preds, edges);
  }
});

test('a block dominates another exactly when every path goes through it', () => {
  const [cfg, dominators] = [new Cfg(), new Dominators()];
  for (let seed = 0; seed < 200; seed++) {
    const f = randomGraph(seed);
    dominators.compute(f, cfg.compute(f));
    const all = [...reach(f, ENTRY, null)];
    for (const a of all) {
      const around = reach(f, ENTRY, a);
      for (const b of all)
        assert.equal(dominators.dominates(a, b), a === b || !around.has(b), `seed ${seed}: ${a} over ${b}`);
    }
    assert.deepEqual(new Set(all.map((_, i) => dominators.at(i))), new Set(all));
  }
});

test('in graphs of natural loops, a block is in the loop of a header when it reaches the header inside', () => {
  const [cfg, dominators, loops] = [new Cfg(), new Dominators(), new Loops()];
  let checked = 0;
  for (let seed = 0; seed < 1500; seed++) {
    const f = randomGraph(seed);
    dominators.compute(f, cfg.compute(f));
    if (!isReducible(f, cfg, dominators)) continue;
    loops.compute(f, cfg);
    for (const h of reach(f, ENTRY, null)) {
      const latches = [...reach(f, ENTRY, null)].filter((b) => targets(f, b).includes(h) && dominators.dominates(h, b));
      for (const b of reach(f, ENTRY, null)) {
        const inside =
          latches.length > 0 &&
          (b === h || (dominators.dominates(h, b) && latches.some((latch) => reach(f, b, h).has(latch))));
        assert.equal(loops.isIn(b, h), inside, `seed ${seed}: ${b} in the loop of ${h}`);
        checked++;
      }
    }
  }
  assert.ok(checked > 1000);
});

function isReducible(f: Func, cfg: Cfg, dominators: Dominators): boolean {
  for (let i = 0; i < cfg.blockCount; i++) {
    for (let p = 0; p < cfg.predCount(cfg.at(i)); p++) {
      const e = cfg.pred(cfg.at(i), p);
      if (cfg.isBackEdge(f, e) && !dominators.dominates(f.edgeTarget(e), f.edgeFrom(e))) return false;
    }
  }
  return true;
}
