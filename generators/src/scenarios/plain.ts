/** Random entries over random helpers: no shape in particular. */
import {drawInside, drawOutside} from '../environment.ts';
import {addRandomEntry} from '../func.ts';
import type {ModuleBuilder} from '../module.ts';

export function plain(m: ModuleBuilder): void {
  drawOutside(m);
  drawInside(m, m.rng.between(1, 4));
  for (let i = m.rng.between(2, 4); i > 0; i--) addRandomEntry(m, m.rng.between(40, 130));
}
