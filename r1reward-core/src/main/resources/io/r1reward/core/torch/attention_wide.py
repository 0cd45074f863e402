  # libtorch's own attention, and that of bfloat16 numbers over pictures in float32: its kernel for bfloat16 is
  # several times slower where products of float32 run at the processor's full width.
  # q: [..., T, D]; k, v: [..., S, D]; mask: [T, S] of what is seen, or what is added

  def masked(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    return torch.scaled_dot_product_attention(q, k, v, mask)          # [..., T, D]

  def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
    if causal:
      a = torch.scaled_dot_product_attention(q, k, v, None, 0., True)                   # [..., T, D]
    else:
      wide = torch.scaled_dot_product_attention(torch.to(q, 6), torch.to(k, 6), torch.to(v, 6), None, 0., False)  # [..., T, D]
      a = torch.to(wide, v.dtype)                                     # [..., T, D]
    return a
