// Noise of one step of a fixed format, for the pixel at `at`: interleaved gradient noise.
float dither(vec2 at, float grain) {
  float noise = fract(52.9829189 * fract(dot(floor(at), vec2(0.06711056, 0.00583715))));
  return (noise - 0.5) * grain;
}
