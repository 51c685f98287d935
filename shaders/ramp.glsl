#use dither
#use operands
// Positions run from 0 to 1 along the ramp. Hermite is a cardinal spline through the keys in their
// order. Black is opaque, zero is transparent.
vec4 ramp_key(int i) { return P.colours[clamp(i, 0, P.count - 1)]; }

vec4 ramp_between(float t) {
  int i = 0;
  for (int k = 1; k < P.count; ++k) {
    if (t >= P.places[k].x) i = k;
  }
  vec4 here = ramp_key(i);
  if (P_IS(interp, step)) return here;
  int after = min(i + 1, P.count - 1);
  float width = P.places[after].x - P.places[i].x;
  float f = clamp((t - P.places[i].x) / (width > 0.0 ? width : 1.0), 0.0, 1.0);
  if (i == after) f = 0.0;
  vec4 next = ramp_key(after);
  if (P_IS(interp, linear)) return mix(here, next, f);
  if (P_IS(interp, easeineaseout)) return mix(here, next, f * f * (3.0 - 2.0 * f));
  vec4 leaves = (next - ramp_key(i - 1)) * (0.5 - 0.5 * P.tension);
  vec4 arrives = (ramp_key(i + 2) - here) * (0.5 - 0.5 * P.tension);
  float f2 = f * f, f3 = f2 * f;
  return here * (2.0 * f3 - 3.0 * f2 + 1.0) + leaves * (f3 - 2.0 * f2 + f) +
         next * (3.0 * f2 - 2.0 * f3) + arrives * (f3 - f2);
}

vec4 ramp_extended(float t) {
  bool before = t < 0.0, behind = t > 1.0;
  bool repeats = before ? P_IS(left, repeat) : P_IS(right, repeat);
  bool mirrors = before ? P_IS(left, mirror) : P_IS(right, mirror);
  bool blacks = before ? P_IS(left, black) : P_IS(right, black);
  bool zeros = before ? P_IS(left, zero) : P_IS(right, zero);
  if (before || behind) {
    if (blacks) return vec4(0.0, 0.0, 0.0, 1.0);
    if (zeros) return vec4(0.0);
    if (repeats) t = fract(t);
    if (mirrors) t = abs(mod(t + 1.0, 2.0) - 1.0);
  }
  return ramp_between(clamp(t, 0.0, 1.0));
}

vec4 ramp_at(vec2 uv) {
  vec2 place = (uv - 0.5) * P.fit + 0.5;
  vec2 arm = place - P.position;
  float t = place.y;
  if (P_IS(type, horizontal)) t = place.x;
  if (P_IS(type, radial)) {
    bool still = arm.x == 0.0 && arm.y == 0.0;
    t = fract((still ? 0.0 : atan(arm.y, arm.x)) / 6.28318530717959);
  }
  if (P_IS(type, circular)) t = 2.0 * length(arm);
  vec4 colour = ramp_extended((t - P.phase) / P.length);
  if (P.multrgbbyalpha == 1) colour.rgb *= colour.a;
  return colour;
}

vec4 ramp(vec2 uv) {
  vec4 colour;
  if (P.antialias == 1) {
    vec2 q = P.pixel * 0.25;
    colour = 0.25 * (ramp_at(uv - q) + ramp_at(uv + q) + ramp_at(uv + vec2(q.x, -q.y)) +
                     ramp_at(uv + vec2(-q.x, q.y)));
  } else {
    colour = ramp_at(uv);
  }
  if (P.dither == 1) colour += dither(uv / P.pixel, P.grain);
  return colour;
}

vec4 ramp(vec2 uv, vec4 a) {
  vec4 own = ramp(uv);
  if (P.over == 0) return own;
  return P.swaporder == 1 ? P_CALL(operand)(a, own) : P_CALL(operand)(own, a);
}
