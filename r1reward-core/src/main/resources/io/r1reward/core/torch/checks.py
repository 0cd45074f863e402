# Fast kernels held against plain arithmetic in float64, on made-up numbers of the sizes that a model has.
#
# Shapes: n rows of a batch, K key/value heads, M queries of a row and head, P keys, D size of a head.

class Checks(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # n numbers in [-1, 1) without a pattern, the same on every machine, in a type
  def numbers(self, n: int, seed: int, dtype: int) -> Tensor:
    x = torch.mul(torch.sin(torch.add(torch.mul(torch.to(torch.arange(n), 7), 12.9898), seed)), 43758.5453)   # [n]
    return torch.to(torch.sub(torch.mul(torch.sub(x, torch.floor(x)), 2), 1), dtype)      # [n]

  def largest(self, a: Tensor, b: Tensor) -> Tensor:
    return torch.amax(torch.abs(torch.sub(torch.to(a, 7), torch.to(b, 7))))     # []

  # -> [2]: largest differences of attention and of its log-sum-exp from the plain ones
  def attention(self, n: int, K: int, M: int, P: int, D: int, dtype: int) -> Tensor:
    q = torch.reshape(self.numbers(n * K * M * D, 1, dtype), [n, K, M, D])      # [n, K, M, D]
    k = torch.reshape(self.numbers(n * K * P * D, 2, dtype), [n, K, P, D])      # [n, K, P, D]
    v = torch.reshape(self.numbers(n * K * P * D, 3, dtype), [n, K, P, D])      # [n, K, P, D]
    out, norm = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v)      # [n, K, M, D], [n, K, M]
    s = torch.matmul(torch.to(q, 7), torch.transpose(torch.to(k, 7), 2, 3))     # [n, K, M, P]
    s = torch.mul(s, torch.pow(float(D), -0.5))
    plain_norm = torch.logsumexp(s, [3])                                        # [n, K, M]
    plain = torch.matmul(torch.softmax(s, 3), torch.to(v, 7))                   # [n, K, M, D]
    return torch.stack([self.largest(out, plain), self.largest(norm, plain_norm)])

  # -> [1]: largest difference of attention over T tokens that see those before them behind P others
  def masked(self, K: int, T: int, P: int, D: int, dtype: int) -> Tensor:
    S = P + T
    q = torch.reshape(self.numbers(K * T * D, 4, dtype), [1, K, T, D])          # [1, K, T, D]
    k = torch.reshape(self.numbers(K * S * D, 5, dtype), [1, K, S, D])          # [1, K, S, D]
    v = torch.reshape(self.numbers(K * S * D, 6, dtype), [1, K, S, D])          # [1, K, S, D]
    seen = torch.tril(torch.ones([T, S], dtype=11), P)                          # [T, S]
    if P == 0:
      out = torch.scaled_dot_product_attention(q, k, v, None, 0., True)         # [1, K, T, D]
    else:
      out = torch.scaled_dot_product_attention(q, k, v, seen)                   # [1, K, T, D]
    s = torch.matmul(torch.to(q, 7), torch.transpose(torch.to(k, 7), 2, 3))     # [1, K, T, S]
    s = torch.masked_fill(torch.mul(s, torch.pow(float(D), -0.5)), torch.logical_not(seen), -inf)
    plain = torch.matmul(torch.softmax(s, 3), torch.to(v, 7))                   # [1, K, T, D]
    return torch.reshape(self.largest(out, plain), [1])

  # -> [1]: largest difference of a row's attention over a shared prompt, alone and beside n - 1 others
  def blocks(self, n: int, K: int, M: int, P: int, D: int, dtype: int) -> Tensor:
    q = torch.reshape(self.numbers(n * K * M * D, 7, dtype), [n, K, M, D])      # [n, K, M, D]
    k = torch.reshape(self.numbers(K * P * D, 8, dtype), [1, K, P, D])          # [1, K, P, D]
    v = torch.reshape(self.numbers(K * P * D, 9, dtype), [1, K, P, D])          # [1, K, P, D]
    folded = torch.reshape(torch.transpose(q, 0, 1), [1, K, n * M, D])          # [1, K, n M, D]
    out, norm = torch._scaled_dot_product_flash_attention_for_cpu(folded, k, v)
    out = torch.transpose(torch.reshape(out, [K, n, M, D]), 0, 1)               # [n, K, M, D]
    norm = torch.transpose(torch.reshape(norm, [K, n, M]), 0, 1)                # [n, K, M]
    worst = torch.zeros([], dtype=7)
    for i in range(n):
      alone, own = torch._scaled_dot_product_flash_attention_for_cpu(torch.narrow(q, 0, i, 1), k, v)
      worst = torch.maximum(worst, self.largest(alone, torch.narrow(out, 0, i, 1)))
      worst = torch.maximum(worst, self.largest(own, torch.narrow(norm, 0, i, 1)))
    return torch.reshape(worst, [1])

  # A made-up weight, [out, in], and what n rows of numbers give with it in float64
  def weight(self, out: int, size: int, dtype: int) -> Tensor:
    return torch.reshape(self.numbers(out * size, 10, dtype), [out, size])      # [out, in]

  def rows(self, n: int, size: int, dtype: int) -> Tensor:
    return torch.reshape(self.numbers(n * size, 11, dtype), [n, size])          # [n, in]

  def product(self, x: Tensor, weight: Tensor) -> Tensor:
    return torch.matmul(torch.to(x, 7), torch.transpose(torch.to(weight, 7), 0, 1))       # [n, out]

  # -> [1]: largest difference of torch.linear
  def linear(self, x: Tensor, weight: Tensor) -> Tensor:
    return torch.reshape(self.largest(torch.linear(x, weight), self.product(x, weight)), [1])
