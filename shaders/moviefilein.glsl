// What a Movie File In shows when its file cannot be read: grey, with one coloured quarter at the
// bottom right, so that nobody takes it for the picture.
vec4 moviefilein(vec2 uv) {
  bool corner = uv.x >= 0.5 && uv.y < 0.5;
  return corner ? vec4(uv.x * 2.0 - 1.0, uv.y * 2.0, 1.0, 1.0) : vec4(vec3(0.25), 1.0);
}
