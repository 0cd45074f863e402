  # As vision.py, differentiable, with linear layers as training.py has them.

  # w: norm1, qkv, proj, norm2, gate, up, down
  # groups: [2 n] windows and patches of each group of equal windows; [0]: attention over the frame
  def vision_block(self, w: List[Tensor], x: Tensor, angles: Tensor, groups: Tensor, seed: Tensor) -> Tensor:
    F = torch.size(x, 0)
    N = torch.size(x, 1)
    C = torch.size(x, 2)
    cos = torch.cos(angles)
    sin = torch.sin(angles)
    h = self.rms_norm(x, w[0], 1e-6)                                  # [F, N, C]
    qkv = self.linear(h, w, 1, seed)                                  # [F, N, 3 C]
    qkv = torch.reshape(qkv, [F, N, 3, %VISION_HEADS%, C // %VISION_HEADS%])  # [F, N, 3, heads, D]
    v = torch.select(qkv, 2, 2)                                       # [F, N, heads, D]
    q = torch.to(self.rotate(torch.to(torch.select(qkv, 2, 0), 6), cos, sin), v.dtype)
    k = torch.to(self.rotate(torch.to(torch.select(qkv, 2, 1), 6), cos, sin), v.dtype)
    if torch.numel(groups) == 0:
      a = self.vision_attention(q, k, v, 1, N)                        # [F, N, C]
    else:
      parts = annotate(List[Tensor], [])
      at = 0
      for g in range(torch.numel(groups) // 2):
        windows = int(torch.select(groups, 0, 2 * g))
        patches = int(torch.select(groups, 0, 2 * g + 1))
        n = windows * patches
        part = self.vision_attention(torch.narrow(q, 1, at, n), torch.narrow(k, 1, at, n), torch.narrow(v, 1, at, n), windows, patches)  # [F, n, C]
        _0 = torch.append(parts, part)
        at = at + n
      a = torch.cat(parts, 1)                                         # [F, N, C]
    y = torch.add(x, self.linear(a, w, 5, seed))                      # [F, N, C]
    h = self.rms_norm(y, w[9], 1e-6)                                  # [F, N, C]
    gate = torch.silu(self.linear(h, w, 10, seed))                    # [F, N, I]
    up = self.linear(h, w, 14, seed)                                  # [F, N, I]
    return torch.add(y, self.linear(torch.mul(gate, up), w, 18, seed))

  # w: ln_q, mlp.0, mlp.2; place_of: [U] back to raster order
  def vision_merge(self, w: List[Tensor], x: Tensor, place_of: Tensor, seed: Tensor) -> Tensor:
    F = torch.size(x, 0)
    U = torch.size(place_of, 0)
    h = self.rms_norm(x, w[0], 1e-6)                                  # [F, N, C]
    h = torch.reshape(h, [F, U, -1])                                  # [F, U, 4 C]
    h = torch.gelu(self.linear(h, w, 1, seed))                        # [F, U, 4 C]
    h = self.linear(h, w, 5, seed)                                    # [F, U, C of the decoder]
    return torch.reshape(torch.index_select(h, 1, place_of), [F * U, -1])
