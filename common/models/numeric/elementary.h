// exp, log, sin and cos, and what is made of them, with the same bits on every machine. Pure functions, any process,
// any thread.
//
// The C library's differ in the last bit between processors with and without fused multiply-add, and a likelihood that
// differs in its last bit ends in other models. These are Highway's scalar ones, within four units in the last place.
// Powers: use multiplication and std::sqrt, which are exact.
#pragma once

namespace fitd {

double Exp(double x);
double Log(double x);    // -infinity of 0, NaN of negative values, as std::log
double Log2(double x);   // of 0 and below as Log; whole of powers of two
double Log10(double x);  // of 0 and below as Log
double Exp2(double x);   // |x| up to 1000; the powers of two of whole numbers
double Sin(double x);    // |x| up to 39000
double Cos(double x);

}  // namespace fitd
