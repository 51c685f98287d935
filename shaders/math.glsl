// In this order: pre op, combine, post op, integer, multiply and add, op, ranges. Quotients by zero
// and roots of negative numbers are zero. From ranges of no width are taken as very narrow ones.
vec4 math_inverse(vec4 v) {
  bvec4 none = equal(v, vec4(0.0));
  return mix(1.0 / mix(v, vec4(1.0), none), vec4(0.0), none);
}

vec4 math_pre(vec4 v) {
  if (P_IS(preop, negate)) return -v;
  if (P_IS(preop, pos)) return abs(v);
  if (P_IS(preop, root)) return sqrt(max(v, 0.0));
  if (P_IS(preop, square)) return v * v;
  if (P_IS(preop, inverse)) return math_inverse(v);
  return v;
}

vec4 math_post(vec4 v) {
  if (P_IS(postop, negate)) return -v;
  if (P_IS(postop, pos)) return abs(v);
  if (P_IS(postop, root)) return sqrt(max(v, 0.0));
  if (P_IS(postop, square)) return v * v;
  if (P_IS(postop, inverse)) return math_inverse(v);
  return v;
}

// `first` and `inputs` are 1 at the channels that they mean.
float math_combine(vec4 v) {
  vec4 others = P.inputs - P.first;
  vec4 ones = mix(vec4(1.0), v, P.inputs);
  if (P_IS(chanop, add)) return dot(v, P.inputs);
  if (P_IS(chanop, sub)) return dot(v, P.first - others);
  if (P_IS(chanop, mul)) return ones.r * ones.g * ones.b * ones.a;
  if (P_IS(chanop, div)) {
    vec4 q = math_inverse(mix(vec4(1.0), v, others));
    return dot(v, P.first) * q.r * q.g * q.b * q.a;
  }
  if (P_IS(chanop, avg)) return dot(v, P.inputs) / dot(P.inputs, vec4(1.0));
  // Channels that are not meant stand aside as copies of the first.
  vec4 meant = mix(vec4(dot(v, P.first)), v, greaterThan(P.inputs, vec4(0.0)));
  if (P_IS(chanop, min)) return min(min(meant.r, meant.g), min(meant.b, meant.a));
  if (P_IS(chanop, max)) return max(max(meant.r, meant.g), max(meant.b, meant.a));
  return sqrt(dot(v * v, P.inputs));
}

vec4 math_remap(vec4 v, vec4 from1, vec4 from2, vec4 to1, vec4 to2) {
  vec4 span = from2 - from1;
  vec4 t = (v - from1) / mix(span, vec4(1e-6), equal(span, vec4(0.0)));
  return mix(to1, to2, t);
}

vec4 math(vec4 a) {
  vec4 v = mix(a, math_pre(a), greaterThan(P.inputs, vec4(0.0)));
  if (!P_IS(chanop, off) && P.combines == 1) v = vec4(math_combine(v));
  v = math_post(v);
  if (P_IS(integer, ceiling)) v = ceil(v);
  if (P_IS(integer, floor)) v = floor(v);
  if (P_IS(integer, round)) v = floor(v + 0.5);
  v = (v + P.preoff) * P.gain + P.postoff;
  if (P_IS(op, rgbmultalpha)) v.rgb *= v.a;
  if (P_IS(op, rgbdivalpha) || P_IS(op, rgbdivalphafill)) v.rgb *= math_inverse(v).a;
  if (P_IS(op, rgbdivalphafill)) v.a = 1.0;
  v = math_remap(v, P.fromrange.xxxx, P.fromrange.yyyy, P.torange.xxxx, P.torange.yyyy);
  v = math_remap(v, vec4(P.fromranger.x, P.fromrangeg.x, P.fromrangeb.x, P.fromrangea.x),
                 vec4(P.fromranger.y, P.fromrangeg.y, P.fromrangeb.y, P.fromrangea.y),
                 vec4(P.toranger.x, P.torangeg.x, P.torangeb.x, P.torangea.x),
                 vec4(P.toranger.y, P.torangeg.y, P.torangeb.y, P.torangea.y));
  return mix(a, v, greaterThan(P.outputs, vec4(0.0)));
}
