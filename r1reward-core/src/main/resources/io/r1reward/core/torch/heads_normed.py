  # Projections have no biases; queries and keys go through an RMS norm, head by head, before they turn.

  def bias(self, w: List[Tensor], at: int) -> Optional[Tensor]:
    return None

  # qk: queries and keys, one behind the other along dim, [..., D]; w[first + 2], w[first + 4]: [D]
  def heads(self, qk: Tensor, w: List[Tensor], first: int, heads: int, dim: int, eps: float) -> Tensor:
    q = self.rms_norm(torch.narrow(qk, dim, 0, heads), w[first + 2], eps)                 # [..., D]
    k = torch.narrow(qk, dim, heads, torch.size(qk, dim) - heads)                         # [..., D]
    return torch.cat([q, self.rms_norm(k, w[first + 4], eps)], dim)
