  # Weights as they stand in the checkpoint: nothing is copied.

  # x: [..., in] -> [..., out]
  def linear(self, x: Tensor, weight: Tensor, bias: Optional[Tensor], out: int) -> Tensor:
    return torch.linear(x, weight, bias)

  def qkv(self, x: Tensor, w: List[Tensor], first: int, out: int) -> Tensor:
    q = torch.linear(x, w[first + 1], self.bias(w, first + 2))        # [T, Q D]
    k = torch.linear(x, w[first + 3], self.bias(w, first + 4))        # [T, K D]
    v = torch.linear(x, w[first + 5], self.bias(w, first + 6))        # [T, K D]
    return torch.cat([q, k, v], -1)                                   # [T, (Q + 2 K) D]

  def gate_up(self, x: Tensor, w: List[Tensor], first: int) -> Tensor:
    return torch.cat([torch.linear(x, w[first + 1]), torch.linear(x, w[first + 2])], -1)  # [T, 2 I]
