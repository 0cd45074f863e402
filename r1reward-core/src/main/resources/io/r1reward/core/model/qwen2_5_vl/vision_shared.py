  # Parts of the vision tower that judging and training compute alike.

  # patches: [F, N, 1176] float32; w: proj, [C, 3, 2, 14, 14]; unit_at: [U], merged units in computing order
  def vision_embed(self, w: List[Tensor], patches: Tensor, unit_at: Tensor, corners: Tensor, shares: Tensor) -> Tensor:
    weight = torch.reshape(w[0], [torch.size(w[0], 0), -1])           # [C, 1176]
    x = torch.linear(torch.to(patches, weight.dtype), weight)         # [F, N, C]
    return self.by_unit(x, unit_at)
