/* The deterministic host script. Normative: engine/src/runtime/host-script.ts, whose words and order are kept here. */
#include "host.h"

typedef struct {
  uint32_t function, ordinal, digest, argCount;
  uint64_t *args;
} Entry;

/* Of each thread: what its client set up. */
static _Thread_local HostExports world;
static _Thread_local HostFrame *innermost;
static _Thread_local struct {
  uint32_t seed, count, hash, depth, entryCount;
  Entry entries[HOST_LIMIT_ENTRIES];
} run;

static const uint32_t edges32[] = HOST_EDGES_I32;
static const uint32_t edgesF32[] = HOST_EDGES_F32;
static const uint32_t edgesF64High[] = HOST_EDGES_F64_HIGH;

typedef void (*EntryThunk)(uint64_t vmctx, uint64_t code, uint64_t *slots);

#define COUNT(array) (sizeof(array) / sizeof *(array))

void hostReset(uint32_t seed) {
  memset(&world, 0, sizeof world);
  memset(&run, 0, sizeof run);
  run.seed = seed;
}

void hostExportsSet(const HostExports *exports) { world = *exports; }

void hostStart(void) {
  run.depth = 0;
  innermost = NULL;
}

const HostFrame *hostUnwind(void) {
  const HostFrame *frame = innermost;
  if (!frame) return NULL;
  run.depth--;
  innermost = frame->outer;
  return frame;
}

bool hostTypesKnown(const uint8_t *types, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (types[i] < HOST_TYPE_F64 || types[i] > HOST_TYPE_I32) return false;
  return true;
}

static uint32_t mix(uint32_t h) {
  h = (h ^ h >> 16) * 0x85ebca6bu;
  h = (h ^ h >> 13) * 0xc2b2ae35u;
  return h ^ h >> 16;
}

static uint32_t drawWord(uint32_t ordinal, uint32_t result, uint32_t lane) {
  uint32_t a = mix(run.seed ^ (ordinal + 1) * 0x9e3779b1u);
  return mix(a ^ (result + 1) * 0x85ebca77u ^ (lane + 1) * 0xc2b2ae3du);
}

static void absorb(uint32_t word) {
  uint32_t h = run.hash ^ word * 0xcc9e2d51u;
  run.hash = (h << 13 | h >> 19) * 5 + 0xe6546b64u;
}

static uint32_t canonical32(uint32_t bits) { return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits; }

static uint64_t canonical64(uint64_t bits) {
  return (bits & 0x7fffffffffffffff) > 0x7ff0000000000000 ? 0x7ff8000000000000 : bits;
}

static void absorbValues(const uint8_t *types, uint32_t count, const uint64_t *values) {
  for (uint32_t i = 0; i < count; i++) {
    uint64_t bits = types[i] == HOST_TYPE_F64 ? canonical64(values[i]) : values[i];
    absorb(types[i] == HOST_TYPE_F32 ? canonical32((uint32_t)bits) : (uint32_t)bits);
    if (types[i] == HOST_TYPE_I64 || types[i] == HOST_TYPE_F64) absorb((uint32_t)(bits >> 32));
  }
}

static Memory *worldMemory(uint32_t index) { return index < world.memoryCount ? world.memories[index] : NULL; }

static void append(const HostFunction *host, uint32_t ordinal, uint32_t digest, const uint64_t *args) {
  Entry *entry = &run.entries[run.entryCount++];
  *entry = (Entry){host->index, ordinal, digest, host->paramCount, arenaTake(host->paramCount * 8ull, 8)};
  if (!entry->args) entry->argCount = 0;
  for (uint32_t i = 0; i < entry->argCount; i++) {
    bool narrow = host->params[i] == HOST_TYPE_I32 || host->params[i] == HOST_TYPE_F32;
    entry->args[i] = narrow ? (uint32_t)args[i] : args[i];
  }
}

static void actLog(const HostFunction *host, uint32_t ordinal, const uint64_t *args) {
  bool appended = run.entryCount < HOST_LIMIT_ENTRIES;
  Memory *memory = appended ? worldMemory(0) : NULL;
  uint32_t digest = memory ? memoryDigest(memory->desc.base, memory->desc.byteLength, NULL) : 0;
  absorb(HOST_ACTION_LOG);
  absorb(host->index);
  absorb(ordinal);
  absorb(digest);
  absorbValues(host->params, host->paramCount, args);
  if (appended) append(host, ordinal, digest, args);
}

static void actWrite(const HostAction *action) {
  Memory *memory = worldMemory(action->index);
  uint64_t length = memory ? memory->desc.byteLength : 0;
  bool written = action->address <= length && action->limit <= length - action->address;
  if (written) memcpy(memory->desc.base + action->address, &action->value, action->limit);
  absorb(HOST_ACTION_WRITE);
  absorb(written);
}

static void actGrow(const HostAction *action) {
  Memory *memory = worldMemory(action->index);
  absorb(HOST_ACTION_GROW);
  absorb(memory ? (uint32_t)memoryGrow(memory, action->value) : 0xffffffff);
}

static bool callable(const HostAction *action) {
  if (action->index >= world.callbackCount || world.callbacks[action->index].func == NO_HANDLE) return false;
  const HostCallback *callback = &world.callbacks[action->index];
  if (callback->paramCount > HOST_LIMIT_CALL_SLOTS || callback->resultCount > HOST_LIMIT_CALL_SLOTS) return false;
  return callback->paramCount == action->argCount &&
         memcmp(callback->params, action->argTypes, action->argCount) == 0 && run.depth <= action->limit;
}

static void actCall(const HostAction *action) {
  uint64_t slots[HOST_LIMIT_CALL_SLOTS];
  bool called = callable(action);
  absorb(HOST_ACTION_CALL);
  absorb(called);
  if (!called) return;
  const HostCallback *callback = &world.callbacks[action->index];
  const FuncRef *func = objectGet(FUNCTIONS, callback->func);
  const Code *code = objectGet(CODES, callback->code);
  EntryThunk entry = (EntryThunk)(uintptr_t)(code->base + callback->codeOffset);
  for (uint32_t i = 0; i < action->argCount; i++) slots[i] = doubleWordAt(action->args, i);
  entry(func->vmctx, func->code, slots);
  absorb(HOST_ACTION_RETURNED);
  absorbValues(callback->results, callback->resultCount, slots);
}

static void actTrap(const HostAction *action, uint32_t before, const void *returnAddress) {
  if (before < action->limit) return;
  absorb(HOST_ACTION_TRAP);
  trapLeave(TRAP_HOST, returnAddress);
}

static uint64_t draw(uint8_t type, uint32_t ordinal, uint32_t result) {
  uint32_t low = drawWord(ordinal, result, 1), pick = drawWord(ordinal, result, 3);
  uint64_t wide = low | (uint64_t)drawWord(ordinal, result, 2) << 32;
  bool edge = (drawWord(ordinal, result, 0) & 3) == 0;
  switch (type) {
    case HOST_TYPE_I32: return edge ? edges32[pick % COUNT(edges32)] : low;
    case HOST_TYPE_I64: return edge ? (uint64_t)(int32_t)edges32[pick % COUNT(edges32)] : wide;
    case HOST_TYPE_F32: return canonical32(edge ? edgesF32[pick % COUNT(edgesF32)] : low);
    default: return canonical64(edge ? (uint64_t)edgesF64High[pick % COUNT(edgesF64High)] << 32 : wide);
  }
}

void hostCall(HostFunction *host, uint64_t *slots, const void *returnAddress) {
  uint32_t ordinal = run.count++, before = host->calls++;
  uint32_t actions = ordinal < HOST_LIMIT_ACTING_CALLS ? host->actionCount : 0;
  HostFrame frame = {innermost, (uint64_t)(uintptr_t)returnAddress, (uint64_t)(uintptr_t)slots};
  innermost = &frame;
  run.depth++;
  for (uint32_t i = 0; i < actions; i++) {
    const HostAction *action = &host->actions[i];
    switch (action->kind) {
      case HOST_ACTION_LOG: actLog(host, ordinal, slots); break;
      case HOST_ACTION_WRITE: actWrite(action); break;
      case HOST_ACTION_GROW: actGrow(action); break;
      case HOST_ACTION_CALL: actCall(action); break;
      case HOST_ACTION_TRAP: actTrap(action, before, returnAddress); break;
    }
  }
  run.depth--;
  innermost = frame.outer;
  for (uint32_t i = 0; i < host->resultCount; i++) slots[i] = draw(host->results[i], ordinal, i);
}

/* Writes count, hash, number of entries, entries. */
bool hostTracePut(Writer *out) {
  bool done = putU32(out, run.count) && putU32(out, run.hash) && putU32(out, run.entryCount);
  for (uint32_t i = 0; i < run.entryCount && done; i++) {
    const Entry *entry = &run.entries[i];
    done = putU32(out, entry->function) && putU32(out, entry->ordinal) && putU32(out, entry->digest) &&
           putU32(out, entry->argCount);
    for (uint32_t a = 0; a < entry->argCount && done; a++) done = putU64(out, entry->args[a]);
  }
  return done;
}
