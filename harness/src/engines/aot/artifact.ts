/**
 * What `parallax compile -o` writes: a module and its image, so that it runs without being compiled again. Emitted code is
 * trusted by nobody but the runner's process; the hash finds damage, not malice. The layout of structures that the code
 * was compiled against changes with the tool, so another version of the tool refuses the file and says so.
 */
import {createHash} from 'node:crypto';
import {Malformed} from '#engine/base/errors.ts';
import {decodeImage, encodeImage, type Image} from '#engine/compiler/image.ts';
import {PROTOCOL_VERSION} from '#engine/runtime/layout.ts';
import {TOOL_VERSION} from '../../version.ts';

/** A module that has been compiled. */
export interface Artifact {
  readonly module: Uint8Array;
  readonly image: Image;
  /** CPU features that the code may use: bits `1 << CpuFeature`. */
  readonly features: number;
  /** Options of the compiler, for people. */
  readonly options: string;
}

const MAGIC = 'PLXA';
const [VERSION_AT, SHA_AT, HEADER_AT] = [4, 8, 40];
const ARTIFACT_VERSION = 1;

interface Header {
  readonly tool: string;
  readonly protocol: number;
  readonly features: number;
  readonly options: string;
  /** Bytes of the module and of the image, which follow the header in this order. */
  readonly module: number;
  readonly image: number;
}

/** Whether the bytes begin as an artifact does. */
export const isArtifact = (bytes: Uint8Array): boolean =>
  bytes.length >= MAGIC.length && Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;

/** Magic, version, SHA-256 of what follows, length of the header, header as JSON, module, image. */
export function encodeArtifact({module, image, features, options}: Artifact): Uint8Array {
  const code = encodeImage(image);
  const header: Header = {
    tool: TOOL_VERSION,
    protocol: PROTOCOL_VERSION,
    features,
    options,
    module: module.length,
    image: code.length,
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const content = Buffer.concat([length, text, module, code]);
  const version = Buffer.alloc(4);
  version.writeUInt32LE(ARTIFACT_VERSION);
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), version, sha256(content), content]);
}

/** Reads an artifact back. Throws Malformed with the reason: damaged, or made by another version. */
export function decodeArtifact(bytes: Uint8Array): Artifact {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isArtifact(bytes)) throw new Malformed('not a compiled module', 0);
  if (buffer.length < HEADER_AT + 4) throw new Malformed('unexpected end of compiled module', buffer.length);
  const version = buffer.readUInt32LE(VERSION_AT);
  if (version !== ARTIFACT_VERSION)
    throw new Malformed(
      `compiled module of version ${version}, expected ${ARTIFACT_VERSION}: compile it again`,
      VERSION_AT,
    );
  if (!sha256(buffer.subarray(HEADER_AT)).equals(buffer.subarray(SHA_AT, HEADER_AT)))
    throw new Malformed('compiled module is damaged: its hash does not match', SHA_AT);
  const headerEnd = HEADER_AT + 4 + buffer.readUInt32LE(HEADER_AT);
  const header = JSON.parse(buffer.toString('utf8', HEADER_AT + 4, headerEnd)) as Header;
  if (header.tool !== TOOL_VERSION || header.protocol !== PROTOCOL_VERSION)
    throw new Malformed(
      `compiled by parallax ${header.tool} (protocol ${header.protocol}), this is ${TOOL_VERSION} (${PROTOCOL_VERSION}): compile it again`,
      HEADER_AT,
    );
  const imageAt = headerEnd + header.module;
  return {
    module: Uint8Array.from(buffer.subarray(headerEnd, imageAt)),
    image: decodeImage(Uint8Array.from(buffer.subarray(imageAt, imageAt + header.image))),
    features: header.features,
    options: header.options,
  };
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
