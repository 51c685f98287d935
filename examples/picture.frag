// Waves of colour over a few suns: the picture that the examples use when none is given.
uniform float uTime;
out vec4 fragColor;

float disc(vec2 p, vec2 centre, float radius) {
  return smoothstep(radius + 0.004, radius - 0.004, length(p - centre));
}

void main() {
  vec2 p = (vUV.st - 0.5) * vec2(uTDOutputInfo.res.z * uTDOutputInfo.res.y, 1.0);
  vec3 color = mix(vec3(0.97, 0.78, 0.52), vec3(0.30, 0.36, 0.62), smoothstep(-0.2, 0.5, p.y));
  color = mix(color, vec3(1.0, 0.93, 0.78), disc(p, vec2(0.32, 0.13), 0.15));
  color = mix(color, vec3(0.93, 0.42, 0.30), disc(p, vec2(-0.42, 0.26), 0.06));
  for (int i = 0; i < 7; ++i) {
    float level = float(i) / 6.0;
    float shift = 1.7 * float(i) + uTime;
    float height = 0.10 - 0.55 * level + 0.05 * sin(5.0 * p.x + shift) +
                   0.02 * sin(13.0 * p.x - 2.0 * shift);
    vec3 hill = mix(vec3(0.50, 0.45, 0.66), vec3(0.10, 0.12, 0.25), level);
    color = mix(color, hill, smoothstep(0.003, -0.003, p.y - height));
  }
  fragColor = TDOutputSwizzle(vec4(color, 1.0));
}
