#use td_color
// Colours inside all three windows change; beyond a window the change fades over its falloff, as a
// blend of colours. The hue's range is its window's whole width in degrees, the others' is the
// distance from the start colour, so that 1 takes all; from 1 on a window has no end. Works on the
// stored r, g, b; alpha stays.

// Hue in turns, saturation, value; chroma last.
vec4 hsvadjust_measure(vec3 c) {
  vec3 hsv = TDRGBToHSV(c);
  return vec4(hsv.x, min(hsv.y, 1.0), hsv.z, hsv.z - min(c.r, min(c.g, c.b)));
}

// 1 inside, 0 beyond the falloff.
float hsvadjust_window(float distance, float range, float falloff) {
  float beyond = distance - range;
  return falloff > 0.0 ? clamp(1.0 - beyond / falloff, 0.0, 1.0) : beyond > 0.0 ? 0.0 : 1.0;
}

vec4 hsvadjust(vec4 a) {
  vec4 start = hsvadjust_measure(P.startcolor);
  vec4 own = hsvadjust_measure(a.rgb);
  float turn = abs(fract(own.x - start.x + 0.5) - 0.5) * 360.0;
  vec3 inside = vec3(hsvadjust_window(turn, P.huerange * 0.5, P.huefalloff),
                     hsvadjust_window(abs(own.y - start.y), P.saturationrange, P.saturationfalloff),
                     hsvadjust_window(abs(own.z - start.z), P.valuerange, P.valuefalloff));
  if (P.huerange >= 360.0) inside.x = 1.0;
  if (P.saturationrange >= 1.0) inside.y = 1.0;
  if (P.valuerange >= 1.0) inside.z = 1.0;

  float most = own.w > 0.0 ? max(own.z / own.w, 1.0) : 1.0;
  float chroma = own.w * clamp(P.saturationmult, 0.0, most);
  float hue = fract(own.x + P.hueoffset / 360.0);
  vec3 pure = TDHSVToRGB(vec3(hue, 1.0, 1.0));
  vec3 made = (own.z - chroma * (1.0 - pure)) * P.valuemult;
  return vec4(mix(a.rgb, made, inside.x * inside.y * inside.z), a.a);
}
