layout(constant_id = 1) const int N = 4; layout(constant_id=99999999999) const bool B = true;
layout(binding=0) uniform atomic_uint a[N], b;
uniform vec3 t[N];
float mod(int a, int b) { return 1.0; }
out vec4 c; void main() { for (int i = 0; i < N; ++i) c += vec4(mod(i, 3)); }
