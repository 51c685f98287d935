#use noise_functions
// The first input is combined with the noise, the second one supplies the coordinates.
//
// Every harmonic has a pattern of its own. The noise is taken beside the lattice's points, so that
// the harmonics are not all 0 at the origin, nor dull in the planes z = 0 and w = 0.
const vec4 noise_shift = vec4(0.37, 0.59, 0.43, 0.53);

// Slices along the lattice look like blocks, so those of three and four dimensions are cut at a
// slant: rotations that leave no axis in its place.
const mat4 noise_turn3 = mat4(0.78867513, -0.21132487, -0.57735027, 0.0,
                              -0.21132487, 0.78867513, -0.57735027, 0.0,
                              0.57735027, 0.57735027, 0.57735027, 0.0, 0.0, 0.0, 0.0, 1.0);
const mat4 noise_turn4 = mat4(0.61947367, 0.41964345, 0.52955007, 0.39966043,
                              -0.41964345, 0.61947367, 0.39966043, -0.52955007,
                              -0.52955007, -0.39966043, 0.61947367, 0.41964345,
                              -0.39966043, 0.52955007, -0.41964345, 0.61947367);

tdNoise noise_perlin(vec4 p, uint seed, int dims, mat4 turn) {
  tdNoise made = tdPerlin(turn * p + noise_shift, seed, dims);
  return tdNoise(made.value, made.slope * turn);
}
tdNoise noise_simplex(vec4 p, uint seed, int dims, mat4 turn) {
  tdNoise made = tdSimplex(turn * p + noise_shift, seed, dims, P_IS(mode, quality));
  return tdNoise(made.value, made.slope * turn);
}
tdNoise noise_perlin2d(vec4 p, uint seed) { return noise_perlin(p, seed, 2, mat4(1.0)); }
tdNoise noise_perlin3d(vec4 p, uint seed) { return noise_perlin(p, seed, 3, noise_turn3); }
tdNoise noise_perlin4d(vec4 p, uint seed) { return noise_perlin(p, seed, 4, noise_turn4); }
tdNoise noise_simplex2d(vec4 p, uint seed) { return noise_simplex(p, seed, 2, mat4(1.0)); }
tdNoise noise_simplex3d(vec4 p, uint seed) { return noise_simplex(p, seed, 3, noise_turn3); }
tdNoise noise_simplex4d(vec4 p, uint seed) { return noise_simplex(p, seed, 4, noise_turn4); }

// Cells of a pixel's size; any other z or w is another pattern; -0 is 0.
tdNoise noise_randomgpu(vec4 p, uint seed) {
  uvec2 cell = uvec2(ivec2(floor(clamp(p.xy * P.cells, -1e9, 1e9))));
  uvec2 slice = floatBitsToUint(mix(p.zw, vec2(0.0), equal(p.zw, vec2(0.0))));
  uint hash = tdNoiseHash(tdNoiseHash(seed + slice.y) + slice.x);
  hash = tdNoiseHash(tdNoiseHash(hash + cell.y) + cell.x);
  return tdNoise(tdNoiseUnit(hash), vec4(0.0));
}

// harmonics holds each one's frequency and amplitude.
tdNoise noise_sum(vec4 p, uint channel) {
  uint seed = tdNoiseHash(tdNoiseHash(floatBitsToUint(P.seed)) + channel);
  tdNoise sum = tdNoise(0.0, vec4(0.0));
  for (int i = 0; i < int(P.count); ++i) {
    vec2 harmonic = P.harmonics[i].xy;
    tdNoise one = P_CALL(noise)(p * harmonic.x, tdNoiseHash(seed + uint(i)));
    sum.value += one.value * harmonic.y;
    if (P.gradient == 1) sum.slope += one.slope * (harmonic.x * harmonic.y);
  }
  return sum;
}

float noise_value(vec4 p, uint channel) {
  float value = noise_sum(p, channel).value;
  if (P.bends == 1) value = sign(value) * min(pow(max(abs(value), 1e-6), P.exponent), 1e6);
  return value * P.amp + P.offset;
}

// A loop, because drivers take long to compile the noise once for each channel.
vec4 noise_values(vec4 p) {
  if (P.mono == 1) return vec4(noise_value(p, 0u));
  vec4 made = vec4(0.0);
  for (int i = 0; i < 3 + P.alphanoise; ++i) made[i] = noise_value(p, uint(i));
  return made;
}

vec4 noise_gradient(vec4 p) {
  vec4 made = noise_sum(p, 0u).slope * P.amp;
  if (P.dims < 4) made.a = P.alphanoise == 1 ? noise_value(p, P.mono == 1 ? 0u : 3u) : 0.0;
  return made;
}

vec4 noise_with(vec4 p, vec4 a, vec2 uv) {
  vec4 own = P.gradient == 1 ? noise_gradient(p) : noise_values(p);
  vec4 made = own;
  if (P_IS(rgb, multiply)) made.rgb = (a.rgb * P.inputscale) * (own.rgb * P.noisescale);
  if (P_IS(rgb, add)) made.rgb = a.rgb * P.inputscale + own.rgb * P.noisescale;
  if (P_IS(rgb, subtract)) made.rgb = a.rgb * P.inputscale - own.rgb * P.noisescale;
  if (P_IS(alpha, zero)) made.a = 0.0;
  if (P_IS(alpha, one)) made.a = 1.0;
  if (P_IS(alpha, input)) made.a = a.a;
  if (P_IS(alpha, multiply)) made.a = a.a * own.a;
  if (P_IS(alpha, add)) made.a = a.a + own.a;
  if (P_IS(alpha, addclamp)) made.a = clamp(a.a + own.a, 0.0, 1.0);
  if (P.dither == 1) {
    uvec2 at = uvec2(uv / P.pixel);
    made.rgb += tdNoiseUnit(tdNoiseHash(tdNoiseHash(at.y) + at.x)) * (0.5 / 255.0);
  }
  return made;
}

// Bounded, so that infinity and 0 do not meet.
vec4 noise_placed(vec4 at) {
  at = clamp(mix(at, vec4(0.0), isnan(at)), -1e9, 1e9);
  vec4 p = vec4(at.xyz, 1.0);
  return clamp(vec4(dot(P.rowx, p), dot(P.rowy, p), dot(P.rowz, p), at.w * P.s4d + P.t4d), -1e9,
               1e9);
}
vec4 noise_place(vec2 uv) { return noise_placed(vec4(uv * P.fit, 0.0, 0.0)); }

vec4 noise(vec2 uv) { return noise_with(noise_place(uv), vec4(0.0), uv); }

vec4 noise(vec2 uv, vec4 a) {
  if (P.coordinates == 1) return noise_with(noise_placed(a), vec4(0.0), uv);
  return noise_with(noise_place(uv), a, uv);
}

vec4 noise(vec2 uv, vec4 a, vec4 coordinates) {
  return noise_with(noise_placed(coordinates), a, uv);
}
