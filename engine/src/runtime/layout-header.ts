/**
 * Writes native/layout.h from the tables of layout.ts, host-script.ts and base/traps.ts, one #define a number.
 * The runner's test compares the file with this text (BLESS=1 rewrites it).
 */
import {traps} from '#engine/base/traps.ts';
import {HostActionCode, HostLimits, HostTypeCode, hostEdges} from './host-script.ts';
import * as layout from './layout.ts';

const upper = (name: string): string =>
  name
    .replace(/([A-Z])/g, '_$1')
    .replaceAll('-', '_')
    .toUpperCase();

function constants(prefix: string, table: Readonly<Record<string, number>>): string {
  const suffix = (value: number): string =>
    value >= 2 ** 31 ? `0x${value.toString(16)}u${value >= 2 ** 32 ? 'll' : ''}` : `${value}`;
  return Object.entries(table)
    .map(([name, value]) => `#define ${prefix}_${upper(name)} ${suffix(value)}\n`)
    .join('');
}

const indices = Object.fromEntries(Object.entries(layout.builtins).map(([name, row]) => [name, row.index]));
const trapCodes = Object.fromEntries(Object.entries(traps).map(([name, row]) => [name, row.code]));
const edgeList = (name: string, values: readonly number[]): string =>
  `#define HOST_EDGES_${name} {${values.map((value) => `0x${value.toString(16)}u`).join(', ')}}\n`;

/** The text of native/layout.h. */
export function layoutHeader(): string {
  const sections = [
    '/* Written from engine/src/runtime/layout.ts (and host-script.ts, traps.ts) by layout-header.ts. Do not edit. */\n#pragma once\n',
    `#define PROTOCOL_VERSION ${layout.PROTOCOL_VERSION}\n#define GLOBAL_SIZE ${layout.GLOBAL_SIZE}\n`,
    constants('VMCTX', layout.VmContext),
    constants('FUNC_REF', layout.FuncRef),
    constants('MEMORY_DESC', layout.MemoryDesc),
    constants('TABLE_DESC', layout.TableDesc),
    constants('TYPE_DESC', layout.TypeDesc),
    constants('TYPE_KIND', layout.TypeKind),
    constants('OBJECT', layout.HeapObject),
    constants('EXCEPTION', layout.ExceptionObject),
    `#define UNWIND_NONE 0x${layout.UNWIND_NONE.toString(16)}u\n`,
    constants('REF', layout.RefTag),
    `${constants('BUILTIN', indices)}#define BUILTIN_COUNT ${Object.keys(indices).length}\n`,
    constants('FRAME', layout.Frame),
    constants('KIND', layout.FrameKind),
    `${constants('OP', layout.Op)}#define OP_COUNT ${Object.keys(layout.Op).length + 1}\n`,
    constants('OP_FLAG', layout.OpFlag),
    constants('HEAP_OPTION', layout.HeapOption),
    constants('MEMORY_FLAG', layout.MemoryFlag),
    constants('FIELD', layout.FieldKind),
    constants('STATUS', layout.Status),
    constants('REPLY', layout.ReplyStatus),
    constants('MALFORMED', layout.MalformedReason),
    constants('ORIGIN', layout.TrapOrigin),
    constants('FAULT', layout.FaultClass),
    constants('TRAP_RECORD', layout.TrapRecord),
    constants('CPU', layout.CpuFeature),
    constants('ARCH', layout.Arch),
    constants('LIMIT', layout.Limits),
    constants('HOST_TYPE', HostTypeCode),
    constants('HOST_ACTION', HostActionCode),
    constants('HOST_LIMIT', HostLimits),
    edgeList('I32', hostEdges.i32) + edgeList('F32', hostEdges.f32) + edgeList('F64_HIGH', hostEdges.f64High),
    constants('TRAP', trapCodes),
  ];
  return sections.join('\n');
}
