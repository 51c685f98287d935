// What a GLSL TOP shows while its shader does not compile: squares of 16 pixels, red and blue, the
// bottom left one red.
vec4 glsl(vec2 uv) {
  ivec2 cell = ivec2(gl_FragCoord.xy) / 16;
  bool even = ((cell.x + cell.y) & 1) == 0;
  return even ? vec4(1.0, 0.0, 0.0, 1.0) : vec4(0.0, 0.0, 1.0, 1.0);
}
