// Colours for users' shaders.

// Hue, saturation and value from 0 to 1; a hue beyond goes round (Smith, Color Gamut Transform
// Pairs, 1978).
vec3 TDHSVToRGB(vec3 c) {
  vec3 pure = clamp(abs(mod(c.x * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
  return c.z * mix(vec3(1.0), pure, c.y);
}

// The hue of a grey is 0, and so is the saturation of black.
vec3 TDRGBToHSV(vec3 c) {
  float v = max(c.r, max(c.g, c.b));
  float chroma = v - min(c.r, min(c.g, c.b));
  float divisor = chroma > 0.0 ? chroma : 1.0;
  float h = (c.g - c.b) / divisor;
  if (v == c.b) h = 4.0 + (c.r - c.g) / divisor;
  if (v == c.g) h = 2.0 + (c.b - c.r) / divisor;
  if (v == c.r) h = (c.g - c.b) / divisor;
  return vec3(fract(h / 6.0), v > 0.0 ? chroma / v : 0.0, v);
}

// Of a linear colour, with Rec. 709's weights (ITU-R BT.709-6, 3.2).
float TDLuminance(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }

// Linear colours of Rec. 709's primaries as those of Rec. 2020's, and back; both have the white
// D65. The matrices of ITU-R BT.2087-0, with all digits.
vec3 TDGamutRec709ToRec2020(vec3 c) {
  return mat3(0.6274038959, 0.0690972894, 0.0163914389, 0.3292830384, 0.9195403951, 0.0880133079,
              0.0433130657, 0.0113623156, 0.8955952532) * c;
}
vec3 TDGamutRec2020ToRec709(vec3 c) {
  return mat3(1.6604910021, -0.1245504745, -0.0181507634, -0.5876411388, 1.1328998971,
              -0.1005788980, -0.0728498633, -0.0083494226, 1.1187296614) * c;
}

// The bits of a channel of the output; 0 for formats in floats, which need no dither.
#ifndef TD_OUTPUT_BITS
#define TD_OUTPUT_BITS 0
#endif

// Adds to red, green and blue the same noise, from minus to plus half a step of the output's
// format, so that rounding keeps the average. Each pixel has its own, by an integer hash (PCG) of
// its place. Alpha stays. Vertices have no pixel: there it changes nothing.
vec4 TDDither(vec4 c) {
#if TD_OUTPUT_BITS > 0 && (defined(TD_PIXEL_SHADER) || defined(TD_COMPUTE_SHADER))
#ifdef TD_PIXEL_SHADER
  uvec2 at = uvec2(gl_FragCoord.xy);
#else
  uvec2 at = gl_GlobalInvocationID.xy;
#endif
  float noise = 0.5 * tdNoiseUnit(tdNoiseHash(tdNoiseHash(at.y) + at.x));
  return vec4(c.rgb + noise / (exp2(float(TD_OUTPUT_BITS)) - 1.0), c.a);
#else
  return c;
#endif
}
