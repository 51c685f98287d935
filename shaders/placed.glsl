// A picture where it lies on the output: its u and v are linear in those of the output.
vec4 placed(sampler2D a, vec2 uv) {
  vec2 at = vec2(dot(P.rowu, vec3(uv, 1.0)), dot(P.rowv, vec3(uv, 1.0)));
  vec4 colour = texture(a, at);
  if (P.zero == 0) return colour;
  if (P.smoothed == 0) {
    bool inside = all(greaterThanEqual(at, vec2(0.0))) && all(lessThan(at, vec2(1.0)));
    return inside ? colour : P.background;
  }
  // How much of the pixel the picture covers; P.pixels is the picture's size in pixels of the output.
  vec2 low = clamp(at * P.pixels + 0.5, 0.0, 1.0);
  vec2 high = clamp((1.0 - at) * P.pixels + 0.5, 0.0, 1.0);
  vec2 cover = max(low + high - 1.0, 0.0);
  return mix(P.background, colour, cover.x * cover.y);
}
