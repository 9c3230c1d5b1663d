//! Loops compiled for the widest vectors of the machine that they run on.
#![allow(unsafe_code)] // one call each for what the machine was seen to have

/// A loop over numbers, in safe code. `run` is to be `#[inline(always)]`, as is all that it calls: then it is
/// compiled once for each kind of machine below. Both kinds have fused multiplication and addition, `mul_add`; others get
/// the same numbers from it, slowly.
pub(crate) trait Kernel {
    type Output;

    fn run(self) -> Self::Output;
}

/// Runs the loop, with the instructions that this machine has.
#[inline]
pub(crate) fn widest<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        // All processors with AVX-512 but Xeon Phi have these four parts of it, without which it has no vectors of bytes.
        if has_avx512f()
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
        {
            // SAFETY: the function needs these parts of AVX-512 and what they imply, and the machine has them.
            return unsafe { avx512(kernel) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the function needs AVX2 and FMA and nothing else, and the machine has them.
            return unsafe { avx2(kernel) };
        }
    }
    kernel.run()
}

/// As [`widest`], for loops that count the bits of numbers: newer machines do so in one instruction, others take ten.
#[inline]
pub(crate) fn widest_counting<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if has_avx512f() && is_x86_feature_detected!("avx512vpopcntdq") {
            // SAFETY: the function needs these two and what they imply, and the machine has them.
            return unsafe { avx512_counting(kernel) };
        }
    }
    widest(kernel)
}

/// Whether the machine has the first part of AVX-512, and the three that the compiler uses where that is enabled.
#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx512f() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("f16c")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn avx512_counting<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
