  # The vision tower of Qwen3-VL: layer norms, plain MLPs, learned positions, attention over the frame, DeepStack.

  # x: [F, N, C]; w: norm1 w/b, qkv w/b, proj w/b, norm2 w/b, fc1 w/b, fc2 w/b
  def vision_block(self, w: List[Tensor], first: int, x: Tensor, cos: Tensor, sin: Tensor, heads: int, groups: List[int]) -> Tensor:
    F = torch.size(x, 0)
    N = torch.size(x, 1)
    C = torch.size(x, 2)
    h = self.layer_norm(x, w[first], w[first + 1])                    # [F, N, C]
    qkv = self.linear(h, w[first + 2], w[first + 3], 3 * C)           # [F, N, 3 C]
    qkv = torch.reshape(qkv, [F, N, 3, heads, C // heads])            # [F, N, 3, heads, D]
    q = self.rotate(torch.to(torch.select(qkv, 2, 0), 6), cos, sin)   # [F, N, heads, D] float32
    k = self.rotate(torch.to(torch.select(qkv, 2, 1), 6), cos, sin)   # [F, N, heads, D] float32
    v = torch.select(qkv, 2, 2)                                       # [F, N, heads, D]
    a = self.vision_attention(torch.to(q, v.dtype), torch.to(k, v.dtype), v, 1, N)        # [F, N, C]
    y = torch.add(x, self.linear(a, w[first + 4], w[first + 5], C))   # [F, N, C]
    h = self.layer_norm(y, w[first + 6], w[first + 7])                # [F, N, C]
    h = self.linear(h, w[first + 8], w[first + 9], torch.size(w[first + 9], 0))           # [F, N, I]
    h = torch.gelu(h, approximate="tanh")                             # [F, N, I]
    return torch.add(y, self.linear(h, w[first + 10], w[first + 11], C))

  # x: [F, N, C]; w: norm w/b of C, fc1 w/b, fc2 w/b; place_of is the raster order already
  def vision_merge(self, w: List[Tensor], first: int, x: Tensor, place_of: Tensor) -> Tensor:
    U = torch.size(place_of, 0)
    h = self.layer_norm(x, w[first], w[first + 1])                    # [F, N, C]
    h = torch.reshape(h, [torch.size(x, 0), U, -1])                   # [F, U, 4 C]
    return self.merged(w, first, h)

  # The same with the norm behind the joining: w: norm w/b of 4 C, fc1 w/b, fc2 w/b
  def vision_deep(self, w: List[Tensor], first: int, x: Tensor, place_of: Tensor) -> Tensor:
    U = torch.size(place_of, 0)
    h = torch.reshape(x, [torch.size(x, 0), U, -1])                   # [F, U, 4 C]
    return self.merged(w, first, self.layer_norm(h, w[first], w[first + 1]))

  # h: [F, U, 4 C] -> [F U, C of the decoder]
  def merged(self, w: List[Tensor], first: int, h: Tensor) -> Tensor:
    h = torch.gelu(self.linear(h, w[first + 2], w[first + 3], torch.size(h, 2)))          # [F, U, 4 C]
    h = self.linear(h, w[first + 4], w[first + 5], torch.size(w[first + 5], 0))           # [F, U, C of the decoder]
    return torch.reshape(h, [-1, torch.size(h, 2)])
