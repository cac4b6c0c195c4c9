/**
 * The text format, in and out: the only door to the WAT libraries. wasm-tools parses and prints everything but the
 * folded form of legacy `try`, which wabt parses. Both are loaded on first use (about 100 ms). Texts are not validated.
 */

/** The text is no module, or the bytes cannot be printed; the message is the library's, without its wrapping. */
export class TextError extends Error {
  override name = 'TextError';
}

type WasmTools = typeof import('@bytecodealliance/jco-transpile/wasm-tools');
type Wabt = Awaited<ReturnType<typeof import('wabt')>>;

let wasmTools: Promise<WasmTools> | undefined;
let wabt: Promise<Wabt> | undefined;

const loadWasmTools = (): Promise<WasmTools> => (wasmTools ??= import('@bytecodealliance/jco-transpile/wasm-tools'));
const loadWabt = (): Promise<Wabt> => (wabt ??= import('wabt').then((library) => library.default()));

/** Loads and compiles the library, so that the first text costs what the others cost. */
export async function warmUpText(): Promise<void> {
  await parseText('(module)');
}

/**
 * The bytes of the module that a text describes: `(module ...)` or bare fields. Bytes must be UTF-8. Throws TextError.
 */
export async function parseText(source: string | Uint8Array): Promise<Uint8Array> {
  const text = typeof source === 'string' ? source : decodeSource(source);
  try {
    return await parseWith(text);
  } catch (error) {
    if (error instanceof TextError) throw error;
    return retry(text, new TextError(messageOf(error)));
  }
}

/** The text of a module, in the library's layout. Throws TextError when the bytes cannot be read. */
export async function printText(bytes: Uint8Array): Promise<string> {
  const {print} = await loadWasmTools();
  try {
    return await print(bytes);
  } catch (error) {
    throw new TextError(messageOf(error));
  }
}

const sourceDecoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

function decodeSource(source: Uint8Array): string {
  try {
    return sourceDecoder.decode(source);
  } catch {
    throw new TextError('malformed UTF-8 encoding');
  }
}

async function parseWith(text: string): Promise<Uint8Array> {
  const {parse} = await loadWasmTools();
  const bytes = await parse(text);
  // The library reads components too: their version field differs from a module's.
  if (bytes[4] !== 1 || bytes[6] !== 0) throw new TextError('a component is no module');
  return bytes;
}

/** What the library refuses although it is right: characters that look like others, and legacy `try` in folded form. */
async function retry(text: string, first: TextError): Promise<Uint8Array> {
  const escaped = escapeStrings(text);
  if (escaped !== text) {
    try {
      return await parseWith(escaped);
    } catch {
      // The first message is about the text as it was given.
    }
  }
  if (!legacyWords.test(text)) throw first;
  try {
    return await parseLegacy(text);
  } catch {
    throw first;
  }
}

const legacyWords = /\btry\b|\brethrow\b|\bdelegate\b/;

async function parseLegacy(text: string): Promise<Uint8Array> {
  const library = await loadWabt();
  const module = library.parseWat('module.wat', text, {exceptions: true, tail_call: true, multi_value: true});
  try {
    return module.toBinary({write_debug_names: false}).buffer.slice();
  } finally {
    module.destroy();
  }
}

/** The text with every non-ASCII character in a string written as `\hh` escapes of its UTF-8 bytes. */
function escapeStrings(text: string): string {
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"/gs, (string) => string.replaceAll(/[^\x00-\x7f]+/g, escapeCharacters));
}

const encoder = new TextEncoder();
const escapeCharacters = (characters: string): string =>
  [...encoder.encode(characters)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

/** The library's errors show its internals; what a person needs is the place and the message. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const kind = /kind: (?:Custom\("((?:[^"\\]|\\.)*)"\)|Lex\((.*?)\)) \}/.exec(text);
  if (kind === null) return text;
  const place = /line: (\d+), col: (\d+)/.exec(text);
  const message = kind[1]?.replaceAll('\\"', '"') ?? kind[2]!;
  return place === null ? message : `${Number(place[1]) + 1}:${Number(place[2]) + 1}: ${message}`;
}
