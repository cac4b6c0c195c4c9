/* The builtins of the heap: what emitted code calls to make objects, and the array instructions that move many elements. */
#include "heap.h"

#define HERE __builtin_return_address(0)

static bool outside(uint64_t offset, uint64_t count, uint64_t length) {
  return offset > length || count > length - offset;
}

static Object *given(Object *object, const void *returnAddress) {
  if (!object) resourceLeave(returnAddress);
  return object;
}

static Object *takeArray(const TypeDesc *type, uint32_t length, const void *returnAddress) {
  if (arrayTooLarge(type, length)) trapLeave(TRAP_ALLOCATION_TOO_LARGE, returnAddress);
  return given(arrayTake(type, length), returnAddress);
}

static const DataSegment *dataAt(const VmContext *vmctx, uint32_t index, const void *returnAddress) {
  if (index >= vmctx->runtime->dataCount) trapLeave(0, returnAddress);
  return &vmctx->runtime->data[index];
}

static const ElemSegment *elemAt(const VmContext *vmctx, uint32_t index, const void *returnAddress) {
  if (index >= vmctx->runtime->elemCount) trapLeave(0, returnAddress);
  return &vmctx->runtime->elem[index];
}

/* Header and fields are the caller's to store. */
Object *builtinStructNew(VmContext *vmctx, const TypeDesc *type) {
  (void)vmctx;
  return given(heapTake(type->bytes), HERE);
}

static Object *takeZeroed(const TypeDesc *type, const void *returnAddress) {
  Object *object = given(structTake(type), returnAddress);
  memset((uint8_t *)object + OBJECT_FIELDS, 0, type->bytes - OBJECT_FIELDS);
  return object;
}

Object *builtinStructNewDefault(VmContext *vmctx, const TypeDesc *type) {
  (void)vmctx;
  return takeZeroed(type, HERE);
}

Object *builtinExceptionNew(VmContext *vmctx, const TypeDesc *tag) {
  (void)vmctx;
  return takeZeroed(tag, HERE);
}

Object *builtinArrayNewDefault(VmContext *vmctx, const TypeDesc *type, uint32_t length) {
  (void)vmctx;
  Object *array = takeArray(type, length, HERE);
  memset(array->elements, 0, (uint64_t)length * type->bytes);
  return array;
}

Object *builtinArrayNew(VmContext *vmctx, const TypeDesc *type, uint32_t length) {
  volatile uint64_t value[2] = {vmctx->scratch[0], vmctx->scratch[1]}; /* on the stack, where a collection sees it */
  Object *array = takeArray(type, length, HERE);
  arrayRepeat(array, 0, length, (const void *)value);
  return array;
}

Object *builtinArrayNewData(VmContext *vmctx, const TypeDesc *type, uint32_t segment, uint32_t offset,
                                   uint32_t length) {
  const DataSegment *data = dataAt(vmctx, segment, HERE);
  uint64_t bytes = (uint64_t)length * type->bytes;
  if (outside(offset, bytes, data->length)) trapLeave(TRAP_MEMORY_OUT_OF_BOUNDS, HERE);
  Object *array = takeArray(type, length, HERE);
  if (bytes) memcpy(array->elements, data->bytes + offset, bytes);
  return array;
}

Object *builtinArrayNewElem(VmContext *vmctx, const TypeDesc *type, uint32_t segment, uint32_t offset,
                                   uint32_t length) {
  const ElemSegment *elem = elemAt(vmctx, segment, HERE);
  if (outside(offset, length, elem->length)) trapLeave(TRAP_TABLE_OUT_OF_BOUNDS, HERE);
  Object *array = takeArray(type, length, HERE);
  if (length) memcpy(array->elements, elem->refs + offset, length * 8ull);
  return array;
}

void builtinArrayFill(VmContext *vmctx, Object *array, uint32_t index, uint32_t length) {
  if (outside(index, length, array->length)) trapLeave(TRAP_ARRAY_OUT_OF_BOUNDS, HERE);
  arrayRepeat(array, index, length, vmctx->scratch);
}

void builtinArrayCopy(VmContext *vmctx, Object *to, uint32_t toIndex, const Object *from, uint32_t fromIndex,
                             uint32_t length) {
  (void)vmctx;
  if (outside(toIndex, length, to->length) || outside(fromIndex, length, from->length))
    trapLeave(TRAP_ARRAY_OUT_OF_BOUNDS, HERE);
  uint64_t bytes = to->type->bytes;
  memmove(to->elements + toIndex * bytes, from->elements + fromIndex * bytes, length * bytes);
}

void builtinArrayInitData(VmContext *vmctx, Object *array, uint32_t segment, uint32_t index, uint32_t offset,
                                 uint32_t length) {
  const DataSegment *data = dataAt(vmctx, segment, HERE);
  uint64_t bytes = array->type->bytes;
  if (outside(index, length, array->length)) trapLeave(TRAP_ARRAY_OUT_OF_BOUNDS, HERE);
  if (outside(offset, length * bytes, data->length)) trapLeave(TRAP_MEMORY_OUT_OF_BOUNDS, HERE);
  if (length) memcpy(array->elements + index * bytes, data->bytes + offset, length * bytes);
}

void builtinArrayInitElem(VmContext *vmctx, Object *array, uint32_t segment, uint32_t index, uint32_t offset,
                                 uint32_t length) {
  const ElemSegment *elem = elemAt(vmctx, segment, HERE);
  if (outside(index, length, array->length)) trapLeave(TRAP_ARRAY_OUT_OF_BOUNDS, HERE);
  if (outside(offset, length, elem->length)) trapLeave(TRAP_TABLE_OUT_OF_BOUNDS, HERE);
  if (length) memcpy(array->elements + index * 8ull, elem->refs + offset, length * 8ull);
}
