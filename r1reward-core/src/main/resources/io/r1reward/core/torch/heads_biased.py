  # Projections to queries, keys and values have biases, and heads turn as they are.

  def bias(self, w: List[Tensor], at: int) -> Optional[Tensor]:
    return w[at]

  def heads(self, qk: Tensor, w: List[Tensor], first: int, heads: int, dim: int, eps: float) -> Tensor:
    return qk
