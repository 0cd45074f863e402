  # Parts of the vision tower that judging and training compute alike.

  def layer_norm(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, -1)], weight, bias, 1e-6)         # [..., C]

  # patches: [F, N, 1536] float32; w: proj w [C, 3, 2, 16, 16] and b [C], positions [n n, C]
  # corners, shares: [4, N], the rows of positions between which a patch stands, and how much of each it takes
  def vision_embed(self, w: List[Tensor], patches: Tensor, unit_at: Tensor, corners: Tensor, shares: Tensor) -> Tensor:
    C = torch.size(w[0], 0)
    weight = torch.reshape(w[0], [C, -1])                             # [C, 1536]
    x = torch.linear(torch.to(patches, weight.dtype), weight, w[1])   # [F, N, C]
    rows = torch.index_select(w[2], 0, torch.reshape(corners, [-1]))  # [4 N, C]
    rows = torch.reshape(rows, [4, -1, C])                            # [4, N, C]
    rows = torch.mul(rows, torch.unsqueeze(torch.to(shares, weight.dtype), 2))  # [4, N, C]
    places = torch.add(torch.select(rows, 0, 0), torch.select(rows, 0, 1))      # [N, C]
    places = torch.add(torch.add(places, torch.select(rows, 0, 2)), torch.select(rows, 0, 3))
    return self.by_unit(torch.add(x, places), unit_at)
