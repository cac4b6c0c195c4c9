/** The only door to chance: draws a root seed for a campaign that was given none. */
import {randomBytes} from 'node:crypto';

/** A fresh root seed: 16 hexadecimal digits. */
export function randomRoot(): string {
  return randomBytes(8).toString('hex');
}

/** Root seed from what a person writes: hexadecimal digits (`0x` optional) up to 16, padded. Throws SyntaxError. */
export function parseRoot(text: string): string {
  const digits = text.replace(/^0x/i, '').toLowerCase();
  if (!/^[0-9a-f]{1,16}$/.test(digits)) throw new SyntaxError(`not a seed: ${text} (up to 16 hexadecimal digits)`);
  return digits.padStart(16, '0');
}
