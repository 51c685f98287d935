# Small pictures of every kind, to begin fuzzing with. Sourced by tests/fuzz/run.sh.
# shellcheck shell=sh disable=SC2154

# ImageMagick's convert, and not a stand-in of that name.
magick_program() {
  for name in magick convert-im6.q16 convert; do
    if "$name" -version 2>/dev/null | grep -q Copyright; then
      echo "$name"
      return
    fi
  done
  fail "ImageMagick is missing"
}

# seed NAME OPTION...: a picture by ImageMagick; the folder is that of its suffix.
seed() {
  name=$1
  shift
  mkdir -p "$seeds/${name##*.}"
  "$magick" "$picture" "$@" "$seeds/${name##*.}/$stem-$name" 2>/dev/null || true
}

png_seeds() {
  seed plain.png
  seed deep.png -depth 16 -define png:bit-depth=16
  seed grey.png -alpha off -colorspace Gray
  seed deepgrey.png -alpha off -colorspace Gray -define png:bit-depth=16
  seed interlaced.png -interlace PNG
  for colours in 2 4 16 200; do
    seed "palette$colours.png" -alpha off -colors $colours -type Palette
  done
  seed clear.png -alpha on -channel A -evaluate set 50%
  seed bits.png -alpha off -monochrome
  seed key.png -alpha off -colors 8 -transparent black -define png:color-type=3
}

jpg_seeds() {
  seed base.jpg -quality 80 -interlace None
  seed progressive.jpg -quality 60 -interlace Plane
  seed grey.jpg -colorspace Gray
  seed full.jpg -sampling-factor 1x1
  seed odd.jpg -sampling-factor 4x1,1x1,2x1
  seed cmyk.jpg -colorspace CMYK
  seed restart.jpg -define jpeg:restart-interval=2
}

bmp_tga_hdr_seeds() {
  seed rgb.bmp -alpha off -type TrueColor
  seed alpha.bmp -alpha on -channel A -evaluate set 50%
  for colours in 2 16 200; do
    seed "palette$colours.bmp" -alpha off -colors $colours -type Palette
  done
  seed old.bmp -alpha off -define bmp:format=bmp2
  seed three.bmp -alpha off -define bmp:format=bmp3
  seed plain.tga -compress None
  seed runs.tga -compress RLE
  seed grey.tga -alpha off -colorspace Gray
  seed palette.tga -alpha off -colors 16 -type Palette -compress None
  seed plain.hdr
}

tif_seeds() {
  for kind in None LZW Zip RLE Group4 Fax LZMA ZSTD WebP; do
    seed "$kind.tif" -alpha off -compress "$kind"
  done
  seed jpeg.tif -alpha off -compress JPEG
  seed ycbcr.tif -alpha off -colorspace YCbCr -compress JPEG
  seed cmyk.tif -alpha off -colorspace CMYK -compress LZW
  seed lab.tif -alpha off -colorspace Lab
  seed palette.tif -alpha off -colors 16 -type Palette
  seed bits.tif -monochrome
  seed deep.tif -depth 16
  seed float.tif -depth 32 -define quantum:format=floating-point
  seed half.tif -depth 16 -define quantum:format=floating-point
  seed tiled.tif -define tiff:tile-geometry=16x16 -compress Zip
  seed planes.tif -interlace Plane
  seed big.tif -define tiff:endian=msb
  seed large.tiff64
  seed turned.tif -orient LeftBottom
  if [ -d "$seeds/tiff64" ]; then
    for file in "$seeds"/tiff64/*; do mv "$file" "$seeds/tif/$(basename "$file" .tiff64).tif"; done
    rmdir "$seeds/tiff64"
  fi
}

dds_seeds() {
  seed plain.dds -define dds:compression=none
  for kind in dxt1 dxt3 dxt5; do
    seed "$kind.dds" -define dds:compression=$kind
  done
  seed mips.dds -define dds:compression=dxt5 -define dds:mipmaps=3
  [ -x "$program" ] || return 0
  for format in rgba8fixed srgba8fixed rgba16float rgba32float rgb10a2fixed rgba11float \
    mono8fixed mono16fixed rg8fixed rg32float a8fixed rgb32float; do
    "$program" convert "$picture" "$seeds/dds/$stem-$format.dds" --format $format >/dev/null 2>&1 ||
      true
  done
}

exr_seeds() {
  mkdir -p "$seeds/exr"
  base=$seeds/exr/$stem
  case $picture in
    *.exr) cp "$picture" "$base-plain.exr" ;;
    *) "$magick" "$picture" "$base-plain.exr" 2>/dev/null || return 0 ;;
  esac
  for kind in none rle zip zips piz pxr24 b44 b44a dwaa dwab; do
    "$magick" "$picture" -compress "$kind" "$base-$kind.exr" 2>/dev/null || true
  done
  for kind in zip piz pxr24 b44 dwaa; do
    exrmaketiled -t 8 8 -z $kind "$base-plain.exr" "$base-tiled-$kind.exr" 2>/dev/null || true
  done
  exrmaketiled -m -t 16 16 "$base-plain.exr" "$base-mipmaps.exr" 2>/dev/null || true
  exrmaketiled -r -t 8 16 "$base-plain.exr" "$base-ripmaps.exr" 2>/dev/null || true
  exrmultipart -combine -i "$base-plain.exr" "$base-tiled-zip.exr" -o "$base-parts.exr" \
    >/dev/null 2>&1 || true
}

# bc_seeds: headers of BC4 and BC5, and older ones, around bytes of another file.
block_seeds() {
  for file in "$seeds"/dds/*-dxt5.dds; do
    [ -f "$file" ] || continue
    for code in ATI1 ATI2 BC4U BC5U DXT2 DXT4; do
      { head -c 84 "$file"; printf %s $code; tail -c +89 "$file"; } >"${file%.dds}-$code.dds"
    done
  done
}

# picture_seeds FOLDER PICTURE...: in FOLDER/png and so on. Large pictures are made small first.
picture_seeds() {
  seeds=$1
  shift
  magick=$(magick_program)
  mkdir -p "$seeds"
  small=$seeds/small
  mkdir -p "$small"
  "$magick" -size 24x18 -seed 7 plasma: -alpha on "$small/plasma.png"
  for picture in "$@"; do
    "$magick" "$picture" -resize 20x20 -alpha on "$small/$(basename "${picture%.*}").png" \
      2>/dev/null || true
  done
  for picture in "$small"/*.png; do
    stem=$(basename "${picture%.*}")
    png_seeds
    jpg_seeds
    bmp_tga_hdr_seeds
    tif_seeds
    dds_seeds
    exr_seeds
  done
  block_seeds
  rm -rf "$small"
  mkdir -p "$seeds/image"
  for format in png jpg bmp tga hdr exr tif dds; do
    cp "$seeds/$format"/plasma-* "$seeds/image/"
  done
}

# shader_seeds FOLDER: the library's own shaders, those of examples, and the texts in tests.
shader_seeds() {
  mkdir -p "$1"
  cp "$root"/shaders/*.glsl "$root"/examples/*.frag "$1/"
  python3 - "$1" "$root"/tests/gl/*_test.cpp "$root"/tests/glsl/*_test.cpp "$root"/tests/ops/glsl*_test.cpp <<'END'
import ast, pathlib, re, sys
# Neighbouring string literals of C++ that look like a shader.
literals = re.compile(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+')
raw = re.compile(r'R"[a-z]*\((.*?)\)[a-z]*"', re.S)
folder, found = pathlib.Path(sys.argv[1]), set()
for name in sys.argv[2:]:
    text = pathlib.Path(name).read_text()
    found.update(raw.findall(text))
    for match in literals.findall(text):
        try:
            found.add(ast.literal_eval("(" + match + ")"))
        except (SyntaxError, ValueError):
            pass
texts = sorted(text for text in found if 30 < len(text) < 6000 and re.search(r'[{;#]', text))
for number, text in enumerate(texts):
    folder.joinpath(f"test-{number:04}.glsl").write_text(text, errors="replace")
END
}
