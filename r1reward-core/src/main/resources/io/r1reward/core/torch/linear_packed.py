  # As linear_fused.py, with weights in oneDNN's blocked order: its inner product reads them about 1.7 times
  # as fast as torch.linear reads plain ones with one row of x, and up to 16 rows cost hardly more. A row's
  # result does not depend on how many rows there are. Packed weights have more rows than out, see packing.py.
  # Where Java could not pack a weight, or found the packed one wrong, it is a plain one.

  # x: [..., in] -> [..., out]
  def linear(self, x: Tensor, weight: Tensor, bias: Optional[Tensor], out: int) -> Tensor:
    if ops.prim.is_mkldnn(weight):
      rows = torch.size(weight, 0)
      if torch.eq(rows, out):
        y = self.product(x, weight, bias)                             # [..., out]
      else:
        if torch.__is__(bias, None):
          filled = bias
        else:
          filled = torch.constant_pad_nd(unchecked_cast(Tensor, bias), [0, rows - out], 0)    # [rows]
        y = torch.narrow(self.product(x, weight, filled), -1, 0, out) # [..., out]
    else:
      y = torch.linear(x, weight, bias)                               # [..., out]
    return y

  def product(self, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(torch.contiguous(x), weight, bias, "none", annotate(List[Optional[number]], []), "")

  def qkv(self, x: Tensor, w: List[Tensor], first: int, out: int) -> Tensor:
    return self.linear(x, w[first + 1], self.bias(w, first + 2), out) # [T, (Q + 2 K) D]

  # w[first + 3] is down, [C, I]
  def gate_up(self, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return self.linear(x, w[first + 1], None, 2 * torch.size(w[first + 3], 1))            # [T, 2 I]
