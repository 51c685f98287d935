// Reads one frame that Topknot publishes in shared memory, in C: read_shm NAME [OUT.ppm]
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static char* map(const char* before, const char* name, const char* after, size_t* size) {
  char object[300];
  snprintf(object, sizeof object, "%s%.200s%.31s", before, name, after);
  int fd = shm_open(object, O_RDWR, 0);
  if (fd < 0 || (*size = lseek(fd, 0, SEEK_END)) < 44) return NULL;
  char* start = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return start == MAP_FAILED ? NULL : start;
}

int main(int argc, char** argv) {
  if (argc < 2) errx(2, "usage: read_shm NAME [OUT.ppm]");
  size_t size = 0;
  pthread_mutex_t* mutex = (pthread_mutex_t*)map("TouchSHM", argv[1], "Mutex", &size);
  if (!mutex) errx(1, "nobody sends '%s'", argv[1]);
  struct timespec limit = {.tv_sec = time(NULL) + 5};
  int error = pthread_mutex_timedlock(mutex, &limit);
  if (error == EOWNERDEAD) error = pthread_mutex_consistent(mutex);
  if (error != 0) errx(1, "the lock: %s", strerror(error));
  // After a change of size the segment's name has a postfix, which the info block tells.
  char* info = map("TouchSHMTouchSHM", argv[1], "4jhd783h", &size);
  char* data = map("TouchSHM", argv[1], info ? info + 9 : "", &size);
  struct {
    uint32_t magic, version, width, height, aspect[2], format, padding;
    int64_t bytes;
    int32_t offset;
  } head = {0};
  if (data) memcpy(&head, data, 44);
  const int whole = head.magic == 0xd95ef835 && head.width > 0 && head.height > 0 &&
                    head.bytes > 0 && head.offset >= 44 && (size_t)head.offset <= size &&
                    (uint64_t)head.bytes <= size - head.offset;
  unsigned char* pixels = whole ? malloc(head.bytes) : NULL;
  if (!pixels) errx(1, "there is no whole frame");
  memcpy(pixels, data + head.offset, head.bytes);
  pthread_mutex_unlock(mutex);
  uint64_t sum = 0xcbf29ce484222325u;  // FNV-1a
  for (int64_t i = 0; i < head.bytes; ++i) sum = (sum ^ pixels[i]) * 0x100000001b3u;
  printf("%ux%u format %u checksum %016" PRIx64 "\n", head.width, head.height, head.format, sum);
  if (argc < 3) return 0;
  if (head.format != 37 || head.bytes / 4 / head.width < head.height) errx(1, "not an RGBA8 frame");
  FILE* file = fopen(argv[2], "wb");
  if (!file) err(1, "%s", argv[2]);
  fprintf(file, "P6 %u %u 255\n", head.width, head.height);
  for (int64_t y = head.height; y-- > 0;)  // a PPM starts at the top
    for (int64_t x = 0; x < head.width; ++x) fwrite(pixels + 4 * (y * head.width + x), 3, 1, file);
  return fclose(file) != 0;
}
