//! Other shapes of the same elements.

use burn::tensor::Tensor;
use burn::tensor::kind::Basic;

/// The tensor in another shape of as many elements. Burn's own `reshape` reads a size of 0 as "the size there
/// is", so what holds nothing is made anew.
pub(crate) fn reshape<const A: usize, const B: usize, K: Basic>(
    tensor: Tensor<A, K>,
    dims: [usize; B],
) -> Tensor<B, K> {
    if dims.contains(&0) {
        return Tensor::zeros(dims, (&tensor.device(), tensor.dtype()));
    }
    tensor.reshape(dims)
}
