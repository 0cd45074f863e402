  # q, k, v stand as one weight in the place of q, gate and up in the place of gate.

  # x: [..., in] -> [..., out]
  def linear(self, x: Tensor, weight: Tensor, bias: Optional[Tensor], out: int) -> Tensor:
    return torch.linear(x, weight, bias)

  def qkv(self, x: Tensor, w: List[Tensor], first: int, out: int) -> Tensor:
    return torch.linear(x, w[first + 1], self.bias(w, first + 2))     # [T, (Q + 2 K) D]

  def gate_up(self, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return torch.linear(x, w[first + 1])                              # [T, 2 I]
