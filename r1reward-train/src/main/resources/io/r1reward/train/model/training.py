# The differentiable forward pass of all families. Java calls one method per vision block and decoder layer, so
# that it can keep layer inputs alone and compute a layer again when its gradient is wanted.
#
# Shapes: F frames of one size, N patches of a frame, U = N / 4 merged units, B rows, T tokens of a row
# (filled up behind their end: causal attention never looks there), C hidden size, Q query heads, K key/value
# heads, D size of a head, I intermediate size, V vocabulary, R rank of an adapter.
#
# A linear layer is four tensors of a list: weight [out, in], bias [out] or empty, adapter A [R, in] or empty,
# adapter B [out, R] or empty. Names between percent signs are numbers that Java puts in.

class Training(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  def to_bfloat16(self, x: Tensor) -> Tensor:
    return torch.to(x, 15)

  # bytes: [2 n] int8 -> [n] bfloat16 over the same memory
  def as_bfloat16(self, bytes: Tensor) -> Tensor:
    return torch.set_(torch.empty([0], dtype=15, device=bytes.device), bytes, 0, [torch.numel(bytes) // 2])

  # A copy in the type and on the device of another tensor
  def copy_like(self, x: Tensor, other: Tensor) -> Tensor:
    return torch.to(x, other, False, True)

  # Joins rows
  def join(self, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  def to_float(self, x: Tensor) -> Tensor:
    return torch.to(x, 6)

  def to_float_copy(self, x: Tensor) -> Tensor:
    return torch.to(x, 6, False, True)

  def to_bfloat16_copy(self, x: Tensor) -> Tensor:
    return torch.to(x, 15, False, True)

  def to_float16_copy(self, x: Tensor) -> Tensor:
    return torch.to(x, 5, False, True)

  # x: contiguous, of n bytes and nobody else's -> [n] int8 (dtype 1), the same memory; n: []
  def as_bytes(self, x: Tensor, n: Tensor) -> Tensor:
    return torch.set_(torch.empty([0], dtype=1, device=x.device), x, 0, [int(n)])

  # a: [R, in], b: [out, R], on any device -> float32 [out, in] on the weight's
  def merge(self, weight: Tensor, a: Tensor, b: Tensor) -> Tensor:
    y = torch.to(weight, 6)
    return torch.add(y, torch.matmul(torch.to(b, y), torch.to(a, y)), alpha=%LORA_SCALE%)

  def assign(self, target: Tensor, source: Tensor) -> Tensor:
    return torch.detach(torch.copy_(target, source))

  # Adds a tensor of any type, on any device
  def add_to(self, sum: Tensor, x: Tensor) -> Tensor:
    return torch.detach(torch.add_(sum, torch.to(x, sum)))

  # include shared_blocks.py

  # Zeroes a share of x and scales the rest, by a hash of (seed, place, element): the same whenever it is
  # computed again. seed: [] int64, negative for none.
  def drop(self, x: Tensor, seed: Tensor, place: int) -> Tensor:
    if int(seed) < 0:
      y = x
    else:
      h = torch.arange(torch.numel(x), dtype=4, device=x.device)
      h = torch.add(h, int(seed) * 1000003 + place * 7919)
      h = torch.mul(torch.bitwise_xor(h, torch.__rshift__(h, 16)), 73244475)
      h = torch.bitwise_and(h, 4294967295)
      h = torch.mul(torch.bitwise_xor(h, torch.__rshift__(h, 16)), 73244475)
      h = torch.bitwise_and(h, 4294967295)
      h = torch.bitwise_xor(h, torch.__rshift__(h, 16))
      keep = torch.ge(torch.reshape(torch.bitwise_and(h, 16777215), torch.size(x)), int(%DROPOUT% * 16777216.))
      y = torch.div(torch.mul(x, torch.to(keep, x.dtype)), 1. - %DROPOUT%)
    return y

  def linear(self, x: Tensor, w: List[Tensor], first: int, seed: Tensor) -> Tensor:
    if torch.numel(w[first + 1]) > 0:
      y = torch.linear(x, w[first], w[first + 1])                     # [..., out]
    else:
      y = torch.linear(x, w[first])                                   # [..., out]
    if torch.numel(w[first + 2]) > 0:
      a = torch.linear(self.drop(x, seed, first), w[first + 2])       # [..., R]
      z = torch.add(y, torch.linear(a, w[first + 3]), alpha=%LORA_SCALE%)
    else:
      z = y
    return z

  # q, k, v: [..., heads, T, D]; softmax(q k^T / sqrt(D)) v. Short rows go by two batched products, as in the
  # reference's eager attention, where Java says that this is faster (%EXPLICIT% is 0 otherwise).
  def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
    T = torch.size(q, 2)
    if T <= %EXPLICIT%:
      scaled = torch.mul(q, torch.pow(float(torch.size(q, 3)), -0.5)) # [..., T, D]
      s = torch.matmul(scaled, torch.transpose(k, 2, 3))              # [..., T, T]
      if causal:
        unseen = torch.triu(torch.full([T, T], -inf, dtype=q.dtype, device=q.device), 1)  # [T, T]
        p = torch.softmax(torch.add_(s, unseen), -1)                  # [..., T, T]
      else:
        p = torch.softmax(s, -1)                                      # [..., T, T]
      a = torch.matmul(p, v)                                          # [..., T, D]
    else:
      a = torch.scaled_dot_product_attention(q, k, v, None, 0., causal)  # [..., T, D]
    return a

  # ---------------------------------------------------------------- vision tower

  # include vision_shared.py

  # include vision_training.py

  # ---------------------------------------------------------------- decoder

  # tokens: [B, T]
  def embed(self, table: Tensor, tokens: Tensor) -> Tensor:
    return torch.embedding(table, tokens)                             # [B, T, C]

  # media: [M, (1 + k) C] together, embeddings that stand at: [M], places in the flattened rows, and behind each
  # what k layers add to it
  def embed_media(self, table: Tensor, tokens: Tensor, media: List[Tensor], at: Tensor) -> Tensor:
    x = torch.embedding(table, tokens)                                # [B, T, C]
    flat = torch.reshape(x, [-1, torch.size(x, 2)])                   # [B T, C]
    own = torch.narrow(torch.cat(media, 0), 1, 0, torch.size(x, 2))   # [M, C]
    flat = torch.index_copy(flat, 0, at, torch.to(own, x.dtype))      # [B T, C]
    return torch.reshape(flat, torch.size(x))

  # Adds what stands behind the embeddings for a layer (DeepStack): x: [B, T, C]; media, at: as above
  def add_deep(self, x: Tensor, media: List[Tensor], at: Tensor, layer: Tensor) -> Tensor:
    C = torch.size(x, 2)
    deep = torch.narrow(torch.cat(media, 0), 1, (1 + int(layer)) * C, C)            # [M, C]
    flat = torch.reshape(x, [-1, C])                                  # [B T, C]
    return torch.reshape(torch.index_add(flat, 0, at, torch.to(deep, x.dtype)), torch.size(x))

  # positions: [3, B, T] (time, height, width); axes: [D / 2], which of them turns each frequency
  # -> angles [B, 1, T, D]
  def angles(self, positions: Tensor, inv_freq: Tensor, axes: Tensor) -> Tensor:
    turning = torch.to(torch.index_select(positions, 0, axes), 6)     # [D / 2, B, T]
    angles = torch.mul(torch.permute(turning, [1, 2, 0]), inv_freq)   # [B, T, D / 2]
    return torch.unsqueeze(torch.cat([angles, angles], -1), 1)        # [B, 1, T, D]

  # w: input_norm, q, k, v, o, post_norm, gate, up, down, and norms of q and k where there are any
  def decoder_layer(self, w: List[Tensor], x: Tensor, angles: Tensor, seed: Tensor) -> Tensor:
    B = torch.size(x, 0)
    T = torch.size(x, 1)
    D = torch.size(angles, 3)
    cos = torch.to(torch.cos(angles), x.dtype)                        # [B, 1, T, D]
    sin = torch.to(torch.sin(angles), x.dtype)                        # [B, 1, T, D]
    h = self.rms_norm(x, w[0], %EPS%)                                 # [B, T, C]
    q = torch.transpose(torch.reshape(self.linear(h, w, 1, seed), [B, T, %HEADS%, D]), 1, 2)     # [B, Q, T, D]
    k = torch.transpose(torch.reshape(self.linear(h, w, 5, seed), [B, T, %KV_HEADS%, D]), 1, 2)  # [B, K, T, D]
    v = torch.transpose(torch.reshape(self.linear(h, w, 9, seed), [B, T, %KV_HEADS%, D]), 1, 2)  # [B, K, T, D]
    if torch.len(w) > 30:
      q = self.rms_norm(q, w[30], %EPS%)                              # [B, Q, T, D]
      k = self.rms_norm(k, w[31], %EPS%)                              # [B, K, T, D]
    q = self.rotate(q, cos, sin)                                      # [B, Q, T, D]
    k = self.rotate(k, cos, sin)                                      # [B, K, T, D]
    k = self.repeat(k)                                                # [B, Q, T, D]
    v = self.repeat(v)                                                # [B, Q, T, D]
    a = self.attend(q, k, v, True)                                    # [B, Q, T, D]
    a = torch.reshape(torch.transpose(a, 1, 2), [B, T, -1])           # [B, T, Q D]
    y = torch.add(x, self.linear(a, w, 13, seed))                     # [B, T, C]
    h = self.rms_norm(y, w[17], %EPS%)                                # [B, T, C]
    gate = torch.silu(self.linear(h, w, 18, seed))                    # [B, T, I]
    up = self.linear(h, w, 22, seed)                                  # [B, T, I]
    return torch.add(y, self.linear(torch.mul(gate, up), w, 26, seed))

  # [B, K, T, D] -> [B, Q, T, D], each key/value head as often as it is shared
  def repeat(self, x: Tensor) -> Tensor:
    B = torch.size(x, 0)
    T = torch.size(x, 2)
    D = torch.size(x, 3)
    y = torch.expand(torch.unsqueeze(x, 2), [B, %KV_HEADS%, %HEADS% // %KV_HEADS%, T, D])        # [B, K, Q / K, T, D]
    return torch.reshape(y, [B, %HEADS%, T, D])

  # ---------------------------------------------------------------- head

  # The rows of x [B, T, C] at places [n] of the flattened rows
  def pick(self, x: Tensor, places: Tensor) -> Tensor:
    return torch.index_select(torch.reshape(x, [-1, torch.size(x, 2)]), 0, places)               # [n, C]

  # Rows behind the final norm, x: [n, C] -> [n, C] float32
  def final_hidden(self, x: Tensor, norm: Tensor) -> Tensor:
    return torch.to(self.rms_norm(x, norm, %EPS%), 6)                 # [n, C]

  # x: [n, C]; targets: [n] -> float32 log-probabilities of the targets [n]
  def log_probabilities(self, x: Tensor, norm: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    return self.of_targets(torch.to(torch.linear(self.rms_norm(x, norm, %EPS%), weight), 6), targets)

  # As log_probabilities, of the logits divided by a temperature: [1] float32
  def tempered_log_probabilities(self, x: Tensor, norm: Tensor, weight: Tensor, targets: Tensor, temperature: Tensor) -> Tensor:
    logits = torch.to(torch.linear(self.rms_norm(x, norm, %EPS%), weight), 6)                    # [n, V]
    return self.of_targets(torch.div(logits, temperature), targets)

  # logits: [n, V] float32
  def of_targets(self, logits: Tensor, targets: Tensor) -> Tensor:
    own = torch.squeeze(torch.gather(logits, 1, torch.unsqueeze(targets, 1)), 1)                 # [n]
    return torch.sub(own, torch.logsumexp(logits, [1]))               # [n]
