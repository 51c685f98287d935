"""The bytes of frames in shared memory, as topknot/shared_frame.h has them; reads without a lock."""
import mmap
import struct

MAGIC_A, MAGIC, INFO_MAGIC = 0xE95DF673, 0xD95EF835, 0x56ED34BA
CORE_BYTES, TAIL_BYTES, NO_SLOT, BUNDLE, STALE = 44, 4096, 0xFFFFFFFF, 0xF1000, 1
TAIL_MAGIC = b"TDSHMX1\0"
# Name: (struct format, fields). Padding has no field.
LAYOUTS = {
    "HeaderA": ("<IIiiffIIIi", "magic version width height aspectX aspectY dataFormat dataType "
                "pixelFormat dataOffset"),
    "HeaderB": ("<IiiiffI4xqi4x", "magic version width height aspectX aspectY pixelFormat "
                "dataSize dataOffset"),
    "HeaderC": ("<IiiiffI4xqiII4x", "magic version width height aspectX aspectY pixelFormat "
                "dataSize dataOffset gamutPrimaries transfer"),
    "Info": ("<IIB32sB2x", "magic version supported postfix detach"),
    "WideInfo": ("<IIBx64sBx", "magic version supported postfix detach"),
    "Lock": ("<128xi3964x", "ownerPid"),
    "Slot": ("<IiiffIIIQQqII", "seq width height aspectX aspectY pixelFormat gamutPrimaries "
             "transfer bytes frame stampNs flags check"),
    "Tail": ("<8sIIQQQIiQI4xIIII48x3968x", "magic version tailBytes segmentBytes slotsOffset "
             "slotBytes slotCount ownerPid session check news latest retired skipped"),
    "Bundle": ("<IIQ", "count entryBytes bytes"),
    "Entry": ("<208siiffIIIIQQq8x", "name width height aspectX aspectY pixelFormat "
              "gamutPrimaries transfer flags offset bytes frame"),
}
SLOTS_AT = 128  # of the tail


def unpack(layout, data, offset=0):
    form, fields = LAYOUTS[layout]
    return dict(zip(fields.split(), struct.unpack_from(form, data, offset)))


def newest(name, attempts=1000):
    """The newest frame of a Topknot sender: (slot, pixels), bottom row first; None if there is none."""
    with open("/dev/shm/TouchSHMTouchSHM" + name + "4jhd783h", "rb") as file:
        postfix = unpack("Info", file.read(44))["postfix"].split(bytes(1))[0].decode()
    with open("/dev/shm/TouchSHM" + name + postfix, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    end = len(data) - TAIL_BYTES
    for _ in range(attempts if end > 0 else 0):
        tail = unpack("Tail", data, end)
        if tail["magic"] != TAIL_MAGIC or tail["latest"] >= tail["slotCount"]:
            return None
        place = end + SLOTS_AT + 64 * tail["latest"]
        slot = unpack("Slot", data, place)
        start = tail["slotsOffset"] + tail["latest"] * tail["slotBytes"]
        pixels = data[start : start + slot["bytes"]]
        if slot["seq"] % 2 == 0 and unpack("Slot", data, place) == slot:
            return slot, pixels
    return None
