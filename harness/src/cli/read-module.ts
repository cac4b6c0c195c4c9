/** Reads a module named on the command line: binary, or text through the WAT library. */
import {readFileSync} from 'node:fs';
import {parseText} from '#engine/text.ts';
import {UserError} from './exit-codes.ts';

/** Nothing that is this big is a module of the kind that is looked at here, in bytes. */
const LIMIT = 1 << 30;

/** The module's bytes. Throws UserError that says what is wrong with the file. */
export async function readModule(path: string): Promise<Uint8Array> {
  const bytes = readBytes(path);
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d) return bytes;
  if (bytes.length >= 1 && bytes[0] === 0) return bytes;
  try {
    return await parseText(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch (error) {
    throw new UserError(
      'usage',
      `${path} is neither a binary module (magic 00 61 73 6d) nor text that parses: ${(error as Error).message}`,
    );
  }
}

/** The bytes of a file of any kind. Throws UserError. */
export function readBytes(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > LIMIT) throw new UserError('usage', `${path} has ${bytes.length} bytes; the limit is ${LIMIT}`);
    return bytes;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('usage', `cannot read ${path}: ${(error as Error).message}`);
  }
}
