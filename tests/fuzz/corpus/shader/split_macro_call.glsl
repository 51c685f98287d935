#define A sTD2DInputs
#define B A[i]
#define C(x) texture(B, x
#define D )
out vec4 c;
void main() { int i = int(vUV.s); c = C(vUV.st) D; }
