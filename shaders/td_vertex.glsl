// What a vertex shader of the dialect finds declared: the quad that covers the target, in both
// families of names.
layout(location = 0) in vec3 P;
layout(location = 1) in vec3 uv[8];

vec4 TDSOPToProj(vec4 position) { return position; }
vec4 TDSOPToProj(vec3 position) { return vec4(position, 1.0); }

vec3 TDPos() { return P; }
vec3 TDTexCoord(uint layer) { return uv[min(layer, 7u)]; }
vec4 TDDeform(vec4 position) { return position; }
vec4 TDDeform(vec3 position) { return vec4(position, 1.0); }
vec4 TDWorldToProj(vec4 position) { return position; }
vec4 TDWorldToProj(vec3 position) { return vec4(position, 1.0); }
