  # As vision.py, differentiable, with linear layers as training.py has them.
  #
  # What further mergers made (DeepStack) rides along: behind the first of them a row is a merged unit, x joined to
  # [F, U, 4 C + k E] with what k mergers have for the decoder's first layers, E the decoder's hidden size.

  # The tower's own part of what rides along, [F, N, C]
  def vision_own(self, x: Tensor, C: int) -> Tensor:
    if torch.size(x, 2) == C:
      own = x
    else:
      units = torch.narrow(x, 2, 0, 4 * C)                            # [F, U, 4 C]
      own = torch.reshape(units, [torch.size(x, 0), -1, C])           # [F, N, C]
    return own

  # The same x with another own part, y: [F, N, C]
  def vision_with(self, x: Tensor, y: Tensor) -> Tensor:
    C = torch.size(y, 2)
    if torch.size(x, 2) == C:
      joined = y
    else:
      rest = torch.narrow(x, 2, 4 * C, torch.size(x, 2) - 4 * C)      # [F, U, k E]
      units = torch.reshape(y, [torch.size(x, 0), torch.size(x, 1), -1])        # [F, U, 4 C]
      joined = torch.cat([units, rest], 2)
    return joined

  # w: norm1 w/b, qkv, proj, norm2 w/b, fc1, fc2; groups: [0]
  def vision_block(self, w: List[Tensor], x: Tensor, angles: Tensor, groups: Tensor, seed: Tensor) -> Tensor:
    C = torch.size(w[0], 0)
    own = self.vision_own(x, C)                                       # [F, N, C]
    F = torch.size(own, 0)
    N = torch.size(own, 1)
    cos = torch.cos(angles)
    sin = torch.sin(angles)
    h = self.layer_norm(own, w[0], w[1])                              # [F, N, C]
    qkv = self.linear(h, w, 2, seed)                                  # [F, N, 3 C]
    qkv = torch.reshape(qkv, [F, N, 3, %VISION_HEADS%, C // %VISION_HEADS%])    # [F, N, 3, heads, D]
    v = torch.select(qkv, 2, 2)                                       # [F, N, heads, D]
    q = torch.to(self.rotate(torch.to(torch.select(qkv, 2, 0), 6), cos, sin), v.dtype)
    k = torch.to(self.rotate(torch.to(torch.select(qkv, 2, 1), 6), cos, sin), v.dtype)
    a = self.vision_attention(q, k, v, 1, N)                          # [F, N, C]
    y = torch.add(own, self.linear(a, w, 6, seed))                    # [F, N, C]
    h = self.layer_norm(y, w[10], w[11])                              # [F, N, C]
    h = torch.gelu(self.linear(h, w, 12, seed), approximate="tanh")   # [F, N, I]
    y = torch.add(y, self.linear(h, w, 16, seed))                     # [F, N, C]
    return self.vision_with(x, y)

  # One more merger: w: norm w/b of 4 C, fc1, fc2; x as above -> [F, U, 4 C + (k + 1) E]
  def vision_deep(self, w: List[Tensor], x: Tensor, place_of: Tensor, seed: Tensor) -> Tensor:
    F = torch.size(x, 0)
    U = torch.size(place_of, 0)
    M = torch.size(w[0], 0)
    if torch.size(x, 1) == U:
      units = x                                                       # [F, U, 4 C + k E]
    else:
      units = torch.reshape(x, [F, U, -1])                            # [F, U, 4 C]
    h = self.layer_norm(torch.narrow(units, 2, 0, M), w[0], w[1])     # [F, U, 4 C]
    return torch.cat([units, self.merged(w, h, seed)], 2)

  # w: norm w/b of C, fc1, fc2 -> [F U, (1 + k) E]: embeddings, and behind them what rode along
  def vision_merge(self, w: List[Tensor], x: Tensor, place_of: Tensor, seed: Tensor) -> Tensor:
    F = torch.size(x, 0)
    U = torch.size(place_of, 0)
    C = torch.size(w[0], 0)
    h = self.layer_norm(self.vision_own(x, C), w[0], w[1])            # [F, N, C]
    y = self.merged(w, torch.reshape(h, [F, U, -1]), seed)            # [F, U, E]
    if torch.size(x, 2) > C:
      y = torch.cat([y, torch.narrow(x, 2, 4 * C, torch.size(x, 2) - 4 * C)], 2)          # [F, U, (1 + k) E]
    return torch.reshape(y, [F * U, -1])

  # h: [F, U, 4 C] -> [F, U, E]
  def merged(self, w: List[Tensor], h: Tensor, seed: Tensor) -> Tensor:
    return self.linear(torch.gelu(self.linear(h, w, 2, seed)), w, 6, seed)
