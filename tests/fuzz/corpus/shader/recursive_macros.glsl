#define E E E
#define F(a,b) F(b,a) F(a,a)
E F(1,2) F(F(1,2),F(3)) F(
