/*
 * The ops of a batch: parse, validate, do, reply. Each op function gives a Status, or -(malformed reason), and then has
 * done nothing that could not stand. Layout of each op: `Op` in layout.ts.
 */
#include "ops.h"
#include "heap.h"
#include "host.h"

#define MALFORMED(reason) (-(MALFORMED_##reason))
#define CHECK(condition, reason) \
  if (!(condition)) return MALFORMED(reason)

typedef int (*OpFunction)(Reader *in, Writer *out);

static bool isFree(Kind kind, uint32_t handle) { return handle < LIMIT_HANDLES && objectGet(kind, handle) == NULL; }

static bool rangeIsFree(Kind kind, uint32_t first, uint32_t count) {
  if (count > LIMIT_HANDLES || first > LIMIT_HANDLES - count) return false;
  for (uint32_t i = 0; i < count; i++)
    if (!isFree(kind, first + i)) return false;
  return true;
}

static int made(Kind kind, uint32_t handle, void *object) {
  return object && objectPut(kind, handle, object) ? STATUS_OK : STATUS_RESOURCE;
}

/* A reference from the wire; false when it names nothing. */
static bool refFromWire(uint32_t tag, uint32_t payload, uint64_t *value) {
  void *object = NULL;
  switch (tag) {
    case REF_NULL: *value = 0; return payload == 0;
    case REF_EXTERN: *value = (uint64_t)payload << 2 | 2; return true;
    case REF_I31: *value = (uint64_t)(payload & 0x7fffffff) << 1 | 1; return true;
    case REF_FUNC:
      object = objectGet(FUNCTIONS, payload);
      *value = (uint64_t)(uintptr_t)object;
      return object != NULL;
    case REF_OBJECT:
      object = objectGet(OBJECTS, payload);
      *value = (uint64_t)(uintptr_t)object;
      return object != NULL;
    case REF_STRUCT:
    case REF_ARRAY: return heldObject(payload, value);
    case REF_GLOBAL:
      object = objectGet(GLOBALS, payload);
      if (object) *value = ((Global *)object)->cell[0];
      return object != NULL;
    default: return false;
  }
}

static int putFacts(Writer *out, const TrapFacts *facts) {
  bool done = putU32(out, facts->origin) && putU32(out, facts->signal) && putU32(out, facts->trapCode) &&
              putU32(out, facts->code) && putU32(out, facts->codeOffset) && putU32(out, facts->fault) &&
              putU32(out, facts->memory) && putU32(out, 0) && putU64(out, facts->address);
  return done ? (int)facts->status : STATUS_RESOURCE;
}

static int putTrap(Writer *out, uint32_t trapCode) {
  TrapFacts facts = {.status = STATUS_TRAP, .origin = ORIGIN_OPERATION, .trapCode = trapCode};
  facts.code = facts.memory = NO_HANDLE;
  return putFacts(out, &facts);
}

static bool outside(uint64_t offset, uint64_t count, uint64_t length) {
  return offset > length || count > length - offset;
}

static int opReset(Reader *in, Writer *out) {
  (void)out;
  CHECK(finished(in), OP_BODY);
  CHECK(threadIsMain(), OP_NUMBER);
  storeUnlock();
  threadsJoin();
  storeLock();
  hostReset(0);
  objectsReset();
  return STATUS_OK;
}

static _Thread_local bool groupFailed;

static int opGroup(Reader *in, Writer *out) {
  (void)out;
  CHECK(finished(in), OP_BODY);
  groupFailed = false;
  return STATUS_OK;
}

static const uint8_t *arenaCopy(const uint8_t *bytes, uint64_t length, uint64_t align) {
  uint8_t *copy = arenaTake(length, align);
  if (copy && length) memcpy(copy, bytes, length);
  return copy;
}

static int opCode(Reader *in, Writer *out) {
  (void)out;
  uint32_t size, handle = takeU32(in);
  const uint8_t *bytes = takeBytes(in, &size);
  UnwindRows rows = {.frameCount = takeU32(in)};
  rows.frames = takeItems(in, rows.frameCount, 12);
  rows.siteCount = takeU32(in);
  rows.sites = takeItems(in, rows.siteCount, 12);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(CODES, handle), HANDLE);
  CHECK(size > 0 && unwindIsSound(&rows, size), RANGE);
  rows.frames = arenaCopy(rows.frames, rows.frameCount * 12ull, 4);
  rows.sites = arenaCopy(rows.sites, rows.siteCount * 12ull, 4);
  Code *code = arenaTake(sizeof *code, 8);
  if (!code || !rows.frames || !rows.sites || !codeCreate(code, bytes, size)) return STATUS_RESOURCE;
  code->unwind = rows;
  return made(CODES, handle, code);
}

static int opMemory(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), flags = takeU32(in), pageSizeLog2 = takeU32(in), zero = takeU32(in);
  uint64_t minPages = takeU64(in), maxPages = takeU64(in);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(MEMORIES, handle), HANDLE);
  CHECK(flags <= (MEMORY_FLAG_IS64 | MEMORY_FLAG_SHARED) && zero == 0, VALUE);
  CHECK(pageSizeLog2 <= 16 && minPages <= maxPages, RANGE);
  Memory *memory = arenaTake(sizeof *memory, 16);
  if (!memory) return STATUS_RESOURCE;
  *memory = (Memory){.maxPages = maxPages, .pageSizeLog2 = pageSizeLog2, .handle = handle};
  memory->isShared = (flags & MEMORY_FLAG_SHARED) != 0;
  if (!memoryCreate(memory, minPages)) return STATUS_RESOURCE;
  return made(MEMORIES, handle, memory);
}

static int opTable(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), tag = takeU32(in), payload = takeU32(in);
  uint64_t length = takeU64(in), max = takeU64(in), init;
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(TABLES, handle) && refFromWire(tag, payload, &init), HANDLE);
  CHECK(length <= max, RANGE);
  if (length > LIMIT_TABLE_ENTRIES) return STATUS_RESOURCE;
  Table *table = arenaTake(sizeof *table, 16);
  if (!table) return STATUS_RESOURCE;
  *table = (Table){.max = max};
  if (!tableResize(table, length, init)) return STATUS_RESOURCE;
  return made(TABLES, handle, table);
}

/* Two words of a global's value: as they are, or a reference. */
static bool globalValue(Reader *in, bool isRef, uint64_t value[2]) {
  uint64_t low = takeU64(in), high = takeU64(in);
  value[0] = low;
  value[1] = high;
  return !isRef || (high == 0 && refFromWire((uint32_t)low, (uint32_t)(low >> 32), &value[0]));
}

static int opGlobal(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), isRef = takeU32(in);
  uint64_t value[2];
  CHECK(isRef <= 1, VALUE);
  bool known = globalValue(in, isRef, value);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(GLOBALS, handle) && known, HANDLE);
  Global *global = arenaTake(sizeof *global, 16);
  uint64_t *cell = arenaTake(GLOBAL_SIZE, 16);
  if (!global || !cell) return STATUS_RESOURCE;
  memcpy(cell, value, GLOBAL_SIZE);
  *global = (Global){cell, isRef};
  return made(GLOBALS, handle, global);
}

static int opGlobalWrite(Reader *in, Writer *out) {
  (void)out;
  const Global *global = objectGet(GLOBALS, takeU32(in));
  uint32_t zero = takeU32(in);
  uint64_t value[2];
  CHECK(global, HANDLE);
  bool known = globalValue(in, global->isRef, value);
  CHECK(finished(in), OP_BODY);
  CHECK(zero == 0, VALUE);
  CHECK(known, HANDLE);
  memcpy(global->cell, value, GLOBAL_SIZE);
  return STATUS_OK;
}

/* Pointers to the objects of a list of handles, in the arena; false when one is missing. *full: no room. */
static bool objectList(Kind kind, const uint8_t *handles, uint32_t count, void ***list, bool *full) {
  for (uint32_t i = 0; i < count; i++)
    if (!objectGet(kind, wordAt(handles, i))) return false;
  *list = arenaTake(count * sizeof(void *), 8);
  *full = *list == NULL;
  for (uint32_t i = 0; i < count && *list; i++) (*list)[i] = objectGet(kind, wordAt(handles, i));
  return true;
}

static void vmctxHeader(VmContext *vmctx, Instance *instance, HostFunction *host) {
  *vmctx = (VmContext){stackLimit(), builtinTable, instance, host, nothingObject(), 0, {0, 0}};
}

static int opInstance(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), size = takeU32(in), dataCount = takeU32(in), elemCount = takeU32(in);
  uint32_t memoryCount = takeU32(in);
  const uint8_t *memories = takeItems(in, memoryCount, 4);
  uint32_t tableCount = takeU32(in);
  const uint8_t *tables = takeItems(in, tableCount, 4);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(INSTANCES, handle), HANDLE);
  CHECK(size >= VMCTX_HEADER && size <= LIMIT_VMCTX_BYTES && size % 16 == 0, RANGE);
  CHECK(dataCount <= LIMIT_SEGMENTS && elemCount <= LIMIT_SEGMENTS, RANGE);
  void **memoryList, **tableList;
  bool memoriesFull, tablesFull;
  CHECK(objectList(MEMORIES, memories, memoryCount, &memoryList, &memoriesFull), HANDLE);
  CHECK(objectList(TABLES, tables, tableCount, &tableList, &tablesFull), HANDLE);
  Instance *instance = arenaTake(sizeof *instance, 8);
  uint8_t *vmctx = arenaTake(size, 64);
  DataSegment *data = arenaTake(dataCount * sizeof *data, 8);
  ElemSegment *elem = arenaTake(elemCount * sizeof *elem, 8);
  if (memoriesFull || tablesFull || !instance || !vmctx || !data || !elem) return STATUS_RESOURCE;
  *instance = (Instance){vmctx, size, memoryCount, tableCount, dataCount, elemCount,
                         (Memory **)memoryList, (Table **)tableList, data, elem};
  vmctxHeader((VmContext *)vmctx, instance, NULL);
  return made(INSTANCES, handle, instance);
}

/* What a field stores; false when its handle is missing. */
static bool fieldValue(uint32_t kind, uint64_t value, uint64_t *stored) {
  uint32_t handle = (uint32_t)value;
  if (kind == FIELD_U32 || kind == FIELD_U64) {
    *stored = value;
    return true;
  }
  static const Kind kinds[] = {
    [FIELD_MEMORY_BASE] = MEMORIES, [FIELD_MEMORY_DESC] = MEMORIES, [FIELD_TABLE_DESC] = TABLES,
    [FIELD_GLOBAL_CELL] = GLOBALS,  [FIELD_FUNC_REF] = FUNCTIONS,   [FIELD_CODE_ADDRESS] = CODES,
    [FIELD_TYPE_DESC] = TYPES,      [FIELD_TAG] = TAGS,
  };
  void *object = objectGet(kinds[kind], kind == FIELD_TYPE_DESC ? typeHandle(handle) : handle);
  *stored = (uint64_t)(uintptr_t)object;
  if (!object) return false;
  if (kind == FIELD_MEMORY_BASE) *stored = (uint64_t)(uintptr_t)((Memory *)object)->desc.base;
  if (kind == FIELD_GLOBAL_CELL) *stored = (uint64_t)(uintptr_t)((Global *)object)->cell;
  if (kind == FIELD_CODE_ADDRESS) *stored = (uint64_t)(uintptr_t)((Code *)object)->base + (value >> 32);
  return kind == FIELD_CODE_ADDRESS ? value >> 32 < ((Code *)object)->size : value >> 32 == 0;
}

static int opFields(Reader *in, Writer *out) {
  (void)out;
  const Instance *instance = objectGet(INSTANCES, takeU32(in));
  uint32_t count = takeU32(in);
  const uint8_t *items = takeItems(in, count, 16);
  CHECK(finished(in), OP_BODY);
  CHECK(instance, HANDLE);
  for (uint64_t i = 0; i < count; i++) {
    uint32_t kind = wordAt(items, i * 4), offset = wordAt(items, i * 4 + 1);
    uint32_t size = kind == FIELD_U32 ? 4 : 8;
    uint64_t stored;
    CHECK(kind <= FIELD_TAG, VALUE);
    CHECK(offset >= VMCTX_HEADER && offset % size == 0 && !outside(offset, size, instance->vmctxSize), RANGE);
    CHECK(fieldValue(kind, doubleWordAt(items, i * 2 + 1), &stored), HANDLE);
    memcpy(instance->vmctx + offset, &stored, size);
  }
  return STATUS_OK;
}

static int opGlobalsAt(Reader *in, Writer *out) {
  (void)out;
  const Instance *instance = objectGet(INSTANCES, takeU32(in));
  uint32_t offset = takeU32(in), first = takeU32(in), count = takeU32(in);
  const uint8_t *isRef = takeItems(in, count, 4);
  CHECK(finished(in), OP_BODY);
  CHECK(instance && rangeIsFree(GLOBALS, first, count), HANDLE);
  CHECK(offset >= VMCTX_HEADER && offset % GLOBAL_SIZE == 0, RANGE);
  CHECK(!outside(offset, (uint64_t)count * GLOBAL_SIZE, instance->vmctxSize), RANGE);
  for (uint32_t i = 0; i < count; i++) CHECK(wordAt(isRef, i) <= 1, VALUE);
  Global *globals = arenaTake(count * sizeof *globals, 8);
  if (!globals) return STATUS_RESOURCE;
  for (uint32_t i = 0; i < count; i++) {
    globals[i] = (Global){(uint64_t *)(instance->vmctx + offset + i * GLOBAL_SIZE), wordAt(isRef, i)};
    if (!objectPut(GLOBALS, first + i, &globals[i])) return STATUS_RESOURCE;
  }
  return STATUS_OK;
}

static int opFunctionsAt(Reader *in, Writer *out) {
  (void)out;
  const Instance *instance = objectGet(INSTANCES, takeU32(in));
  uint32_t offset = takeU32(in), first = takeU32(in);
  const Code *code = objectGet(CODES, takeU32(in));
  uint32_t count = takeU32(in);
  const uint8_t *items = takeItems(in, count, 8);
  CHECK(finished(in), OP_BODY);
  CHECK(instance && code && rangeIsFree(FUNCTIONS, first, count), HANDLE);
  CHECK(offset >= VMCTX_HEADER && offset % 8 == 0, RANGE);
  CHECK(!outside(offset, (uint64_t)count * FUNC_REF_SIZE, instance->vmctxSize), RANGE);
  for (uint64_t i = 0; i < count; i++) CHECK(wordAt(items, i * 2) < code->size, RANGE);
  FuncRef *funcs = (FuncRef *)(instance->vmctx + offset);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t address = (uint64_t)(uintptr_t)code->base + wordAt(items, i * 2ull);
    uint32_t typeId = wordAt(items, i * 2ull + 1);
    funcs[i] = (FuncRef){address, (uint64_t)(uintptr_t)instance->vmctx, typeId, first + i, typeAt(typeId)};
    if (!objectPut(FUNCTIONS, first + i, &funcs[i])) return STATUS_RESOURCE;
  }
  return STATUS_OK;
}

static bool actionIsKnown(const HostAction *action) {
  uint32_t width = action->limit;
  bool sized = width == 1 || width == 2 || width == 4 || width == 8;
  if (action->kind < HOST_ACTION_LOG || action->kind > HOST_ACTION_TRAP || action->kind == HOST_ACTION_RETURNED) return false;
  return action->kind != HOST_ACTION_WRITE || sized;
}

static int takeAction(Reader *in, HostAction *action) {
  *action = (HostAction){.kind = takeU32(in)};
  action->index = takeU32(in);
  action->limit = takeU32(in);
  action->address = takeU64(in);
  action->value = takeU64(in);
  const uint8_t *types = takeBytes(in, &action->argCount);
  const uint8_t *args = takeItems(in, action->argCount, 8);
  CHECK(!in->bad, OP_BODY);
  CHECK(actionIsKnown(action) && hostTypesKnown(types, action->argCount), VALUE);
  action->argTypes = arenaCopy(types, action->argCount, 1);
  action->args = arenaCopy(args, action->argCount * 8ull, 8);
  return action->args && action->argTypes ? STATUS_OK : STATUS_RESOURCE;
}

/* Reads the script's tail: the actions. */
static int takeActions(Reader *in, HostFunction *host) {
  host->actionCount = takeU32(in);
  CHECK(host->actionCount <= left(in) / 32, OP_BODY);
  host->actions = arenaTake(host->actionCount * sizeof *host->actions, 8);
  if (!host->actions) return STATUS_RESOURCE;
  for (uint32_t i = 0; i < host->actionCount; i++) {
    int status = takeAction(in, &host->actions[i]);
    if (status != STATUS_OK) return status;
  }
  CHECK(finished(in), OP_BODY);
  return STATUS_OK;
}

static bool typesFit(const uint8_t *types, uint32_t count) {
  return count <= LIMIT_HOST_SLOTS && hostTypesKnown(types, count);
}

static int opHostFunction(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), typeId = takeU32(in), paramCount, resultCount;
  const Code *code = objectGet(CODES, takeU32(in));
  uint32_t codeOffset = takeU32(in), index = takeU32(in);
  const uint8_t *params = takeBytes(in, &paramCount);
  const uint8_t *results = takeBytes(in, &resultCount);
  CHECK(!in->bad, OP_BODY);
  CHECK(isFree(FUNCTIONS, handle) && code, HANDLE);
  CHECK(codeOffset < code->size, RANGE);
  CHECK(typesFit(params, paramCount) && typesFit(results, resultCount), VALUE);
  HostFunction *host = arenaTake(sizeof *host, 16);
  if (!host) return STATUS_RESOURCE;
  host->index = index;
  host->paramCount = paramCount;
  host->resultCount = resultCount;
  host->params = arenaCopy(params, paramCount, 1);
  host->results = arenaCopy(results, resultCount, 1);
  int status = takeActions(in, host);
  if (status != STATUS_OK) return status;
  if (!host->params || !host->results) return STATUS_RESOURCE;
  vmctxHeader(&host->vmctx, NULL, host);
  uint64_t address = (uint64_t)(uintptr_t)code->base + codeOffset;
  host->func = (FuncRef){address, (uint64_t)(uintptr_t)&host->vmctx, typeId, handle, typeAt(typeId)};
  return made(FUNCTIONS, handle, host);
}

static int takeCallback(Reader *in, HostCallback *callback) {
  callback->func = takeU32(in);
  callback->code = takeU32(in);
  callback->codeOffset = takeU32(in);
  const uint8_t *params = takeBytes(in, &callback->paramCount);
  const uint8_t *results = takeBytes(in, &callback->resultCount);
  CHECK(!in->bad, OP_BODY);
  const Code *code = objectGet(CODES, callback->code);
  if (callback->func != NO_HANDLE) {
    CHECK(objectGet(FUNCTIONS, callback->func) && code, HANDLE);
    CHECK(callback->codeOffset < code->size, RANGE);
  }
  CHECK(typesFit(params, callback->paramCount) && typesFit(results, callback->resultCount), VALUE);
  callback->params = arenaCopy(params, callback->paramCount, 1);
  callback->results = arenaCopy(results, callback->resultCount, 1);
  return callback->params && callback->results ? STATUS_OK : STATUS_RESOURCE;
}

static int opHostWorld(Reader *in, Writer *out) {
  (void)out;
  uint32_t seed = takeU32(in);
  CHECK(finished(in), OP_BODY);
  hostReset(seed);
  return STATUS_OK;
}

static int opHostExports(Reader *in, Writer *out) {
  (void)out;
  HostExports exports = {.memoryCount = takeU32(in)};
  const uint8_t *memories = takeItems(in, exports.memoryCount, 4);
  exports.callbackCount = takeU32(in);
  CHECK(!in->bad && exports.callbackCount <= left(in) / 20, OP_BODY);
  bool full;
  CHECK(objectList(MEMORIES, memories, exports.memoryCount, (void ***)&exports.memories, &full), HANDLE);
  exports.callbacks = arenaTake(exports.callbackCount * sizeof *exports.callbacks, 8);
  if (full || !exports.callbacks) return STATUS_RESOURCE;
  for (uint32_t i = 0; i < exports.callbackCount; i++) {
    int status = takeCallback(in, &exports.callbacks[i]);
    if (status != STATUS_OK) return status;
  }
  CHECK(finished(in), OP_BODY);
  hostExportsSet(&exports);
  return STATUS_OK;
}

static int opDataSegment(Reader *in, Writer *out) {
  (void)out;
  const Instance *instance = objectGet(INSTANCES, takeU32(in));
  uint32_t index = takeU32(in), length;
  const uint8_t *bytes = takeBytes(in, &length);
  CHECK(finished(in), OP_BODY);
  CHECK(instance, HANDLE);
  CHECK(index < instance->dataCount, RANGE);
  const uint8_t *copy = arenaCopy(bytes, length, 1);
  if (!copy) return STATUS_RESOURCE;
  instance->data[index] = (DataSegment){copy, length};
  return STATUS_OK;
}

/* References of a list of (tag, payload) to `values`; false when one names nothing. */
static bool refsFromWire(const uint8_t *refs, uint32_t count, uint64_t *values) {
  for (uint64_t i = 0; i < count; i++) {
    uint64_t value;
    if (!refFromWire(wordAt(refs, i * 2), wordAt(refs, i * 2 + 1), &value)) return false;
    if (values) values[i] = value;
  }
  return true;
}

static int opElemSegment(Reader *in, Writer *out) {
  (void)out;
  const Instance *instance = objectGet(INSTANCES, takeU32(in));
  uint32_t index = takeU32(in), count = takeU32(in);
  const uint8_t *refs = takeItems(in, count, 8);
  CHECK(finished(in), OP_BODY);
  CHECK(instance && refsFromWire(refs, count, NULL), HANDLE);
  CHECK(index < instance->elemCount, RANGE);
  uint64_t *values = arenaTake(count * 8ull, 8);
  if (!values) return STATUS_RESOURCE;
  refsFromWire(refs, count, values);
  instance->elem[index] = (ElemSegment){values, count};
  return STATUS_OK;
}

static int opMemoryWrite(Reader *in, Writer *out) {
  const Memory *memory = objectGet(MEMORIES, takeU32(in));
  uint32_t zero = takeU32(in), length;
  uint64_t offset = takeU64(in);
  const uint8_t *bytes = takeBytes(in, &length);
  CHECK(finished(in), OP_BODY);
  CHECK(memory, HANDLE);
  CHECK(zero == 0, VALUE);
  if (outside(offset, length, memory->desc.byteLength)) return putTrap(out, TRAP_MEMORY_OUT_OF_BOUNDS);
  if (length) memcpy(memory->desc.base + offset, bytes, length);
  return STATUS_OK;
}

static int opTableWrite(Reader *in, Writer *out) {
  const Table *table = objectGet(TABLES, takeU32(in));
  uint32_t count = takeU32(in);
  uint64_t offset = takeU64(in);
  const uint8_t *refs = takeItems(in, count, 8);
  CHECK(finished(in), OP_BODY);
  CHECK(table && refsFromWire(refs, count, NULL), HANDLE);
  if (outside(offset, count, table->desc.length)) return putTrap(out, TRAP_TABLE_OUT_OF_BOUNDS);
  refsFromWire(refs, count, table->desc.entries + offset);
  return STATUS_OK;
}

static int opTag(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), count = takeU32(in);
  const uint8_t *isRef = takeItems(in, count, 4);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(TAGS, handle), HANDLE);
  CHECK(count <= LIMIT_CALL_SLOTS, RANGE);
  for (uint32_t i = 0; i < count; i++) CHECK(wordAt(isRef, i) <= 1, VALUE);
  return made(TAGS, handle, tagTake(handle, isRef, count));
}

static bool bit(const uint8_t *mask, uint32_t index) { return wordAt(mask, index / 32) >> index % 32 & 1; }

/* Tag and values of an exception that reached the client; false references mark a miscompiled throw. */
static int putException(Writer *out, uint64_t exception) {
  const Object *object = (const Object *)(uintptr_t)exception;
  const TypeDesc *tag = object->type;
  uint32_t count = (tag->bytes - EXCEPTION_VALUES) / EXCEPTION_STRIDE, reference = 0;
  bool done = putU32(out, tag->typeId) && putU32(out, 0);
  for (uint32_t i = 0; i < count && done; i++) {
    uint32_t offset = EXCEPTION_VALUES + i * EXCEPTION_STRIDE;
    uint64_t value[2];
    memcpy(value, (const uint8_t *)object + offset, sizeof value);
    bool isRef = reference < tag->referenceCount && tag->references[reference] == offset;
    if (isRef) reference++;
    done = putU64(out, isRef ? refToWire(value[0]) : value[0]) && putU64(out, value[1]);
  }
  return done ? STATUS_EXCEPTION : STATUS_RESOURCE;
}

/* An instance runs on the thread that made it, whose stack limit it holds. */
static bool isOwn(const FuncRef *func) { return ((const VmContext *)(uintptr_t)func->vmctx)->stackLimit == stackLimit(); }

static int opCall(Reader *in, Writer *out) {
  static _Thread_local uint64_t slots[LIMIT_CALL_SLOTS];
  const FuncRef *func = objectGet(FUNCTIONS, takeU32(in));
  const Code *code = objectGet(CODES, takeU32(in));
  uint32_t codeOffset = takeU32(in), timeoutMs = takeU32(in), argCount = takeU32(in), resultCount = takeU32(in);
  CHECK(argCount <= LIMIT_CALL_SLOTS && resultCount <= LIMIT_CALL_SLOTS, RANGE);
  const uint8_t *argRefs = takeItems(in, (argCount + 31) / 32, 4);
  const uint8_t *resultRefs = takeItems(in, (resultCount + 31) / 32, 4);
  const uint8_t *args = takeItems(in, argCount, 8);
  CHECK(finished(in), OP_BODY);
  CHECK(func && code && isOwn(func), HANDLE);
  CHECK(codeOffset < code->size, RANGE);
  for (uint32_t i = 0; i < argCount; i++) {
    slots[i] = doubleWordAt(args, i);
    CHECK(!bit(argRefs, i) || refFromWire((uint32_t)slots[i], (uint32_t)(slots[i] >> 32), &slots[i]), HANDLE);
  }
  hostStart();
  storeUnlock();
  const TrapFacts *facts = callEnter(code->base + codeOffset, func->vmctx, func->code, slots, timeoutMs);
  storeLock();
  if (facts->status == STATUS_EXCEPTION) return putException(out, facts->address);
  if (facts->status != STATUS_OK) return putFacts(out, facts);
  for (uint32_t i = 0; i < resultCount; i++)
    if (!putU64(out, bit(resultRefs, i) ? refToWire(slots[i]) : slots[i])) return STATUS_RESOURCE;
  return STATUS_OK;
}

static int opMemoryRead(Reader *in, Writer *out) {
  const Memory *memory = objectGet(MEMORIES, takeU32(in));
  uint32_t length = takeU32(in);
  uint64_t offset = takeU64(in);
  CHECK(finished(in), OP_BODY);
  CHECK(memory, HANDLE);
  CHECK(length <= LIMIT_READ_BYTES, RANGE);
  if (outside(offset, length, memory->desc.byteLength)) return putTrap(out, TRAP_MEMORY_OUT_OF_BOUNDS);
  uint64_t padded = ((uint64_t)length + 3) / 4 * 4;
  uint8_t *to = writerTake(out, padded);
  if (!to) return STATUS_RESOURCE;
  memset(to + padded - (padded ? 4 : 0), 0, padded ? 4 : 0);
  memcpy(to, memory->desc.base + offset, length);
  return STATUS_OK;
}

static int opMemoryDigest(Reader *in, Writer *out) {
  const Memory *memory = objectGet(MEMORIES, takeU32(in));
  uint32_t wantsChunks = takeU32(in);
  CHECK(finished(in), OP_BODY);
  CHECK(memory, HANDLE);
  CHECK(wantsChunks <= 1, VALUE);
  uint64_t length = memory->desc.byteLength;
  uint32_t count = wantsChunks ? (uint32_t)((length + LIMIT_DIGEST_CHUNK - 1) / LIMIT_DIGEST_CHUNK) : 0;
  uint8_t *to = writerTake(out, 16 + count * 4ull);
  if (!to) return STATUS_RESOURCE;
  uint32_t digest = memoryDigest(memory->desc.base, length, wantsChunks ? (uint32_t *)(void *)(to + 16) : NULL);
  memcpy(to, &length, 8);
  memcpy(to + 8, &digest, 4);
  memcpy(to + 12, &count, 4);
  return STATUS_OK;
}

static int opMemoryGrow(Reader *in, Writer *out) {
  Memory *memory = objectGet(MEMORIES, takeU32(in));
  uint32_t zero = takeU32(in);
  uint64_t delta = takeU64(in);
  CHECK(finished(in), OP_BODY);
  CHECK(memory, HANDLE);
  CHECK(zero == 0, VALUE);
  return putU64(out, memoryGrow(memory, delta)) ? STATUS_OK : STATUS_RESOURCE;
}

static int opTableRead(Reader *in, Writer *out) {
  const Table *table = objectGet(TABLES, takeU32(in));
  uint32_t count = takeU32(in);
  uint64_t offset = takeU64(in);
  CHECK(finished(in), OP_BODY);
  CHECK(table, HANDLE);
  CHECK(count <= LIMIT_READ_BYTES / 8, RANGE);
  if (outside(offset, count, table->desc.length)) return putTrap(out, TRAP_TABLE_OUT_OF_BOUNDS);
  bool done = putU64(out, table->desc.length);
  for (uint64_t i = 0; i < count && done; i++) done = putU64(out, refToWire(table->desc.entries[offset + i]));
  return done ? STATUS_OK : STATUS_RESOURCE;
}

/* What of a reference is the same in every engine: identities of functions and objects do not count. */
static uint64_t observable(uint64_t value, bool isExtern) {
  uint32_t tag = refTag(value);
  if (tag == REF_EXTERN) return value >> 2 << 32 | tag;
  if (isExtern && tag != REF_NULL) return REF_FOREIGN;
  if (tag == REF_I31) return (uint64_t)((uint32_t)value >> 1 | ((uint32_t)value & 1u << 31)) << 32 | tag;
  return tag;
}

static int opTableDigest(Reader *in, Writer *out) {
  const Table *table = objectGet(TABLES, takeU32(in));
  uint32_t isExtern = takeU32(in);
  CHECK(finished(in), OP_BODY);
  CHECK(table, HANDLE);
  CHECK(isExtern <= 1, VALUE);
  Writer refs = {0};
  bool done = true;
  for (uint64_t i = 0; i < table->desc.length && done; i++) done = putU64(&refs, observable(table->desc.entries[i], isExtern));
  done = done && putU64(out, table->desc.length) && putU32(out, xxh32(refs.bytes, refs.length));
  writerFree(&refs);
  return done ? STATUS_OK : STATUS_RESOURCE;
}

static int opGlobalRead(Reader *in, Writer *out) {
  uint32_t count = takeU32(in);
  const uint8_t *handles = takeItems(in, count, 4);
  CHECK(finished(in), OP_BODY);
  for (uint32_t i = 0; i < count; i++) CHECK(objectGet(GLOBALS, wordAt(handles, i)), HANDLE);
  for (uint32_t i = 0; i < count; i++) {
    const Global *global = objectGet(GLOBALS, wordAt(handles, i));
    uint64_t low = global->isRef ? refToWire(global->cell[0]) : global->cell[0];
    if (!putU64(out, low) || !putU64(out, global->isRef ? 0 : global->cell[1])) return STATUS_RESOURCE;
  }
  return STATUS_OK;
}

/* Ids in rising chains, references in range: whatever else the descriptor says, the collector stays inside of objects. */
static bool typeIsSound(uint32_t kind, uint32_t bytes, const uint8_t *references, uint32_t count) {
  if (kind == TYPE_KIND_FUNC) return bytes == 0 && count == 0;
  if (kind == TYPE_KIND_ARRAY) {
    bool sized = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8 || bytes == 16;
    return sized && (count == 0 || (count == 1 && bytes == 8 && wordAt(references, 0) == 0));
  }
  if (kind != TYPE_KIND_STRUCT || bytes < OBJECT_FIELDS || bytes > LIMIT_STRUCT_BYTES) return false;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t offset = wordAt(references, i);
    if (offset < OBJECT_FIELDS || offset % 8 != 0 || outside(offset, 8, bytes)) return false;
  }
  return true;
}

static int opType(Reader *in, Writer *out) {
  (void)out;
  uint32_t typeId = takeU32(in), kind = takeU32(in), bytes = takeU32(in), zero = takeU32(in), depth = takeU32(in);
  const uint8_t *supertypes = takeItems(in, depth, 4);
  uint32_t count = takeU32(in);
  const uint8_t *references = takeItems(in, count, 4);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(TYPES, typeHandle(typeId)), HANDLE);
  CHECK(threadIsMain() || typeId < THREAD_TYPES, RANGE);
  CHECK(zero == 0 && depth <= LIMIT_SUPERTYPES, RANGE);
  CHECK(typeIsSound(kind, bytes, references, count), VALUE);
  uint32_t length = depth + 1 > TYPE_DESC_DISPLAY_MIN ? depth + 1 : TYPE_DESC_DISPLAY_MIN;
  TypeDesc *type = arenaTake(sizeof *type + length * sizeof(uint32_t), 16);
  uint32_t *offsets = arenaTake(count * 4ull, 4);
  if (!type || !offsets) return STATUS_RESOURCE;
  for (uint32_t i = 0; i < count; i++) offsets[i] = wordAt(references, i);
  *type = (TypeDesc){kind, typeId, bytes, length, offsets, count, 0};
  for (uint32_t i = 0; i < length; i++) type->display[i] = i < depth ? wordAt(supertypes, i) : i == depth ? typeId : NO_HANDLE;
  return made(TYPES, typeHandle(typeId), type);
}

static int opStructNew(Reader *in, Writer *out) {
  (void)out;
  uint32_t handle = takeU32(in), size;
  const TypeDesc *type = typeAt(takeU32(in));
  const uint8_t *fields = takeBytes(in, &size);
  uint32_t count = takeU32(in);
  const uint8_t *refs = takeItems(in, count, 8);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(OBJECTS, handle) && type && refsFromWire(refs, count, NULL), HANDLE);
  CHECK(type->kind == TYPE_KIND_STRUCT, VALUE);
  CHECK(size == type->bytes - OBJECT_FIELDS && count == type->referenceCount, RANGE);
  Object *object = structTake(type);
  if (!object) return STATUS_RESOURCE;
  memcpy((uint8_t *)object + OBJECT_FIELDS, fields, size);
  for (uint64_t i = 0; i < count; i++) {
    uint64_t value = 0;
    refFromWire(wordAt(refs, i * 2), wordAt(refs, i * 2 + 1), &value);
    memcpy((uint8_t *)object + type->references[i], &value, sizeof value);
  }
  return made(OBJECTS, handle, object);
}

static int opArrayNew(Reader *in, Writer *out) {
  uint32_t handle = takeU32(in);
  const TypeDesc *type = typeAt(takeU32(in));
  uint32_t length = takeU32(in), count = takeU32(in);
  const uint8_t *values = takeItems(in, count, 16);
  CHECK(finished(in), OP_BODY);
  CHECK(isFree(OBJECTS, handle) && type, HANDLE);
  CHECK(type->kind == TYPE_KIND_ARRAY, VALUE);
  CHECK(count <= 1 || count == length, RANGE);
  uint64_t value[2];
  for (uint64_t i = 0; i < count && type->referenceCount; i++)
    CHECK(refFromWire(wordAt(values, i * 4), wordAt(values, i * 4 + 1), &value[0]), HANDLE);
  if (arrayTooLarge(type, length)) return putTrap(out, TRAP_ALLOCATION_TOO_LARGE);
  Object *array = arrayTake(type, length);
  if (!array) return STATUS_RESOURCE;
  memset(array->elements, 0, (uint64_t)length * type->bytes);
  for (uint64_t i = 0; i < count; i++) {
    memcpy(value, values + i * 16, sizeof value);
    if (type->referenceCount) refFromWire(wordAt(values, i * 4), wordAt(values, i * 4 + 1), &value[0]);
    arrayRepeat(array, (uint32_t)i, count == length ? 1 : length, value);
  }
  return made(OBJECTS, handle, array);
}

static int opHeap(Reader *in, Writer *out) {
  (void)out;
  uint32_t options = takeU32(in);
  CHECK(finished(in), OP_BODY);
  CHECK(options <= HEAP_OPTION_STRESS, VALUE);
  heapSetOptions(options);
  return STATUS_OK;
}

static int opHeapFacts(Reader *in, Writer *out) {
  CHECK(finished(in), OP_BODY);
  bool done = putU64(out, heapBytes()) && putU64(out, heap.live) && putU64(out, heap.collections);
  return done ? STATUS_OK : STATUS_RESOURCE;
}

static int opHostTrace(Reader *in, Writer *out) {
  CHECK(finished(in), OP_BODY);
  return hostTracePut(out) ? STATUS_OK : STATUS_RESOURCE;
}

/* A path of the request as a string; NULL when it is none. */
static const char *takePath(Reader *in) {
  uint32_t length;
  const uint8_t *bytes = takeBytes(in, &length);
  if (!bytes || length == 0 || length > 4096 || memchr(bytes, 0, length)) return NULL;
  char *path = arenaTake(length + 1ull, 1);
  if (path) memcpy(path, bytes, length);
  return path;
}

static int opThread(Reader *in, Writer *out) {
  (void)out;
  const char *readPath = takePath(in);
  const char *writePath = takePath(in);
  CHECK(finished(in), OP_BODY);
  CHECK(readPath && writePath, VALUE);
  CHECK(threadIsMain(), OP_NUMBER);
  return threadStart(readPath, writePath) ? STATUS_OK : STATUS_RESOURCE;
}

static const OpFunction functions[OP_COUNT] = {
  [OP_RESET] = opReset,
  [OP_GROUP] = opGroup,
  [OP_CODE] = opCode,
  [OP_MEMORY] = opMemory,
  [OP_TABLE] = opTable,
  [OP_GLOBAL] = opGlobal,
  [OP_INSTANCE] = opInstance,
  [OP_FIELDS] = opFields,
  [OP_GLOBALS_AT] = opGlobalsAt,
  [OP_FUNCTIONS_AT] = opFunctionsAt,
  [OP_HOST_FUNCTION] = opHostFunction,
  [OP_HOST_WORLD] = opHostWorld,
  [OP_DATA_SEGMENT] = opDataSegment,
  [OP_ELEM_SEGMENT] = opElemSegment,
  [OP_GLOBAL_WRITE] = opGlobalWrite,
  [OP_MEMORY_WRITE] = opMemoryWrite,
  [OP_TABLE_WRITE] = opTableWrite,
  [OP_CALL] = opCall,
  [OP_MEMORY_READ] = opMemoryRead,
  [OP_MEMORY_DIGEST] = opMemoryDigest,
  [OP_MEMORY_GROW] = opMemoryGrow,
  [OP_TABLE_READ] = opTableRead,
  [OP_TABLE_DIGEST] = opTableDigest,
  [OP_GLOBAL_READ] = opGlobalRead,
  [OP_HOST_TRACE] = opHostTrace,
  [OP_HOST_EXPORTS] = opHostExports,
  [OP_TYPE] = opType,
  [OP_TAG] = opTag,
  [OP_STRUCT_NEW] = opStructNew,
  [OP_ARRAY_NEW] = opArrayNew,
  [OP_HEAP] = opHeap,
  [OP_HEAP_FACTS] = opHeapFacts,
  [OP_THREAD] = opThread,
};

/* One op and its record; a malformed reason, or 0. */
static int opRun(OpFunction function, bool guarded, Reader *body, Writer *out) {
  uint64_t start = out->length;
  if (!putU32(out, 0) || !putU32(out, 0)) return MALFORMED_FRAME;
  storeLock();
  int status = guarded && groupFailed ? STATUS_SKIPPED : function(body, out);
  storeUnlock();
  if (status < 0) return -status;
  if (status == STATUS_SKIPPED || status == STATUS_RESOURCE) out->length = start + 8;
  if (guarded && status != STATUS_OK) groupFailed = true;
  uint32_t record[2] = {(uint32_t)status, (uint32_t)(out->length - start)};
  memcpy(out->bytes + start, record, sizeof record);
  return 0;
}

bool batchRun(const uint8_t *payload, uint32_t length, Writer *out) {
  Reader in = {payload, payload + length, false};
  uint32_t index = 0, op = 0, offset = 0;
  int reason = 0;
  groupFailed = false;
  for (; in.at < in.end && !reason; index++) {
    offset = (uint32_t)(in.at - payload);
    uint32_t head = takeU32(&in), size = takeU32(&in), flags = head >> 8;
    op = head & 255;
    if (in.bad || size < 8 || size % 4 != 0 || size - 8 > left(&in) || flags > OP_FLAG_GUARDED) {
      reason = MALFORMED_OP_HEADER;
    } else if (op >= OP_COUNT || !functions[op]) {
      reason = MALFORMED_OP_NUMBER;
    } else {
      Reader body = {in.at, in.at + (size - 8), false};
      reason = opRun(functions[op], flags & OP_FLAG_GUARDED, &body, out);
      in.at = body.end;
    }
  }
  if (!reason) return true;
  out->length = FRAME_HEADER;
  putU32(out, (uint32_t)reason);
  putU32(out, index - 1);
  putU32(out, offset);
  putU32(out, op);
  return false;
}
