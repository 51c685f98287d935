// What a compute shader of the dialect writes its outputs with. Beyond their edges nothing happens;
// coordinates that the outputs do not have are ignored.
#if TD_OUTPUT_FLAT
#define TD_AT(c) (c).xy
#else
#define TD_AT(c) (c)
#endif

bool tdInside(ivec3 at, int index) {
#define TD_SIZE(i) if (index == i) return all(greaterThanEqual(TD_AT(at), TD_AT(ivec3(0)))) && all(lessThan(TD_AT(at), TD_AT(imageSize(mTDComputeOutputs[i]))));
  TD_EACH_BUFFER(TD_SIZE)
  return false;
}

vec4 tdEncoded(vec4 c) {
#if TD_OUTPUT_SRGB
  vec3 v = clamp(c.rgb, 0.0, 1.0);
  c.rgb = mix(1.055 * pow(v, vec3(1.0 / 2.4)) - 0.055, v * 12.92, lessThan(v, vec3(0.0031308)));
#endif
  return TDOutputSwizzle(c);
}

void TDImageStoreOutput(uint index, ivec3 at, vec4 colour) {
  if (!tdInside(at, int(index))) return;
  vec4 stored = tdEncoded(colour);
#define TD_STORE(i) if (index == uint(i)) imageStore(mTDComputeOutputs[i], TD_AT(at), stored);
  TD_EACH_BUFFER(TD_STORE)
}

void TDImageStoreOutput(uint index, uvec3 at, vec4 colour) {
  TDImageStoreOutput(index, ivec3(at), colour);
}

#if TD_OUTPUT_READS
vec4 TDImageLoadOutput(uint index, ivec3 at) {
  if (!tdInside(at, int(index))) return vec4(0.0);
  vec4 c = vec4(0.0);
#define TD_LOAD(i) if (index == uint(i)) c = imageLoad(mTDComputeOutputs[i], TD_AT(at));
  TD_EACH_BUFFER(TD_LOAD)
#if TD_OUTPUT_SRGB
  c.rgb = mix(pow((c.rgb + 0.055) / 1.055, vec3(2.4)), c.rgb / 12.92,
              lessThanEqual(c.rgb, vec3(0.04045)));
#endif
#if TD_OUTPUT_SWIZZLE == 1
  return vec4(0.0, 0.0, 0.0, c.r);
#elif TD_OUTPUT_SWIZZLE == 2
  return c.rrrg;
#else
  return c;
#endif
}

vec4 TDImageLoadOutput(uint index, uvec3 at) { return TDImageLoadOutput(index, ivec3(at)); }
#endif
