// Pictures here are flat: there is no z to flip or flop. Where every pixel is one of the input's,
// it is fetched as it is.
vec4 flip(sampler2D a, vec2 uv) {
  if (P_IS(flop, bottomleft)) uv = uv.yx;
  if (P_IS(flop, topleft)) uv = 1.0 - uv.yx;
  if (P.flipx == 1) uv.x = 1.0 - uv.x;
  if (P.flipy == 1) uv.y = 1.0 - uv.y;
  if (P.exact == 1) return texelFetch(a, ivec2(uv * vec2(textureSize(a, 0))), 0);
  return textureLod(a, uv, 0.0);
}
