  # libtorch's own attention. q: [..., T, D]; k, v: [..., S, D]; mask: [T, S] of what is seen, or what is added

  def masked(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(q, k, v, mask)          # [..., T, D]

  def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
    return torch.scaled_dot_product_attention(q, k, v, None, 0., causal)        # [..., T, D]
