  # q, k, v stand as one weight in the place of q, gate and up in the place of gate.

  def linear(self: __torch__.qwen2_5_vl.Kernels, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    return torch.linear(x, weight, bias)

  def qkv(self: __torch__.qwen2_5_vl.Kernels, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return torch.linear(x, w[first + 1], w[first + 2])                # [T, (Q + 2 K) D]

  def gate_up(self: __torch__.qwen2_5_vl.Kernels, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return torch.linear(x, w[first + 1])                              # [T, 2 I]
