// Lookups and mappings for users' shaders.

// Where two linear lookups stand for the four texels around `texel` (in texels, half ones being
// their centres), weighted by a cubic B-spline, and the weight of the second one.
void tdSpline(vec2 texel, out vec2 first, out vec2 second, out vec2 weight) {
  vec2 low = floor(texel - 0.5) + 0.5, t = texel - low, u = 1.0 - t;
  vec2 w0 = u * u * u / 6.0, w1 = 2.0 / 3.0 - t * t * (1.0 - 0.5 * t);
  vec2 w2 = 2.0 / 3.0 - u * u * (1.0 - 0.5 * u), w3 = t * t * t / 6.0;
  first = low - 1.0 + w1 / (w0 + w1);
  second = low + 1.0 + w3 / (w2 + w3);
  weight = w2 + w3;
}

vec4 tdBicubic(sampler2D s, vec2 uv, vec2 size, vec2 invSize) {
  vec2 a, b, w;
  tdSpline(uv * size, a, b, w);
  a *= invSize;
  b *= invSize;
  vec4 low = mix(textureLod(s, a, 0.0), textureLod(s, vec2(b.x, a.y), 0.0), w.x);
  vec4 high = mix(textureLod(s, vec2(a.x, b.y), 0.0), textureLod(s, b, 0.0), w.x);
  return mix(low, high, w.y);
}

vec4 tdTricubicSlice(sampler3D s, vec2 a, vec2 b, vec2 w, float z) {
  vec4 low = mix(textureLod(s, vec3(a, z), 0.0), textureLod(s, vec3(b.x, a.y, z), 0.0), w.x);
  vec4 high = mix(textureLod(s, vec3(a.x, b.y, z), 0.0), textureLod(s, vec3(b, z), 0.0), w.x);
  return mix(low, high, w.y);
}
vec4 tdTricubic(sampler3D s, vec3 uvw, vec3 size, vec3 invSize) {
  vec2 a, b, w, first, second, weight;
  tdSpline(uvw.xy * size.xy, a, b, w);
  tdSpline(uvw.zz * size.z, first, second, weight);
  a *= invSize.xy;
  b *= invSize.xy;
  return mix(tdTricubicSlice(s, a, b, w, first.x * invSize.z),
             tdTricubicSlice(s, a, b, w, second.x * invSize.z), weight.x);
}

// Smoothed by a cubic B-spline over 4 x 4 texels, in four lookups of the level 0 (Sigg and
// Hadwiger, GPU Gems 2, chapter 20). The filter has to be linear. `size` is the texture's in
// texels, and invSize is 1 / size; without them the texture is asked.
vec4 TDBicubicInterpolation(sampler2D s, vec2 uv) {
  vec2 size = vec2(textureSize(s, 0));
  return tdBicubic(s, uv, size, 1.0 / size);
}
vec4 TDBicubicInterpolation(sampler2D s, vec2 uv, vec2 size, vec2 invSize) {
  return tdBicubic(s, uv, size, invSize);
}

// The same over 4 x 4 x 4 texels, in eight lookups.
vec4 TDTricubicInterpolation(sampler3D s, vec3 uvw) {
  vec3 size = vec3(textureSize(s, 0));
  return tdTricubic(s, uvw, size, 1.0 / size);
}
vec4 TDTricubicInterpolation(sampler3D s, vec3 uvw, vec3 size, vec3 invSize) {
  return tdTricubic(s, uvw, size, invSize);
}

// Blends what was looked up along each axis, weighted by that component of the normal to a power
// (at least 1; the higher, the narrower the blend). The weights' sum is 1.
vec4 TDTriplanarBlend(vec3 normal, vec4 xColor, vec4 yColor, vec4 zColor, float blendPower) {
  vec3 size = abs(normal);
  size /= max(max(size.x, max(size.y, size.z)), 1e-30);
  vec3 weight = pow(size, vec3(max(blendPower, 1.0)));
  float sum = weight.x + weight.y + weight.z;
  weight = sum > 0.0 ? weight / sum : vec3(1.0 / 3.0);
  return xColor * weight.x + yColor * weight.y + zColor * weight.z;
}

// Where a unit vector of reflection meets a sphere map: OpenGL's GL_SPHERE_MAP (OpenGL 2.1,
// 2.11.4).
vec2 TDTexGenSphere(vec3 direction) {
  float m = 2.0 * length(direction + vec3(0.0, 0.0, 1.0));
  return m > 0.0 ? direction.xy / m + 0.5 : vec2(0.5);
}

// From a place on an equirectangular picture to a direction. u = 0 is +X, 1/4 is +Z, 1/2 is -X and
// 3/4 is -Z; v = 0 is -Y, 1 is +Y.
vec3 TDEquirectangularToCubeMap(vec2 uv) {
  float around = 6.28318530718 * uv.x, up = 3.14159265359 * (uv.y - 0.5);
  return vec3(cos(up) * cos(around), sin(up), cos(up) * sin(around));
}

vec2 tdEquirectangular(vec3 direction) {
  vec3 d = direction;
  float across = length(d.xz);
  float around = across > 0.0 ? atan(d.z, d.x) / 6.28318530718 : 0.0;
  return vec2(fract(around), atan(d.y, across) / 3.14159265359 + 0.5);
}

// And back, with u from 0 to below 1. With mipMapBias for texture(): where u jumps from 1 to 0, its
// derivative would choose the smallest level; the bias leads back to the right one. It is 0
// elsewhere, and outside pixel shaders, which alone choose levels.
vec2 TDCubeMapToEquirectangular(vec3 direction) { return tdEquirectangular(direction); }
vec2 TDCubeMapToEquirectangular(vec3 direction, out float mipMapBias) {
  vec2 uv = tdEquirectangular(direction);
  mipMapBias = 0.0;
#ifdef TD_PIXEL_SHADER
  float jumping = fwidth(uv.x), smoothly = fwidth(fract(uv.x + 0.5));
  if (jumping > smoothly) mipMapBias = log2(max(smoothly, 1e-7) / jumping);
#endif
  return uv;
}
