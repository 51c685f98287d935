// One number made from a colour, in place of its red, green and blue, as far as P.mono says.
vec4 monochrome(vec4 a) {
  return vec4(mix(a.rgb, vec3(dot(a, P.grey)), P.mono), dot(a, P.opaque));
}
