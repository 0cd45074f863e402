# Packing of linear layers' weights for oneDNN, and what holds a packed weight against the plain one.
#
# Shapes: weight [out, in]; a packed weight has its rows filled up to a multiple of 64 with zeros, because
# oneDNN 3.7.1 reorders float32 weights wrongly on AVX-512 where the last block of rows is not full
# (its issue 3280): the wrong rows are the last out mod 64.

class Packing(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # [out, in] -> packed [out filled up to a multiple of 64, in]
  def pack(self, weight: Tensor) -> Tensor:
    missing = (64 - torch.size(weight, 0) % 64) % 64
    if torch.gt(missing, 0):
      filled = torch.constant_pad_nd(weight, [0, 0, 0, missing], 0)   # [out + missing, in]
    else:
      filled = torch.contiguous(weight)
    return ops.mkldnn._reorder_linear_weight(filled, 8)

  # 1 if the packed weight, brought back into plain order, is the weight to the bit, else 0
  def unpacks(self, packed: Tensor, weight: Tensor) -> int:
    plain = torch.narrow(torch.to_dense(packed), 0, 0, torch.size(weight, 0))   # [out, in]
    return int(torch.equal(plain, weight))

  # 1 if products with n unit vectors are the n first and the n last columns of the weight, else 0. They are sums
  # of one number and zeros, so that no rounding is allowed for; numbers too small to be normal may become zero.
  def multiplies(self, packed: Tensor, weight: Tensor, n: int) -> int:
    size = torch.size(weight, 1)
    n = min(n, size)
    units = torch.new_zeros(weight, [2 * n, size])                    # [2 n, in]
    _0 = torch.fill_(torch.diagonal(torch.narrow(units, 0, 0, n), 0), 1)
    _1 = torch.fill_(torch.diagonal(torch.narrow(units, 0, n, n), size - n), 1)
    y = ops.mkldnn._linear_pointwise(units, packed, None, "none", annotate(List[Optional[number]], []), "")
    y = torch.to(torch.narrow(y, 1, 0, torch.size(weight, 0)), 6)     # [2 n, out]
    first = torch.transpose(torch.narrow(weight, 1, 0, n), 0, 1)      # [n, out]
    last = torch.transpose(torch.narrow(weight, 1, size - n, n), 0, 1)          # [n, out]
    columns = torch.to(torch.cat([first, last], 0), 6)                # [2 n, out]
    return int(torch.all(torch.le(torch.abs(torch.sub(y, columns)), 1.17549435e-38)))

  # As pack, but trusting oneDNN with a last block that is not full
  def pack_unfilled(self, weight: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(torch.contiguous(weight), 8)

  # [n, in] -> [n, out]
  def product(self, x: Tensor, packed: Tensor, out: int) -> Tensor:
    y = ops.mkldnn._linear_pointwise(torch.contiguous(x), packed, None, "none", annotate(List[Optional[number]], []), "")
    return torch.contiguous(torch.narrow(y, 1, 0, out))
