"""Prints the bits of a sample, and then (r, g, b, a) of each pixel, top row first, of a dds file with
a DX10 header or of a tif file that libtiff's tiffcp stored in one piece: a reader of its own, by
the formats' descriptions."""
import struct
import sys


def small_float(bits, mantissa):
    exponent, fraction = bits >> mantissa, bits & ((1 << mantissa) - 1)
    if exponent == 0:
        return fraction / (1 << mantissa) * 2.0**-14
    if exponent == 31:
        return float("nan") if fraction else float("inf")
    return (1 + fraction / (1 << mantissa)) * 2.0 ** (exponent - 15)


def samples(data, code, divisor):
    values = struct.unpack("<%d%s" % (len(data) // struct.calcsize(code), code), data)
    return [value / divisor for value in values] if divisor else list(values)


def word_10_10_10_2(word):
    return [(word >> 10 * i & 1023) / 1023 for i in range(3)] + [(word >> 30) / 3]


def word_11_11_10(word):
    return [small_float(word & 2047, 6), small_float(word >> 11 & 2047, 6),
            small_float(word >> 22, 5), 1.0]


FULL = "rgba"
DXGI = {  # number: channels, struct's code, divisor
    28: (FULL, "B", 255), 29: (FULL, "B", 255), 10: (FULL, "e", 0), 2: (FULL, "f", 0),
    11: (FULL, "H", 65535), 6: ("rgb", "f", 0), 61: ("m", "B", 255), 56: ("m", "H", 65535),
    54: ("m", "e", 0), 41: ("m", "f", 0), 49: ("rg", "B", 255), 35: ("rg", "H", 65535),
    34: ("rg", "e", 0), 16: ("rg", "f", 0), 65: ("a", "B", 255),
}
PACKED = {24: (word_10_10_10_2, 10), 26: (word_11_11_10, 11)}


def spread(values, channels):
    for at in range(0, len(values), len(channels)):
        one = dict(zip(channels, values[at:at + len(channels)]))
        if "m" in one:
            one.update(r=one["m"], g=one["m"], b=one["m"])
        yield [one.get(c, 1.0 if c == "a" else 0.0) for c in FULL]


def read_dds(file):
    assert file[:4] == b"DDS " and struct.unpack_from("<I", file, 4)[0] == 124
    assert file[84:88] == b"DX10" and struct.unpack_from("<I", file, 132)[0] == 3
    height, width = struct.unpack_from("<II", file, 12)
    number, data = struct.unpack_from("<I", file, 128)[0], file[148:]
    if number in PACKED:
        unpack, bits = PACKED[number]
        words = struct.unpack("<%dI" % (width * height), data)
        return bits, [unpack(word) for word in words]
    channels, code, divisor = DXGI[number]
    assert len(data) == width * height * len(channels) * struct.calcsize(code)
    return 8 * struct.calcsize(code), list(spread(samples(data, code, divisor), channels))


def read_tif(file):
    assert file[:4] == b"II*\0"
    directory = struct.unpack_from("<I", file, 4)[0]
    fields = {}
    for i in range(struct.unpack_from("<H", file, directory)[0]):
        tag, kind, count, value = struct.unpack_from("<HHII", file, directory + 2 + 12 * i)
        if kind == 3:
            value &= 0xffff
            if count > 2:
                value = struct.unpack_from("<H", file, value)[0]
            elif count == 2:
                value = struct.unpack_from("<H", file, directory + 2 + 12 * i + 8)[0]
        fields[tag] = (count, value)
    assert fields[259][1] == 1 and fields[273][0] == 1 and fields[339][1] == 3
    start, size = fields[273][1], fields[279][1]
    channels = {1: "m", 2: "ma", 3: "rgb", 4: FULL}[fields[277][1]]
    return 32, list(spread(samples(file[start:start + size], "f", 0), channels))


with open(sys.argv[1], "rb") as opened:
    content = opened.read()
bits_of_sample, pixels = (read_dds if content[:4] == b"DDS " else read_tif)(content)
print(bits_of_sample)
for pixel in pixels:
    print(*(repr(float(value)) for value in pixel))
