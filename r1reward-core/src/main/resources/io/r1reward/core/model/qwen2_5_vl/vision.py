  # The vision tower of Qwen2.5-VL: RMS norms, gated MLPs, attention inside windows in most blocks.

  # x: [F, N, C]; w: norm1, qkv w/b, proj w/b, norm2, gate w/b, up w/b, down w/b
  # groups: windows and patches of each group of equal windows, flat; empty: attention over the frame
  def vision_block(self, w: List[Tensor], first: int, x: Tensor, cos: Tensor, sin: Tensor, heads: int, groups: List[int]) -> Tensor:
    F = torch.size(x, 0)
    N = torch.size(x, 1)
    C = torch.size(x, 2)
    D = C // heads
    h = self.rms_norm(x, w[first], 1e-6)                              # [F, N, C]
    qkv = self.linear(h, w[first + 1], w[first + 2], 3 * C)           # [F, N, 3 C]
    qkv = torch.reshape(qkv, [F, N, 3, heads, D])                     # [F, N, 3, heads, D]
    q = self.rotate(torch.to(torch.select(qkv, 2, 0), 6), cos, sin)   # [F, N, heads, D] float32
    k = self.rotate(torch.to(torch.select(qkv, 2, 1), 6), cos, sin)   # [F, N, heads, D] float32
    v = torch.select(qkv, 2, 2)                                       # [F, N, heads, D]
    q = torch.to(q, v.dtype)
    k = torch.to(k, v.dtype)
    if torch.len(groups) == 0:
      a = self.vision_attention(q, k, v, 1, N)                        # [F, N, C]
    else:
      parts = annotate(List[Tensor], [])
      at = 0
      for g in range(torch.len(groups) // 2):
        windows = groups[2 * g]
        patches = groups[2 * g + 1]
        n = windows * patches
        part = self.vision_attention(torch.narrow(q, 1, at, n), torch.narrow(k, 1, at, n), torch.narrow(v, 1, at, n), windows, patches)  # [F, n, C]
        _0 = torch.append(parts, part)
        at = at + n
      a = torch.cat(parts, 1)                                         # [F, N, C]
    y = torch.add(x, self.linear(a, w[first + 3], w[first + 4], C))   # [F, N, C]
    h = self.rms_norm(y, w[first + 5], 1e-6)                          # [F, N, C]
    I = torch.size(w[first + 7], 0)
    gate = torch.silu(self.linear(h, w[first + 6], w[first + 7], I))  # [F, N, I]
    up = self.linear(h, w[first + 8], w[first + 9], I)                # [F, N, I]
    return torch.add(y, self.linear(torch.mul(gate, up), w[first + 10], w[first + 11], C))

  # x: [F, N, C]; w: ln_q, mlp.0 w/b, mlp.2 w/b; place_of: [U] back to raster order
  def vision_merge(self, w: List[Tensor], first: int, x: Tensor, place_of: Tensor) -> Tensor:
    F = torch.size(x, 0)
    U = torch.size(place_of, 0)
    h = self.rms_norm(x, w[first], 1e-6)                              # [F, N, C]
    h = torch.reshape(h, [F, U, -1])                                  # [F, U, 4 C]
    h = torch.gelu(self.linear(h, w[first + 1], w[first + 2], torch.size(h, 2)))  # [F, U, 4 C]
    h = self.linear(h, w[first + 3], w[first + 4], torch.size(w[first + 4], 0))         # [F, U, C of the decoder]
    return torch.reshape(torch.index_select(h, 1, place_of), [F * U, -1])
