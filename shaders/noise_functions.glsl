// Perlin and simplex noise in two, three and four dimensions: -1 to 1, 0 on average, twice
// differentiable. What lies at a point of the lattice comes from an integer hash, so it is the same
// on every driver. Coordinates count in cells of the lattice; what is beyond a billion is held.
//
// One text serves all dimensions: places are vec4 whose components from `dims` on are 0, and `dims`
// is a literal, so that nothing is left of the others once compiled; nor of the slope, if unused.
struct tdNoise {
  float value;
  vec4 slope;  // the value's derivatives along x, y, z and w
};

// PCG's permutation of 32 bits.
uint tdNoiseHash(uint v) {
  uint state = v * 747796405u + 2891336453u;
  uint word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

// -1 to just below 1.
float tdNoiseUnit(uint hash) { return float(hash >> 8u) / 8388608.0 - 1.0; }

vec4 tdNoiseUsed(int dims) {
  return vec4(1.0, 1.0, dims > 2 ? 1.0 : 0.0, dims > 3 ? 1.0 : 0.0);
}

// A unit vector of any direction in the plane. The double of an angle whose tangent is t, which
// follows the tangent closely enough that no direction is preferred.
vec2 tdNoiseCircle(uint hash) {
  float u = tdNoiseUnit(hash);
  float t = u * (0.7854 + 0.2146 * u * u), t2 = t * t;
  return vec2(1.0 - t2, 2.0 * t) * (((hash & 1u) == 1u ? -1.0 : 1.0) / (1.0 + t2));
}

// A unit vector of any direction in two dimensions or for `quality`; else one towards the middle of
// an edge of the cube, or of the tesseract, which costs less.
vec4 tdNoiseDirection(uint hash, int dims, bool quality) {
  if (dims == 2) return vec4(tdNoiseCircle(hash), 0.0, 0.0);
  if (quality) {
    float h = tdNoiseUnit(tdNoiseHash(hash + 1u));
    if (dims == 3) return vec4(sqrt(1.0 - h * h) * tdNoiseCircle(hash), h, 0.0);
    return vec4(sqrt(0.5 + 0.5 * h) * tdNoiseCircle(hash),
                sqrt(0.5 - 0.5 * h) * tdNoiseCircle(tdNoiseHash(hash + 2u)));
  }
  vec4 signs = 1.0 - 2.0 * vec4((uvec4(hash) >> uvec4(0u, 1u, 2u, 3u)) & 1u);
  uint none = (hash >> 8u) % uint(dims);
  vec4 edge = signs * vec4(notEqual(uvec4(none), uvec4(0u, 1u, 2u, 3u))) * tdNoiseUsed(dims);
  return edge * (dims == 3 ? 0.70710678 : 0.57735027);
}

// Perlin: at each corner of a cell a plane through 0; between corners a smooth blend, one axis
// after the other.
tdNoise tdNoiseCorner(uint hash, vec4 d, int dims) {
  vec4 slope = tdNoiseDirection(hash, dims, false);
  return tdNoise(dot(slope, d), slope);
}
tdNoise tdNoiseBlend(tdNoise a, tdNoise b, float t, int axis) {
  float weight = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
  vec4 slope = mix(a.slope, b.slope, weight);
  slope[axis] += 30.0 * t * t * (t - 1.0) * (t - 1.0) * (b.value - a.value);
  return tdNoise(mix(a.value, b.value, weight), slope);
}
tdNoise tdNoiseLine(uint hash, uvec4 cell, vec4 d, int dims) {
  return tdNoiseBlend(
      tdNoiseCorner(tdNoiseHash(hash + cell.x), d, dims),
      tdNoiseCorner(tdNoiseHash(hash + cell.x + 1u), d - vec4(1.0, 0.0, 0.0, 0.0), dims), d.x, 0);
}
tdNoise tdNoiseSquare(uint hash, uvec4 cell, vec4 d, int dims) {
  return tdNoiseBlend(
      tdNoiseLine(tdNoiseHash(hash + cell.y), cell, d, dims),
      tdNoiseLine(tdNoiseHash(hash + cell.y + 1u), cell, d - vec4(0.0, 1.0, 0.0, 0.0), dims), d.y,
      1);
}
tdNoise tdNoiseCube(uint hash, uvec4 cell, vec4 d, int dims) {
  return tdNoiseBlend(
      tdNoiseSquare(tdNoiseHash(hash + cell.z), cell, d, dims),
      tdNoiseSquare(tdNoiseHash(hash + cell.z + 1u), cell, d - vec4(0.0, 0.0, 1.0, 0.0), dims),
      d.z, 2);
}
tdNoise tdNoiseTesseract(uint hash, uvec4 cell, vec4 d, int dims) {
  return tdNoiseBlend(
      tdNoiseCube(tdNoiseHash(hash + cell.w), cell, d, dims),
      tdNoiseCube(tdNoiseHash(hash + cell.w + 1u), cell, d - vec4(0.0, 0.0, 0.0, 1.0), dims), d.w,
      3);
}

// Another seed is another pattern; seeds are hashes themselves. Scaled so that the largest value
// that gradients can give is 1.
tdNoise tdPerlin(vec4 p, uint seed, int dims) {
  p = clamp(p * tdNoiseUsed(dims), -1e9, 1e9);
  vec4 low = floor(p);
  uvec4 cell = uvec4(ivec4(low));
  tdNoise made;
  float scale;
  if (dims == 2) {
    made = tdNoiseSquare(seed, cell, p - low, 2);
    scale = 1.41421356;
  } else if (dims == 3) {
    made = tdNoiseCube(seed, cell, p - low, 3);
    scale = 1.3646;
  } else {
    made = tdNoiseTesseract(seed, cell, p - low, 4);
    scale = 1.1272;
  }
  return tdNoise(made.value * scale, made.slope * scale);
}

// How many of the components are smaller: 3 for the largest, 0 for the smallest.
vec4 tdNoiseRanks(vec4 v) {
  vec3 x = step(v.yzw, v.xxx);
  vec2 y = step(v.zw, v.yy);
  float z = step(v.w, v.z);
  return vec4(x.x + x.y + x.z, 1.0 - x.x + y.x + y.y, 2.0 - x.y - y.x + z, 3.0 - x.z - y.y - z);
}

// Simplex: the cells of a skewed lattice, cut into simplices; each corner adds a plane through 0
// that fades out before the far sides of the simplices around it.
tdNoise tdSimplex(vec4 p, uint seed, int dims, bool quality) {
  float n = float(dims);
  float skew = (sqrt(n + 1.0) - 1.0) / n, unskew = (1.0 - inversesqrt(n + 1.0)) / n;
  vec4 used = tdNoiseUsed(dims);
  p = clamp(p * used, -1e8, 1e8);
  vec4 low = floor(p + dot(p, used) * skew) * used;
  vec4 d = (p - low + dot(low, used) * unskew) * used;
  vec4 ranks = tdNoiseRanks(d - (1.0 - used) * 4.0);
  tdNoise sum = tdNoise(0.0, vec4(0.0));
  for (int corner = 0; corner <= dims; ++corner) {
    // From one corner to the next along the axis that is the largest of those left.
    vec4 steps = step(vec4(3.5 - float(corner)), ranks) * used;
    vec4 arm = (d - steps + float(corner) * unskew) * used;
    uvec4 cell = uvec4(ivec4(low + steps));
    uint hash = seed;
    if (dims > 3) hash = tdNoiseHash(hash + cell.w);
    if (dims > 2) hash = tdNoiseHash(hash + cell.z);
    hash = tdNoiseHash(tdNoiseHash(hash + cell.y) + cell.x);
    vec4 slope = tdNoiseDirection(hash, dims, quality);
    float plane = dot(slope, arm);
    float near = max(0.5 - dot(arm, arm), 0.0);
    sum.value += near * near * near * plane;
    sum.slope += near * near * (near * slope - 6.0 * plane * arm);
  }
  float scale = dims == 2 ? 32.99 : dims == 3 ? 44.2 : 46.57;
  if (quality && dims > 2) scale = dims == 3 ? 37.83 : 41.4;
  return tdNoise(sum.value * scale, sum.slope * scale);
}
