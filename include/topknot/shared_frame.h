// The bytes of frames in shared memory, for C and C++: what a program needs that knows no Topknot.
#pragma once

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
extern "C" {
#else
#include <stddef.h>
#include <stdint.h>
#endif

/* All is little-endian. The objects of a sender called <name>, in /dev/shm:
 *
 *   TouchSHM<name><postfix>            header A, B or C; image; ring of slots; tail page
 *   TouchSHM<name>Mutex                lock: a mutex of glibc, and the flock of the live sender
 *   TouchSHMTouchSHM<name>4jhd783h     info: the postfix, empty until a change of size
 *   TouchSHMTouchSHM<name>4jhd783hMutex  lock of the info
 *
 * Rows are tightly packed, the bottom row first.
 *
 * Old clients lock the mutex, look at the header, and copy from `dataOffset` on. While the magic
 * number is 0 there is no whole frame.
 *
 * New clients look at the last TOPKNOT_SHM_TAIL_BYTES of the segment, which old ones never see, and
 * take no lock:
 *   1. i = latest (acquire); s = slots[i].seq (acquire); odd: again from 1.
 *   2. Copy slots[i] and its pixels, at slotsOffset + i * slotBytes.
 *   3. Acquire fence; if slots[i].seq is not s any more: again from 1.
 * To wait without polling: FUTEX_WAIT on `news` (a shared futex; a mapping for reading will do).
 * Once `retired` is not 0 the segment gets no more frames: open the names anew. Every number is to
 * be held against the size of the segment before it is used.
 *
 * Anybody who may open the objects may write there. From version 2 of the last page on, `check`
 * tells what its sender wrote from what became of it: FNV-1a, 32 bits, of the bytes before it, of a
 * slot and of the page's head. A slot with another sum has no frame; the next one comes with the
 * next frame.
 *
 * A slot whose `flags` have TOPKNOT_SHM_STALE holds a picture that is not the newest result: what
 * was to make that one failed, and an older picture or a substitute was published in its place. Old
 * clients are not told.
 */

#define TOPKNOT_SHM_MAGIC_A UINT32_C(0xe95df673) /* builds before 2022; OpenGL's formats */
#define TOPKNOT_SHM_MAGIC UINT32_C(0xd95ef835)   /* B and C; Vulkan's formats, and private ones */
#define TOPKNOT_SHM_VERSION_A 2
#define TOPKNOT_SHM_VERSION_B 1
#define TOPKNOT_SHM_VERSION_C 2
#define TOPKNOT_SHM_CORE_BYTES 44 /* that B and C share; the pixels are where dataOffset says */
#define TOPKNOT_SHM_INFO_MAGIC UINT32_C(0x56ed34ba)
#define TOPKNOT_SHM_INFO_VERSION 2
#define TOPKNOT_SHM_LOCK_BYTES 4096
#define TOPKNOT_SHM_TAIL_MAGIC "TDSHMX1" /* with its 0, eight bytes */
#define TOPKNOT_SHM_TAIL_VERSION 2       /* 1: without sums */
#define TOPKNOT_SHM_TAIL_BYTES 4096
#define TOPKNOT_SHM_MOST_SLOTS 16
#define TOPKNOT_SHM_NO_SLOT UINT32_C(0xffffffff)
#define TOPKNOT_SHM_REC709 2                 /* gamutPrimaries */
#define TOPKNOT_SHM_LINEAR 0                 /* transfer */
#define TOPKNOT_SHM_SRGB 1                   /* transfer */
#define TOPKNOT_SHM_STALE UINT32_C(1)        /* flags: an older picture, or a substitute */
#define TOPKNOT_SHM_BUNDLE UINT32_C(0xF1000) /* pixelFormat of a slot that holds a bundle */

/* Generation A. */
typedef struct TopknotShmHeaderA {
  uint32_t magic;
  uint32_t version;
  int32_t width;
  int32_t height;
  float aspectX;
  float aspectY;
  uint32_t dataFormat;  /* GL_RGBA, … */
  uint32_t dataType;    /* GL_UNSIGNED_BYTE, … */
  uint32_t pixelFormat; /* GL_RGBA8, … */
  int32_t dataOffset;
} TopknotShmHeaderA;

/* Generation B. */
typedef struct TopknotShmHeaderB {
  uint32_t magic; /* 0 while there is no whole frame */
  int32_t version;
  int32_t width;
  int32_t height;
  float aspectX;
  float aspectY;
  uint32_t pixelFormat;
  uint32_t padding;
  int64_t dataSize;   /* bytes of pixels */
  int32_t dataOffset; /* bytes from the start of the segment to the bottom row */
  uint32_t tailPadding;
} TopknotShmHeaderB;

/* Generation C. */
typedef struct TopknotShmHeaderC {
  uint32_t magic;
  int32_t version;
  int32_t width;
  int32_t height;
  float aspectX;
  float aspectY;
  uint32_t pixelFormat;
  uint32_t padding;
  int64_t dataSize;
  int32_t dataOffset;
  uint32_t gamutPrimaries;
  uint32_t transfer;
  uint32_t tailPadding;
} TopknotShmHeaderC;

/* Info as POSIX systems have it. The flags are bytes, as others write them. */
typedef struct TopknotShmInfo {
  uint32_t magic;
  uint32_t version;
  uint8_t supported; /* a receiver follows the postfix */
  char postfix[32];  /* with its 0 */
  uint8_t detach;    /* the sender has ended */
  uint8_t padding[2];
} TopknotShmInfo;

/* Info as Windows has it, postfix in UTF-16. */
typedef struct TopknotShmWideInfo {
  uint32_t magic;
  uint32_t version;
  uint8_t supported;
  uint8_t padding;
  uint16_t postfix[32];
  uint8_t detach;
  uint8_t tailPadding;
} TopknotShmWideInfo;

/* A lock object. `mutex` begins with a pthread_mutex_t of glibc, robust and shared between
 * processes. For clients of the macOS form a pthread_cond_t follows, and then a byte that is not 0
 * while one of them reads: the sender waits for that as it does for the mutex. The sender that
 * lives holds an exclusive flock on the object; `ownerPid` serves messages only. */
typedef struct TopknotShmLock {
  uint8_t mutex[128];
  int32_t ownerPid;
  uint8_t reserved[TOPKNOT_SHM_LOCK_BYTES - 132];
} TopknotShmLock;

/* One frame of the ring. */
typedef struct TopknotShmSlot {
  uint32_t seq; /* odd while the slot is written */
  int32_t width;
  int32_t height;
  float aspectX;
  float aspectY;
  uint32_t pixelFormat; /* as in B; or TOPKNOT_SHM_BUNDLE, with as many pictures as `width` says */
  uint32_t gamutPrimaries;
  uint32_t transfer;
  uint64_t bytes;  /* of the pixels */
  uint64_t frame;  /* number, from 1 */
  int64_t stampNs; /* CLOCK_MONOTONIC when it was published */
  uint32_t flags;  /* 0, or TOPKNOT_SHM_STALE; of a bundle: one of its pictures is */
  uint32_t check;  /* of the bytes before, with `seq` as it is while the frame is whole */
} TopknotShmSlot;

/* The last page of a segment. */
typedef struct TopknotShmTail {
  char magic[8];
  uint32_t version;
  uint32_t tailBytes;
  uint64_t segmentBytes;
  uint64_t slotsOffset; /* bytes from the start of the segment to slot 0 */
  uint64_t slotBytes;   /* from one slot to the next */
  uint32_t slotCount;
  int32_t ownerPid;
  uint64_t session; /* another number for each sender */
  uint32_t check;   /* of the bytes before */
  uint32_t headPadding;
  uint32_t news;    /* futex word: another number after each frame, and when it is retired */
  uint32_t latest;  /* slot of the newest frame */
  uint32_t retired; /* no more frames will come */
  uint32_t skipped; /* frames that old clients did not get, as the mutex was not to be had */
  uint8_t padding[48];
  TopknotShmSlot slots[TOPKNOT_SHM_MOST_SLOTS];
  uint8_t rest[TOPKNOT_SHM_TAIL_BYTES - 128 - 64 * TOPKNOT_SHM_MOST_SLOTS];
} TopknotShmTail;

/* A bundle (shared memory of type global) begins with this and its entries. */
typedef struct TopknotShmBundle {
  uint32_t count;
  uint32_t entryBytes;
  uint64_t bytes; /* of the whole bundle */
} TopknotShmBundle;

/* One picture of a bundle. */
typedef struct TopknotShmEntry {
  char name[208]; /* with its 0 */
  int32_t width;
  int32_t height;
  float aspectX;
  float aspectY;
  uint32_t pixelFormat;
  uint32_t gamutPrimaries;
  uint32_t transfer;
  uint32_t flags;  /* as those of a slot */
  uint64_t offset; /* bytes from the start of the bundle */
  uint64_t bytes;
  int64_t frame; /* of the sender's graph; the same in all pictures that were made together */
  uint64_t reserved;
} TopknotShmEntry;

#ifdef __cplusplus
#define TOPKNOT_SHM_CHECK(condition) static_assert(condition, #condition)
#else
#define TOPKNOT_SHM_CHECK(condition) _Static_assert(condition, #condition)
#endif
#define TOPKNOT_SHM_AT(type, member, place) TOPKNOT_SHM_CHECK(offsetof(type, member) == (place))

TOPKNOT_SHM_CHECK(sizeof(TopknotShmHeaderA) == 40);
TOPKNOT_SHM_AT(TopknotShmHeaderA, magic, 0);
TOPKNOT_SHM_AT(TopknotShmHeaderA, version, 4);
TOPKNOT_SHM_AT(TopknotShmHeaderA, width, 8);
TOPKNOT_SHM_AT(TopknotShmHeaderA, height, 12);
TOPKNOT_SHM_AT(TopknotShmHeaderA, aspectX, 16);
TOPKNOT_SHM_AT(TopknotShmHeaderA, aspectY, 20);
TOPKNOT_SHM_AT(TopknotShmHeaderA, dataFormat, 24);
TOPKNOT_SHM_AT(TopknotShmHeaderA, dataType, 28);
TOPKNOT_SHM_AT(TopknotShmHeaderA, pixelFormat, 32);
TOPKNOT_SHM_AT(TopknotShmHeaderA, dataOffset, 36);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmHeaderB) == 48);
TOPKNOT_SHM_AT(TopknotShmHeaderB, magic, 0);
TOPKNOT_SHM_AT(TopknotShmHeaderB, version, 4);
TOPKNOT_SHM_AT(TopknotShmHeaderB, width, 8);
TOPKNOT_SHM_AT(TopknotShmHeaderB, height, 12);
TOPKNOT_SHM_AT(TopknotShmHeaderB, aspectX, 16);
TOPKNOT_SHM_AT(TopknotShmHeaderB, aspectY, 20);
TOPKNOT_SHM_AT(TopknotShmHeaderB, pixelFormat, 24);
TOPKNOT_SHM_AT(TopknotShmHeaderB, padding, 28);
TOPKNOT_SHM_AT(TopknotShmHeaderB, dataSize, 32);
TOPKNOT_SHM_AT(TopknotShmHeaderB, dataOffset, 40);
TOPKNOT_SHM_AT(TopknotShmHeaderB, tailPadding, 44);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmHeaderC) == 56);
TOPKNOT_SHM_AT(TopknotShmHeaderC, magic, 0);
TOPKNOT_SHM_AT(TopknotShmHeaderC, version, 4);
TOPKNOT_SHM_AT(TopknotShmHeaderC, width, 8);
TOPKNOT_SHM_AT(TopknotShmHeaderC, height, 12);
TOPKNOT_SHM_AT(TopknotShmHeaderC, aspectX, 16);
TOPKNOT_SHM_AT(TopknotShmHeaderC, aspectY, 20);
TOPKNOT_SHM_AT(TopknotShmHeaderC, pixelFormat, 24);
TOPKNOT_SHM_AT(TopknotShmHeaderC, padding, 28);
TOPKNOT_SHM_AT(TopknotShmHeaderC, dataSize, 32);
TOPKNOT_SHM_AT(TopknotShmHeaderC, dataOffset, 40);
TOPKNOT_SHM_AT(TopknotShmHeaderC, gamutPrimaries, 44);
TOPKNOT_SHM_AT(TopknotShmHeaderC, transfer, 48);
TOPKNOT_SHM_AT(TopknotShmHeaderC, tailPadding, 52);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmInfo) == 44);
TOPKNOT_SHM_AT(TopknotShmInfo, magic, 0);
TOPKNOT_SHM_AT(TopknotShmInfo, version, 4);
TOPKNOT_SHM_AT(TopknotShmInfo, supported, 8);
TOPKNOT_SHM_AT(TopknotShmInfo, postfix, 9);
TOPKNOT_SHM_AT(TopknotShmInfo, detach, 41);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmWideInfo) == 76);
TOPKNOT_SHM_AT(TopknotShmWideInfo, magic, 0);
TOPKNOT_SHM_AT(TopknotShmWideInfo, version, 4);
TOPKNOT_SHM_AT(TopknotShmWideInfo, supported, 8);
TOPKNOT_SHM_AT(TopknotShmWideInfo, postfix, 10);
TOPKNOT_SHM_AT(TopknotShmWideInfo, detach, 74);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmLock) == TOPKNOT_SHM_LOCK_BYTES);
TOPKNOT_SHM_AT(TopknotShmLock, mutex, 0);
TOPKNOT_SHM_AT(TopknotShmLock, ownerPid, 128);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmSlot) == 64);
TOPKNOT_SHM_AT(TopknotShmSlot, seq, 0);
TOPKNOT_SHM_AT(TopknotShmSlot, width, 4);
TOPKNOT_SHM_AT(TopknotShmSlot, height, 8);
TOPKNOT_SHM_AT(TopknotShmSlot, aspectX, 12);
TOPKNOT_SHM_AT(TopknotShmSlot, aspectY, 16);
TOPKNOT_SHM_AT(TopknotShmSlot, pixelFormat, 20);
TOPKNOT_SHM_AT(TopknotShmSlot, gamutPrimaries, 24);
TOPKNOT_SHM_AT(TopknotShmSlot, transfer, 28);
TOPKNOT_SHM_AT(TopknotShmSlot, bytes, 32);
TOPKNOT_SHM_AT(TopknotShmSlot, frame, 40);
TOPKNOT_SHM_AT(TopknotShmSlot, stampNs, 48);
TOPKNOT_SHM_AT(TopknotShmSlot, flags, 56);
TOPKNOT_SHM_AT(TopknotShmSlot, check, 60);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmTail) == TOPKNOT_SHM_TAIL_BYTES);
TOPKNOT_SHM_AT(TopknotShmTail, magic, 0);
TOPKNOT_SHM_AT(TopknotShmTail, version, 8);
TOPKNOT_SHM_AT(TopknotShmTail, tailBytes, 12);
TOPKNOT_SHM_AT(TopknotShmTail, segmentBytes, 16);
TOPKNOT_SHM_AT(TopknotShmTail, slotsOffset, 24);
TOPKNOT_SHM_AT(TopknotShmTail, slotBytes, 32);
TOPKNOT_SHM_AT(TopknotShmTail, slotCount, 40);
TOPKNOT_SHM_AT(TopknotShmTail, ownerPid, 44);
TOPKNOT_SHM_AT(TopknotShmTail, session, 48);
TOPKNOT_SHM_AT(TopknotShmTail, check, 56);
TOPKNOT_SHM_AT(TopknotShmTail, news, 64);
TOPKNOT_SHM_AT(TopknotShmTail, latest, 68);
TOPKNOT_SHM_AT(TopknotShmTail, retired, 72);
TOPKNOT_SHM_AT(TopknotShmTail, skipped, 76);
TOPKNOT_SHM_AT(TopknotShmTail, slots, 128);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmBundle) == 16);
TOPKNOT_SHM_AT(TopknotShmBundle, count, 0);
TOPKNOT_SHM_AT(TopknotShmBundle, entryBytes, 4);
TOPKNOT_SHM_AT(TopknotShmBundle, bytes, 8);

TOPKNOT_SHM_CHECK(sizeof(TopknotShmEntry) == 272);
TOPKNOT_SHM_AT(TopknotShmEntry, name, 0);
TOPKNOT_SHM_AT(TopknotShmEntry, width, 208);
TOPKNOT_SHM_AT(TopknotShmEntry, height, 212);
TOPKNOT_SHM_AT(TopknotShmEntry, aspectX, 216);
TOPKNOT_SHM_AT(TopknotShmEntry, aspectY, 220);
TOPKNOT_SHM_AT(TopknotShmEntry, pixelFormat, 224);
TOPKNOT_SHM_AT(TopknotShmEntry, gamutPrimaries, 228);
TOPKNOT_SHM_AT(TopknotShmEntry, transfer, 232);
TOPKNOT_SHM_AT(TopknotShmEntry, flags, 236);
TOPKNOT_SHM_AT(TopknotShmEntry, offset, 240);
TOPKNOT_SHM_AT(TopknotShmEntry, bytes, 248);
TOPKNOT_SHM_AT(TopknotShmEntry, frame, 256);

#ifdef __cplusplus
}
#endif
