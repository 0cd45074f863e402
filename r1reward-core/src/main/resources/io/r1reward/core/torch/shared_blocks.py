  # Parts that judging and training compute alike; attend is the including script's own.

  def rms_norm(self, x: Tensor, weight: Tensor, eps: float) -> Tensor:
    h = torch.to(x, 6)                                                # [..., C] float32
    h = torch.mul(h, torch.rsqrt(torch.add(torch.mean(torch.mul(h, h), [-1], True), eps)))
    return torch.mul(weight, torch.to(h, weight.dtype))

  # x: [..., D]; cos, sin: broadcastable to it, both halves of the last dimension equal
  def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    halves = torch.chunk(x, 2, -1)                                    # 2 x [..., D / 2]
    turned = torch.cat([torch.neg(halves[1]), halves[0]], -1)         # [..., D]
    return torch.add(torch.mul(x, cos), torch.mul(turned, sin))

  # rows, columns: [N] positions in the processor's order; inv_freq: [D / 4]; -> angles [N, 1, D]
  def vision_angles(self, rows: Tensor, columns: Tensor, inv_freq: Tensor, unit_at: Tensor) -> Tensor:
    N = torch.size(rows, 0)
    U = torch.size(unit_at, 0)
    by_row = torch.outer(torch.to(rows, 6), inv_freq)                 # [N, D / 4]
    by_column = torch.outer(torch.to(columns, 6), inv_freq)           # [N, D / 4]
    angles = torch.cat([by_row, by_column], 1)                        # [N, D / 2]
    angles = torch.index_select(torch.reshape(angles, [U, N // U, -1]), 0, unit_at)  # [U, 4, D / 2]
    angles = torch.reshape(angles, [N, -1])                           # [N, D / 2]
    return torch.unsqueeze(torch.cat([angles, angles], 1), 1)         # [N, 1, D]

  # q, k, v: [F, windows * patches, heads, D]; attends inside each window
  def vision_attention(self, q: Tensor, k: Tensor, v: Tensor, windows: int, patches: int) -> Tensor:
    F = torch.size(q, 0)
    heads = torch.size(q, 2)
    D = torch.size(q, 3)
    shape = [F * windows, patches, heads, D]
    qw = torch.transpose(torch.reshape(q, shape), 1, 2)               # [F windows, heads, patches, D]
    kw = torch.transpose(torch.reshape(k, shape), 1, 2)               # [F windows, heads, patches, D]
    vw = torch.transpose(torch.reshape(v, shape), 1, 2)               # [F windows, heads, patches, D]
    a = self.attend(qw, kw, vw, False)                                # [F windows, heads, patches, D]
    return torch.reshape(torch.transpose(a, 1, 2), [F, windows * patches, heads * D])

  # Units in computing order: x: [F, N, C], unit_at: [U] -> [F, N, C]
  def by_unit(self, x: Tensor, unit_at: Tensor) -> Tensor:
    F = torch.size(x, 0)
    N = torch.size(x, 1)
    U = torch.size(unit_at, 0)
    units = torch.reshape(x, [F, U, N // U, -1])                      # [F, U, 4, C]
    return torch.reshape(torch.index_select(units, 1, unit_at), [F, N, -1])
