// Ramps and ranges for users' shaders.

// Perlin's blend of fifth degree (Improving Noise, 2002), t^3 (6 t^2 - 15 t + 10): from 0 at 0 to 1
// at 1, with neither slope nor bend at both. Meant for 0..1; not held outside. And its derivative.
float TDFade(float t) { return t * t * t * (t * (t * 6.0 - 15.0) + 10.0); }
vec2 TDFade(vec2 t) { return t * t * t * (t * (t * 6.0 - 15.0) + 10.0); }
vec3 TDFade(vec3 t) { return t * t * t * (t * (t * 6.0 - 15.0) + 10.0); }
vec4 TDFade(vec4 t) { return t * t * t * (t * (t * 6.0 - 15.0) + 10.0); }
float TDFadeDeriv(float t) { return 30.0 * t * t * (t - 1.0) * (t - 1.0); }
vec2 TDFadeDeriv(vec2 t) { return 30.0 * t * t * (t - 1.0) * (t - 1.0); }
vec3 TDFadeDeriv(vec3 t) { return 30.0 * t * t * (t - 1.0) * (t - 1.0); }
vec4 TDFadeDeriv(vec4 t) { return 30.0 * t * t * (t - 1.0) * (t - 1.0); }

// Half way between both.
float TDAverage(float a, float b) { return 0.5 * (a + b); }

// Where v lies within a range: 0 at its low end, 1 at its high end, beyond outside. A range of no
// width has only its low end.
float tdWithin(float v, float low, float high) {
  float width = high - low;
  return width == 0.0 ? 0.0 : (v - low) / width;
}
vec2 tdWithin(vec2 v, vec2 low, vec2 high) {
  vec2 width = high - low, empty = vec2(equal(width, vec2(0.0)));
  return (v - low) * (1.0 - empty) / (width + empty);
}
vec3 tdWithin(vec3 v, vec3 low, vec3 high) {
  vec3 width = high - low, empty = vec3(equal(width, vec3(0.0)));
  return (v - low) * (1.0 - empty) / (width + empty);
}
vec4 tdWithin(vec4 v, vec4 low, vec4 high) {
  vec4 width = high - low, empty = vec4(equal(width, vec4(0.0)));
  return (v - low) * (1.0 - empty) / (width + empty);
}

// Moves v from one range to another, in proportion; not held outside. A range may run downwards.
float TDRemap(float v, float oldMin, float oldMax, float newMin, float newMax) {
  return mix(newMin, newMax, tdWithin(v, oldMin, oldMax));
}
vec2 TDRemap(vec2 v, vec2 oldMin, vec2 oldMax, vec2 newMin, vec2 newMax) {
  return mix(newMin, newMax, tdWithin(v, oldMin, oldMax));
}
vec3 TDRemap(vec3 v, vec3 oldMin, vec3 oldMax, vec3 newMin, vec3 newMax) {
  return mix(newMin, newMax, tdWithin(v, oldMin, oldMax));
}
vec4 TDRemap(vec4 v, vec4 oldMin, vec4 oldMax, vec4 newMin, vec4 newMax) {
  return mix(newMin, newMax, tdWithin(v, oldMin, oldMax));
}

// Repeats the range without end: mix(low, high, fract((v - low) / (high - low))).
float TDLoop(float v, float low, float high) {
  return mix(low, high, fract(tdWithin(v, low, high)));
}
vec2 TDLoop(vec2 v, vec2 low, vec2 high) {
  return mix(low, high, fract(tdWithin(v, low, high)));
}
vec3 TDLoop(vec3 v, vec3 low, vec3 high) {
  return mix(low, high, fract(tdWithin(v, low, high)));
}
vec4 TDLoop(vec4 v, vec4 low, vec4 high) {
  return mix(low, high, fract(tdWithin(v, low, high)));
}

// The same there and back: low, high, low, high, ...
float TDZigZag(float v, float low, float high) {
  return mix(low, high, 1.0 - abs(mod(tdWithin(v, low, high), 2.0) - 1.0));
}
vec2 TDZigZag(vec2 v, vec2 low, vec2 high) {
  return mix(low, high, 1.0 - abs(mod(tdWithin(v, low, high), 2.0) - 1.0));
}
vec3 TDZigZag(vec3 v, vec3 low, vec3 high) {
  return mix(low, high, 1.0 - abs(mod(tdWithin(v, low, high), 2.0) - 1.0));
}
vec4 TDZigZag(vec4 v, vec4 low, vec4 high) {
  return mix(low, high, 1.0 - abs(mod(tdWithin(v, low, high), 2.0) - 1.0));
}
