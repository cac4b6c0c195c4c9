/* C functions that emitted code calls. Their order is the table `builtins` of layout.ts; a trap leaves by trapLeave. */
#include "heap.h"
#include "host.h"

#define HERE __builtin_return_address(0)

/* An index that no compiler emits: the caller is broken, which trap code 0 says. */
static Memory *memoryAt(const VmContext *vmctx, uint32_t index, const void *returnAddress) {
  if (index >= vmctx->runtime->memoryCount) trapLeave(0, returnAddress);
  return vmctx->runtime->memories[index];
}

static Table *tableAt(const VmContext *vmctx, uint32_t index, const void *returnAddress) {
  if (index >= vmctx->runtime->tableCount) trapLeave(0, returnAddress);
  return vmctx->runtime->tables[index];
}

static bool outside(uint64_t offset, uint64_t count, uint64_t length) {
  return offset > length || count > length - offset;
}

static uint64_t builtinMemoryGrow(VmContext *vmctx, uint32_t memory, uint64_t delta) {
  return memoryGrow(memoryAt(vmctx, memory, HERE), delta);
}

static void builtinMemoryFill(VmContext *vmctx, uint32_t memory, uint64_t address, uint32_t value, uint64_t length) {
  MemoryDesc *to = &memoryAt(vmctx, memory, HERE)->desc;
  if (outside(address, length, to->byteLength)) trapLeave(TRAP_MEMORY_OUT_OF_BOUNDS, HERE);
  memset(to->base + address, (int)(value & 255), length);
}

static void builtinMemoryCopy(VmContext *vmctx, uint32_t to, uint32_t from, uint64_t toAddress, uint64_t fromAddress,
                              uint64_t length) {
  MemoryDesc *target = &memoryAt(vmctx, to, HERE)->desc;
  MemoryDesc *source = &memoryAt(vmctx, from, HERE)->desc;
  if (outside(toAddress, length, target->byteLength) || outside(fromAddress, length, source->byteLength))
    trapLeave(TRAP_MEMORY_OUT_OF_BOUNDS, HERE);
  memmove(target->base + toAddress, source->base + fromAddress, length);
}

static void builtinMemoryInit(VmContext *vmctx, uint32_t memory, uint32_t segment, uint64_t address, uint64_t offset,
                              uint64_t length) {
  MemoryDesc *to = &memoryAt(vmctx, memory, HERE)->desc;
  if (segment >= vmctx->runtime->dataCount) trapLeave(0, HERE);
  DataSegment *data = &vmctx->runtime->data[segment];
  if (outside(address, length, to->byteLength) || outside(offset, length, data->length))
    trapLeave(TRAP_MEMORY_OUT_OF_BOUNDS, HERE);
  if (length) memcpy(to->base + address, data->bytes + offset, length);
}

static void builtinDataDrop(VmContext *vmctx, uint32_t segment) {
  if (segment >= vmctx->runtime->dataCount) trapLeave(0, HERE);
  vmctx->runtime->data[segment].length = 0;
}

static uint64_t builtinTableGrow(VmContext *vmctx, uint32_t index, uint64_t value, uint64_t delta) {
  Table *table = tableAt(vmctx, index, HERE);
  uint64_t old = table->desc.length;
  uint64_t limit = table->max < LIMIT_TABLE_ENTRIES ? table->max : LIMIT_TABLE_ENTRIES;
  if (delta > limit || old > limit - delta) return ALL_ONES;
  return tableResize(table, old + delta, value) ? old : ALL_ONES;
}

static void builtinTableFill(VmContext *vmctx, uint32_t table, uint64_t index, uint64_t value, uint64_t length) {
  TableDesc *to = &tableAt(vmctx, table, HERE)->desc;
  if (outside(index, length, to->length)) trapLeave(TRAP_TABLE_OUT_OF_BOUNDS, HERE);
  for (uint64_t i = 0; i < length; i++) to->entries[index + i] = value;
}

static void builtinTableCopy(VmContext *vmctx, uint32_t to, uint32_t from, uint64_t toIndex, uint64_t fromIndex,
                             uint64_t length) {
  TableDesc *target = &tableAt(vmctx, to, HERE)->desc;
  TableDesc *source = &tableAt(vmctx, from, HERE)->desc;
  if (outside(toIndex, length, target->length) || outside(fromIndex, length, source->length))
    trapLeave(TRAP_TABLE_OUT_OF_BOUNDS, HERE);
  if (length) memmove(target->entries + toIndex, source->entries + fromIndex, length * sizeof(uint64_t));
}

static void builtinTableInit(VmContext *vmctx, uint32_t table, uint32_t segment, uint64_t index, uint64_t offset,
                             uint64_t length) {
  TableDesc *to = &tableAt(vmctx, table, HERE)->desc;
  if (segment >= vmctx->runtime->elemCount) trapLeave(0, HERE);
  ElemSegment *elem = &vmctx->runtime->elem[segment];
  if (outside(index, length, to->length) || outside(offset, length, elem->length))
    trapLeave(TRAP_TABLE_OUT_OF_BOUNDS, HERE);
  if (length) memcpy(to->entries + index, elem->refs + offset, length * sizeof(uint64_t));
}

static void builtinElemDrop(VmContext *vmctx, uint32_t segment) {
  if (segment >= vmctx->runtime->elemCount) trapLeave(0, HERE);
  vmctx->runtime->elem[segment].length = 0;
}

static void builtinHostCall(VmContext *vmctx, uint64_t *slots) { hostCall(vmctx->hostFunction, slots, HERE); }

/* The place of an atomic access: aligned, then within bounds. */
static uint8_t *atomicPlace(const Memory *memory, uint64_t address, uint32_t width, const void *returnAddress) {
  if (address % width != 0) trapLeave(TRAP_UNALIGNED_ATOMIC, returnAddress);
  if (outside(address, width, memory->desc.byteLength)) trapLeave(TRAP_MEMORY_OUT_OF_BOUNDS, returnAddress);
  return memory->desc.base + address;
}

static uint64_t atomicWait(const Memory *memory, uint64_t address, uint32_t width, uint64_t expected, int64_t timeout,
                           const void *returnAddress) {
  const uint8_t *place = atomicPlace(memory, address, width, returnAddress);
  if (!memory->isShared) trapLeave(TRAP_EXPECTED_SHARED_MEMORY, returnAddress);
  WaitResult result = waitAt(place, width, expected, timeout, nativeActivation.deadline);
  if (result == WAIT_NEVER_ENDS) timeoutLeave(returnAddress);
  return result;
}

static uint64_t builtinAtomicWait32(VmContext *vmctx, uint32_t memory, uint64_t address, uint32_t expected,
                                    int64_t timeout) {
  return atomicWait(memoryAt(vmctx, memory, HERE), address, 4, expected, timeout, HERE);
}

static uint64_t builtinAtomicWait64(VmContext *vmctx, uint32_t memory, uint64_t address, uint64_t expected,
                                    int64_t timeout) {
  return atomicWait(memoryAt(vmctx, memory, HERE), address, 8, expected, timeout, HERE);
}

static uint64_t builtinAtomicNotify(VmContext *vmctx, uint32_t memory, uint64_t address, uint32_t count) {
  const Memory *place = memoryAt(vmctx, memory, HERE);
  const uint8_t *at = atomicPlace(place, address, 4, HERE);
  return place->isShared ? notifyAt(at, count) : 0;
}

static void builtinTrap(VmContext *vmctx, uint32_t code) {
  (void)vmctx;
  trapLeave(code, HERE);
}

const void *const builtinTable[BUILTIN_COUNT] = {
  [BUILTIN_MEMORY_GROW] = builtinMemoryGrow, [BUILTIN_MEMORY_FILL] = builtinMemoryFill,
  [BUILTIN_MEMORY_COPY] = builtinMemoryCopy, [BUILTIN_MEMORY_INIT] = builtinMemoryInit,
  [BUILTIN_DATA_DROP] = builtinDataDrop,     [BUILTIN_TABLE_GROW] = builtinTableGrow,
  [BUILTIN_TABLE_FILL] = builtinTableFill,   [BUILTIN_TABLE_COPY] = builtinTableCopy,
  [BUILTIN_TABLE_INIT] = builtinTableInit,   [BUILTIN_ELEM_DROP] = builtinElemDrop,
  [BUILTIN_HOST_CALL] = builtinHostCall,     [BUILTIN_TRAP] = builtinTrap,
  [BUILTIN_ATOMIC_WAIT32] = builtinAtomicWait32, [BUILTIN_ATOMIC_WAIT64] = builtinAtomicWait64,
  [BUILTIN_ATOMIC_NOTIFY] = builtinAtomicNotify,
  [BUILTIN_STRUCT_NEW] = builtinStructNew,   [BUILTIN_STRUCT_NEW_DEFAULT] = builtinStructNewDefault,
  [BUILTIN_ARRAY_NEW] = builtinArrayNew,     [BUILTIN_ARRAY_NEW_DEFAULT] = builtinArrayNewDefault,
  [BUILTIN_ARRAY_NEW_DATA] = builtinArrayNewData, [BUILTIN_ARRAY_NEW_ELEM] = builtinArrayNewElem,
  [BUILTIN_ARRAY_FILL] = builtinArrayFill,   [BUILTIN_ARRAY_COPY] = builtinArrayCopy,
  [BUILTIN_ARRAY_INIT_DATA] = builtinArrayInitData, [BUILTIN_ARRAY_INIT_ELEM] = builtinArrayInitElem,
  [BUILTIN_EXCEPTION_NEW] = builtinExceptionNew, [BUILTIN_THROW] = nativeThrow,
};
