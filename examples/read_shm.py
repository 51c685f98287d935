"""Reads one frame that Topknot publishes in shared memory, in Python: read_shm.py NAME [OUT.ppm]"""
import ctypes
import errno
import mmap
import os
import struct
import sys
import time


def map_object(name):
    with open("/dev/shm/" + name, "r+b") as file:
        return mmap.mmap(file.fileno(), 0)


def lock(mutex):
    """Takes the sender's pthread mutex and returns what gives it back."""
    libc = ctypes.CDLL(None)
    limit = (ctypes.c_long * 2)(int(time.time()) + 5, 0)  # a timespec
    error = libc.pthread_mutex_timedlock(mutex, limit)
    if error == errno.EOWNERDEAD:
        error = libc.pthread_mutex_consistent(mutex)
    if error != 0:
        sys.exit("the lock: " + os.strerror(error))
    return lambda: libc.pthread_mutex_unlock(mutex)

def read_frame(name):
    """Returns width, height, format number and the pixels, bottom row first."""
    unlock = lock((ctypes.c_char * 40).from_buffer(map_object(f"TouchSHM{name}Mutex")))
    try:
        # After a change of size the segment's name has a postfix, which the info block tells.
        info = map_object(f"TouchSHMTouchSHM{name}4jhd783h")
        data = map_object(f"TouchSHM{name}{info[9:41].split(bytes(1))[0].decode()}")
        magic, width, height, number, size, offset = struct.unpack_from("<I4xii8xI4xqi", data)
        if magic != 0xD95EF835:
            sys.exit("there is no frame now")
        if min(width, height, size) < 1 or not 44 <= offset <= len(data) - size:
            sys.exit("the header lies about its sizes")
        return width, height, number, data[offset : offset + size]
    finally:
        unlock()

try:
    width, height, number, pixels = read_frame(sys.argv[1])
except IndexError:
    sys.exit("usage: read_shm.py NAME [OUT.ppm]")
except FileNotFoundError:
    sys.exit(f"nobody sends '{sys.argv[1]}'")
total = 0xCBF29CE484222325  # FNV-1a
for byte in pixels:
    total = (total ^ byte) * 0x100000001B3 % 2**64
print(f"{width}x{height} format {number} checksum {total:016x}")
if len(sys.argv) > 2:
    if number not in (37, 43) or len(pixels) != 4 * width * height:
        sys.exit("only RGBA8 becomes a PPM here")
    rows = [pixels[i : i + 4 * width] for i in range(0, len(pixels), 4 * width)]
    rgb = [row[i : i + 3] for row in reversed(rows) for i in range(0, 4 * width, 4)]  # top first
    with open(sys.argv[2], "wb") as file:
        file.write(b"P6 %d %d 255\n" % (width, height) + b"".join(rgb))
