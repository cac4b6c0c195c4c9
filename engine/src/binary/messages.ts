/**
 * What can be wrong with a binary module, in the words of the official suite's assert_malformed (spec section 5).
 * Those of single bytes and integers stand in base/bytes.ts.
 */
import {byteMessages} from '../base/bytes.ts';

export const messages = {
  ...byteMessages,
  magic: 'magic header not detected',
  version: 'unknown binary version',
  sectionId: 'malformed section id',
  sectionSize: 'section size mismatch',
  length: 'length out of bounds',
  trailingContent: 'unexpected content after last section',
  utf8: 'malformed UTF-8 encoding',
  functionCount: 'function and code section have inconsistent lengths',
  dataCount: 'data count and data section have inconsistent lengths',
  dataCountRequired: 'data count section required',
  tooManyLocals: 'too many locals',
  zeroByte: 'zero byte expected',
  mutability: 'malformed mutability',
  valueType: 'malformed value type',
  referenceType: 'malformed reference type',
  heapType: 'malformed heap type',
  storageType: 'malformed storage type',
  definitionType: 'malformed definition type',
  limitsFlags: 'malformed limits flags',
  pageSize: 'invalid custom page size',
  importKind: 'malformed import kind',
  exportKind: 'malformed export kind',
  elementKind: 'malformed element kind',
  elementForm: 'malformed elements segment kind',
  dataForm: 'malformed data segment kind',
  memopFlags: 'malformed memop flags',
  castFlags: 'malformed br_on_cast flags',
  catchClause: 'malformed catch clause',
  illegalOpcode: 'illegal opcode',
  endExpected: 'END opcode expected',
} as const;
