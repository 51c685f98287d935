#if 0
#elif
#else
#else
#endif
#endif
#line 4 "x"
#extension GL_X : enable
__LINE__ \
\
__LINE__
