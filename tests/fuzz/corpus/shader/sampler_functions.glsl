vec4 f(sampler2D s, vec2 p) { return texture(s, p); }
vec4 g(sampler2D s, vec2 p) { return f(s, p); }
out vec4 c;
void main() { c = g(sTD2DInputs[int(vUV.s)], vUV.st) + g(sTD2DInputs[gl_FragCoord.x > 1.0 ? 1 : 0], vUV.st); }
