  # Two batched products and a softmax in float32, for machines whose fused attention does not hold against them.
  # q: [..., T, D]; k, v: [..., S, D]; mask: [T, S] of what is seen, or what is added

  def scores(self, q: Tensor, k: Tensor) -> Tensor:
    scaled = torch.mul(torch.to(q, 6), torch.pow(float(torch.size(q, -1)), -0.5))         # [..., T, D]
    return torch.matmul(scaled, torch.transpose(torch.to(k, 6), -2, -1))                  # [..., T, S]

  def weighted(self, scores: Tensor, v: Tensor) -> Tensor:
    return torch.to(torch.matmul(torch.softmax(scores, -1), torch.to(v, 6)), v.dtype)     # [..., T, D]

  def masked(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    s = self.scores(q, k)                                             # [..., T, S]
    if torch.eq(mask.dtype, 11):
      s = torch.masked_fill(s, torch.logical_not(mask), -inf)         # [..., T, S]
    else:
      s = torch.add(s, mask)                                          # [..., T, S]
    return self.weighted(s, v)

  def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
    s = self.scores(q, k)                                             # [..., T, S]
    if causal:
      T = torch.size(q, -2)
      S = torch.size(k, -2)
      seen = torch.tril(torch.ones([T, S], dtype=11, device=q.device), 0)                 # [T, S]
      s = torch.masked_fill(s, torch.logical_not(seen), -inf)         # [..., T, S]
    return self.weighted(s, v)
