  # As linear_fused.py, with weights in oneDNN's blocked order: its inner product reads them about 1.7 times
  # as fast as torch.linear reads plain ones with one row of x, and up to 16 rows cost hardly more. A row's
  # result does not depend on how many rows there are.

  def pack(self: __torch__.qwen2_5_vl.Kernels, weight: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(torch.contiguous(weight), 8)

  def linear(self: __torch__.qwen2_5_vl.Kernels, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(torch.contiguous(x), weight, bias, "none", annotate(List[Optional[number]], []), "")

  def qkv(self: __torch__.qwen2_5_vl.Kernels, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return self.linear(x, w[first + 1], w[first + 2])                 # [T, (Q + 2 K) D]

  def gate_up(self: __torch__.qwen2_5_vl.Kernels, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return self.linear(x, w[first + 1], None)                         # [T, 2 I]
