//// head
#define TWO 2
float h() { return TWO; }
//// 
layout(local_size_x = TWO * 4, local_size_y = 1 << 3) in;
void main() { TDImageStoreOutput(0u, gl_GlobalInvocationID, vec4(h())); }
