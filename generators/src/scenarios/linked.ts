/**
 * Linked modules (shape S11): a second module imports memory, tables, globals, tags and functions of the first and exports
 * them again; both change them, call each other directly and through the table, and the host calls both.
 */
import {drawData} from '../data.ts';
import {addCallback, drawInside, drawOutside} from '../environment.ts';
import {drawTags} from '../exceptions.ts';
import {addRandomEntry, defineHelpers, planHelpers} from '../func.ts';
import {drawImports} from '../imports.ts';
import {linkFunctions, linkTo} from '../link.ts';
import {ModuleBuilder} from '../module.ts';
import {drawLinkedElements} from '../table.ts';

export function linked(m: ModuleBuilder): void {
  const {rng} = m;
  const first = new ModuleBuilder(rng, m.swarm);
  drawOutside(first);
  drawInside(first, rng.between(1, 3));
  addRandomEntry(first, rng.between(40, 80));
  linkTo(m, first);
  drawImports(m);
  linkFunctions(m, first.helpers);
  planHelpers(m, rng.between(1, 2));
  drawTags(m);
  drawLinkedElements(m);
  drawData(m);
  defineHelpers(m);
  addCallback(m);
  for (let i = rng.between(1, 2); i > 0; i--) addRandomEntry(m, rng.between(50, 100));
}
