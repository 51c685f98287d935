// Noise for users' shaders: that of noise_functions.glsl with a seed of 0. From -1 to 1, 0 on
// average, twice differentiable, and the same on every driver.
//
// TouchDesigner's own noise is not public, so the pattern is another one; it has the same range,
// the same size of cells (1) and, for Perlin, the same zeros at whole coordinates.

// The parameter simplexnoise: 0 performance, 1 quality. In three and four dimensions gradients
// point towards the middles of a cube's edges for performance, and anywhere for quality, which
// shows the axes less and takes longer. In two dimensions they point anywhere in both.
#ifndef TD_SIMPLEX_QUALITY
#define TD_SIMPLEX_QUALITY 0
#endif

float TDPerlinNoise(vec2 p) { return tdPerlin(vec4(p, 0.0, 0.0), 0u, 2).value; }
float TDPerlinNoise(vec3 p) { return tdPerlin(vec4(p, 0.0), 0u, 3).value; }
float TDPerlinNoise(vec4 p) { return tdPerlin(p, 0u, 4).value; }

tdNoise tdUserSimplex(vec4 p, int dims) { return tdSimplex(p, 0u, dims, TD_SIMPLEX_QUALITY == 1); }

float TDSimplexNoise(vec2 p) { return tdUserSimplex(vec4(p, 0.0, 0.0), 2).value; }
float TDSimplexNoise(vec3 p) { return tdUserSimplex(vec4(p, 0.0), 3).value; }
float TDSimplexNoise(vec4 p) { return tdUserSimplex(p, 4).value; }

// The derivatives along x, y and z, 0 where there is no such coordinate, and the noise itself in w;
// of four dimensions all four derivatives, and the noise by the way.
vec4 TDPerlinNoiseDeriv(vec2 p) {
  tdNoise made = tdPerlin(vec4(p, 0.0, 0.0), 0u, 2);
  return vec4(made.slope.xy, 0.0, made.value);
}
vec4 TDPerlinNoiseDeriv(vec3 p) {
  tdNoise made = tdPerlin(vec4(p, 0.0), 0u, 3);
  return vec4(made.slope.xyz, made.value);
}
vec4 TDPerlinNoiseDeriv(vec4 p, out float noise) {
  tdNoise made = tdPerlin(p, 0u, 4);
  noise = made.value;
  return made.slope;
}
vec4 TDSimplexNoiseDeriv(vec2 p) {
  tdNoise made = tdUserSimplex(vec4(p, 0.0, 0.0), 2);
  return vec4(made.slope.xy, 0.0, made.value);
}
vec4 TDSimplexNoiseDeriv(vec3 p) {
  tdNoise made = tdUserSimplex(vec4(p, 0.0), 3);
  return vec4(made.slope.xyz, made.value);
}
vec4 TDSimplexNoiseDeriv(vec4 p, out float noise) {
  tdNoise made = tdUserSimplex(p, 4);
  noise = made.value;
  return made.slope;
}
