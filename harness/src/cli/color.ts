/**
 * Colour is decided once, before anything that colours is imported: --color, NO_COLOR, FORCE_COLOR, then the terminal.
 * Ink does not obey NO_COLOR, hence FORCE_COLOR=0 is set for it (reference: no-color.org).
 */
import {styleText} from 'node:util';

export type ColorMode = 'auto' | 'always' | 'never';

/** Whether to colour; also fixes the environment for libraries that look at it. */
export function decideColor(mode: ColorMode, environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const wanted = mode === 'auto' ? automatic(environment, isTerminal) : mode === 'always';
  delete environment['NO_COLOR'];
  environment['FORCE_COLOR'] = wanted ? '1' : '0';
  return wanted;
}

function automatic(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if (environment['FORCE_COLOR'] !== undefined) return environment['FORCE_COLOR'] !== '0';
  return isTerminal && environment['TERM'] !== 'dumb';
}

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** A painter that paints, or one that leaves text alone. */
export function painter(on: boolean): Paint {
  return on ? (style, text) => styleText(style, text, {validateStream: false}) : (_, text) => text;
}
