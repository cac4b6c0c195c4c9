/** Pieces of terminal drawing: rules, bars, sparklines, columns. Widths are in cells; all text here is one cell a character. */

export interface Glyphs {
  readonly rule: string;
  readonly bar: readonly string[];
  readonly spark: readonly string[];
  readonly cursor: string;
  /** Ends of a bar. */
  readonly edges: readonly [string, string];
}

export const unicode: Glyphs = {
  rule: '─',
  bar: [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  spark: [...'▁▂▃▄▅▆▇█'],
  cursor: '▸',
  edges: ['▕', '▏'],
};
export const ascii: Glyphs = {rule: '-', bar: [' ', '#'], spark: [...'0123456789'], cursor: '>', edges: ['[', ']']};

/** Cut or padded to exactly `width` cells. */
export function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}${width > 0 ? '…' : ''}` : text.padEnd(width);
}

export const right = (text: string, width: number): string => text.padStart(width).slice(-width);

/** `─ title ────── note ─` over the whole width. */
export function rule(glyphs: Glyphs, width: number, title: string, note = ''): string {
  const head = `${glyphs.rule} ${title} `;
  const tail = note === '' ? '' : ` ${note} ${glyphs.rule}`;
  return fit(head + glyphs.rule.repeat(Math.max(0, width - head.length - tail.length)) + tail, width);
}

/** A bar of `width` cells filled to `share` (0..1), in eighths where the glyphs have them. */
export function bar(glyphs: Glyphs, share: number, width: number): string {
  const steps = glyphs.bar.length - 1;
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width * steps);
  const whole = Math.floor(filled / steps);
  const part = whole < width ? glyphs.bar[filled % steps]! : '';
  return glyphs.bar[steps]!.repeat(whole) + part + ' '.repeat(Math.max(0, width - whole - 1));
}

/** The last `width` numbers as a sparkline scaled to their maximum. */
export function spark(glyphs: Glyphs, values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const top = Math.max(1e-9, ...shown);
  const line = shown
    .map(
      (value) =>
        glyphs.spark[Math.min(glyphs.spark.length - 1, Math.floor((value / top) * (glyphs.spark.length - 1e-9)))],
    )
    .join('');
  return line.padEnd(width);
}

/** Text at the left and at the right end of a line. */
export function ends(left: string, end: string, width: number): string {
  const room = width - end.length - 1;
  return room < 1 ? fit(left, width) : `${fit(left, room)} ${end}`;
}
