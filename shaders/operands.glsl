// The 46 ways to put one layer upon another, as `operand_<item of the menu>(a, b)`. Both are
// premultiplied; a is the upper layer, b the lower one.
//
// Three families:
// 1. Sums and Porter-Duff: on all four channels as they are; alpha as a weight is clamped to 0..1.
// 2. Blend modes (the usual definitions of photo editors): on colours divided by their alpha, shown
//    where both layers are; where only one is, that one; alpha is the union. Opaque layers give the
//    plain formula. What divides is clamped to 0..1.
// 3. Differences: alpha is 1.
// Luminance has the weights of Rec. 709.

float operand_lum(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }
float operand_weight(float v) { return clamp(v, 0.0, 1.0); }

// x / y that stays finite.
float operand_ratio(float x, float y) {
  return x / (abs(y) < 1e-6 ? (y < 0.0 ? -1e-6 : 1e-6) : y);
}

// 1. Sums and Porter-Duff.
vec4 operand_add(vec4 a, vec4 b) { return a + b; }
vec4 operand_subtract(vec4 a, vec4 b) { return a - b; }
vec4 operand_multiply(vec4 a, vec4 b) { return a * b; }
vec4 operand_divide(vec4 a, vec4 b) {
  return vec4(operand_ratio(a.r, b.r), operand_ratio(a.g, b.g), operand_ratio(a.b, b.b),
              operand_ratio(a.a, b.a));
}
vec4 operand_average(vec4 a, vec4 b) { return (a + b) * 0.5; }
vec4 operand_maximum(vec4 a, vec4 b) { return max(a, b); }
vec4 operand_minimum(vec4 a, vec4 b) { return min(a, b); }
vec4 operand_screen(vec4 a, vec4 b) { return 1.0 - (1.0 - a) * (1.0 - b); }
vec4 operand_over(vec4 a, vec4 b) { return a + b * (1.0 - operand_weight(a.a)); }
vec4 operand_under(vec4 a, vec4 b) { return operand_over(b, a); }
vec4 operand_inside(vec4 a, vec4 b) { return a * operand_weight(b.a); }
vec4 operand_outside(vec4 a, vec4 b) { return a * (1.0 - operand_weight(b.a)); }
vec4 operand_atop(vec4 a, vec4 b) { return operand_inside(a, b) + operand_outside(b, a); }
vec4 operand_xor(vec4 a, vec4 b) { return operand_outside(a, b) + operand_outside(b, a); }
vec4 operand_insideluminance(vec4 a, vec4 b) { return a * operand_weight(operand_lum(b.rgb)); }
vec4 operand_outsideluminance(vec4 a, vec4 b) {
  return a * (1.0 - operand_weight(operand_lum(b.rgb)));
}
// The upper layer's luminance is a stencil for the lower one.
vec4 operand_stencilluminance(vec4 a, vec4 b) { return operand_insideluminance(b, a); }
// Whole pixels, the upper one's if they are as bright.
vec4 operand_brightest(vec4 a, vec4 b) {
  return operand_lum(a.rgb) >= operand_lum(b.rgb) ? a : b;
}
vec4 operand_dimmest(vec4 a, vec4 b) { return operand_lum(a.rgb) <= operand_lum(b.rgb) ? a : b; }
// Adds light as film takes it: the less, the brighter it is already.
vec4 operand_yfilm(vec4 a, vec4 b) { return b + operand_outsideluminance(a, b); }
vec4 operand_zfilm(vec4 a, vec4 b) { return operand_yfilm(b, a); }

// 3. Differences.
vec4 operand_difference(vec4 a, vec4 b) { return vec4(abs(a.rgb - b.rgb), 1.0); }
vec4 operand_luminancedifference(vec4 a, vec4 b) {
  return vec4(vec3(abs(operand_lum(a.rgb) - operand_lum(b.rgb))), 1.0);
}
// Of what is left of a colour without its luminance.
vec4 operand_chromadifference(vec4 a, vec4 b) {
  return vec4(abs((a.rgb - operand_lum(a.rgb)) - (b.rgb - operand_lum(b.rgb))), 1.0);
}

// 2. Blend modes. s is the upper layer's colour, d the lower one's, divided by alpha.
vec3 operand_straight(vec4 c) {
  return c.a > 0.0 ? c.rgb / clamp(c.a, 1e-6, 1.0) : vec3(0.0);
}
vec4 operand_union(vec4 a, vec4 b, vec3 both) {
  float upper = operand_weight(a.a), lower = operand_weight(b.a);
  return vec4(a.rgb * (1.0 - lower) + b.rgb * (1.0 - upper) + both * (upper * lower),
              upper + lower - upper * lower);
}

float operand_dodged(float s, float d) {
  if (d <= 0.0) return 0.0;
  return s >= 1.0 ? 1.0 : min(d / (1.0 - s), 1.0);
}
float operand_burned(float s, float d) {
  if (d >= 1.0) return 1.0;
  return s <= 0.0 ? 0.0 : 1.0 - min((1.0 - d) / s, 1.0);
}
float operand_hard(float s, float d) {
  return s < 0.5 ? 2.0 * s * d : 1.0 - 2.0 * (1.0 - s) * (1.0 - d);
}
float operand_soft(float s, float d) {
  float root = d <= 0.25 ? ((16.0 * d - 12.0) * d + 4.0) * d : sqrt(max(d, 0.0));
  return s <= 0.5 ? d - (1.0 - 2.0 * s) * d * (1.0 - d) : d + (2.0 * s - 1.0) * (root - d);
}
float operand_vivid(float s, float d) {
  return s < 0.5 ? operand_burned(2.0 * s, d) : operand_dodged(2.0 * s - 1.0, d);
}
float operand_pin(float s, float d) {
  return s < 0.5 ? min(d, 2.0 * s) : max(d, 2.0 * s - 1.0);
}
// d² / (1 − s), and 1 − (1 − d)² / s.
float operand_reflected(float s, float d) {
  if (d == 0.0) return 0.0;
  return s >= 1.0 ? 1.0 : min(d * d / (1.0 - s), 1.0);
}
float operand_frozen(float s, float d) {
  if (d == 1.0) return 1.0;
  return s <= 0.0 ? 0.0 : 1.0 - min((1.0 - d) * (1.0 - d) / s, 1.0);
}
float operand_saturation(vec3 c) {
  return max(c.r, max(c.g, c.b)) - min(c.r, min(c.g, c.b));
}
vec3 operand_withSaturation(vec3 c, float saturation) {
  float low = min(c.r, min(c.g, c.b)), span = operand_saturation(c);
  return span > 0.0 ? (c - low) * (saturation / span) : vec3(0.0);
}
// The colour at another luminance; what leaves 0..1 by it is drawn towards grey.
vec3 operand_withLum(vec3 c, float lum) {
  c += lum - operand_lum(c);
  float low = min(c.r, min(c.g, c.b)), high = max(c.r, max(c.g, c.b));
  if (low < 0.0) c = lum + (c - lum) * max(lum, 0.0) / max(lum - low, 1e-6);
  if (high > 1.0) c = lum + (c - lum) * max(1.0 - lum, 0.0) / max(high - lum, 1e-6);
  return c;
}

vec4 operand_exclude(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, s + d - 2.0 * s * d);
}
vec4 operand_negate(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, 1.0 - abs(1.0 - s - d));
}
// The upper layer is a stencil that inverts the lower one.
vec4 operand_inverse(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, 1.0 - d);
}
vec4 operand_burnlinear(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, s + d - 1.0);
}
vec4 operand_subtractive(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, s + d - 1.0);
}
vec4 operand_linearlight(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, d + 2.0 * s - 1.0);
}
vec4 operand_dodge(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_dodged(s.r, d.r),
                   operand_dodged(s.g, d.g),
                   operand_dodged(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_burncolor(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_burned(s.r, d.r),
                   operand_burned(s.g, d.g),
                   operand_burned(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_hardlight(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_hard(s.r, d.r),
                   operand_hard(s.g, d.g),
                   operand_hard(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_overlay(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_hard(d.r, s.r),
                   operand_hard(d.g, s.g),
                   operand_hard(d.b, s.b));
  return operand_union(a, b, both);
}
vec4 operand_softlight(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_soft(s.r, d.r),
                   operand_soft(s.g, d.g),
                   operand_soft(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_vividlight(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_vivid(s.r, d.r),
                   operand_vivid(s.g, d.g),
                   operand_vivid(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_pinlight(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_pin(s.r, d.r),
                   operand_pin(s.g, d.g),
                   operand_pin(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_hardmix(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, step(1.0, s + d));
}
vec4 operand_reflect(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_reflected(s.r, d.r),
                   operand_reflected(s.g, d.g),
                   operand_reflected(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_glow(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_reflected(d.r, s.r),
                   operand_reflected(d.g, s.g),
                   operand_reflected(d.b, s.b));
  return operand_union(a, b, both);
}
vec4 operand_freeze(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_frozen(s.r, d.r),
                   operand_frozen(s.g, d.g),
                   operand_frozen(s.b, d.b));
  return operand_union(a, b, both);
}
vec4 operand_heat(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = vec3(operand_frozen(d.r, s.r),
                   operand_frozen(d.g, s.g),
                   operand_frozen(d.b, s.b));
  return operand_union(a, b, both);
}
vec4 operand_lightercolor(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, operand_lum(s) >= operand_lum(d) ? s : d);
}
vec4 operand_darkercolor(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, operand_lum(s) <= operand_lum(d) ? s : d);
}
// Hue and saturation of the upper layer, luminance of the lower one.
vec4 operand_color(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  return operand_union(a, b, operand_withLum(s, operand_lum(d)));
}
// Hue of the upper layer, saturation and luminance of the lower one.
vec4 operand_hue(vec4 a, vec4 b) {
  vec3 s = operand_straight(a), d = operand_straight(b);
  vec3 both = operand_withLum(operand_withSaturation(s, operand_saturation(d)),
                              operand_lum(d));
  return operand_union(a, b, both);
}
