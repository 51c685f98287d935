// What a shader of the dialect finds declared, whatever it is connected to.
struct TDTexInfo {
  vec4 res;    // 1 / width, 1 / height, width, height
  vec4 depth;  // 1 / depth, depth, depth offset, undefined
};

// Puts a colour's channels where the target stores them.
vec4 TDOutputSwizzle(vec4 c) {
#if TD_OUTPUT_SWIZZLE == 1
  return c.aaaa;
#elif TD_OUTPUT_SWIZZLE == 2
  return c.raaa;
#else
  return c;
#endif
}

uvec4 TDOutputSwizzle(uvec4 c) {
#if TD_OUTPUT_SWIZZLE == 1
  return c.aaaa;
#elif TD_OUTPUT_SWIZZLE == 2
  return c.raaa;
#else
  return c;
#endif
}

// Half a period of a sine: 0 at 0 and below, 1 at 1 and above.
float TDSineLookup(float x) {
  return 0.5 - 0.5 * cos(clamp(x, 0.0, 1.0) * 3.14159265358979);
}
