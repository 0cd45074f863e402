# The forward pass of all families, laid out like the reference models: vision tower, decoder, head, choice.
# A family's vision tower is its own vision.py; decoders differ in what stands around queries and keys.
#
# TorchScript, compiled when a model is opened; it has no state. Java owns weights, caches, positions and
# the schedule, and calls one method per vision block, per prefill layer, or per decoding step.
#
# Shapes: F frames of one size, N patches of a frame, U = N / 4 merged units, C hidden size (of the part
# at hand), T prompt tokens, P cached tokens before them, S = P + T, B rows of a batch, L cached length,
# Q query heads, K key/value heads, G = Q / K, D size of a head, I intermediate size, V vocabulary.

class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # ---------------------------------------------------------------- tensors in and out

  # Reads bytes as bfloat16 (dtype 15), which DJL cannot name: a tensor of that type is put over them.
  def as_bfloat16(self, bytes: Tensor, shape: List[int]) -> Tensor:
    return torch.set_(torch.empty([0], dtype=15, device=bytes.device), bytes, 0, shape)

  # A copy in another type or on another device; shares memory where neither changes.
  def convert(self, x: Tensor, device: str, dtype: int) -> Tensor:
    return torch.to(x, torch.device(device), dtype)

  def as_float(self, x: Tensor) -> Tensor:
    return torch.contiguous(torch.to(x, torch.device("cpu"), 6))

  # Rows first .. first + n - 1: [M, C] -> [n, C]
  def part(self, x: Tensor, first: int, n: int) -> Tensor:
    return torch.narrow(x, 0, first, n)

  def join(self, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  # What stands beside each other: n x [F, U, C] -> [F, U, n C]
  def beside(self, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 2)

  # Files that Java puts here: linear, qkv, gate_up; bias, heads; attend, masked; what training computes alike;
  # the family's vision_embed, vision_block, vision_merge and, with DeepStack, vision_deep.
  # include linear
  # include heads
  # include attention
  # include shared_blocks.py
  # include vision_shared.py

  # include vision.py

  # ---------------------------------------------------------------- vision tower

  # cos and sin of the angles of patches, [N, 1, D]
  def vision_rope(self, rows: Tensor, columns: Tensor, inv_freq: Tensor, unit_at: Tensor) -> List[Tensor]:
    angles = self.vision_angles(rows, columns, inv_freq, unit_at)     # [N, 1, D]
    return [torch.cos(angles), torch.sin(angles)]

  # ---------------------------------------------------------------- decoder

  # tokens: [T]; media: [M, (1 + k) C], embeddings that stand at: [M], and behind each what k layers add to it
  def embed(self, table: Tensor, tokens: Tensor, media: Tensor, at: Tensor) -> Tensor:
    x = torch.index_select(table, 0, tokens)                          # [T, C]
    own = torch.narrow(media, 1, 0, torch.size(x, 1))                 # [M, C]
    return torch.index_copy(x, 0, at, torch.to(own, x.dtype))

  # Adds what stands behind the embeddings for a layer (DeepStack): x: [T, C]; media, at: as above
  def add_deep(self, x: Tensor, media: Tensor, at: Tensor, layer: int) -> Tensor:
    C = torch.size(x, 1)
    deep = torch.narrow(media, 1, (1 + layer) * C, C)                 # [M, C]
    return torch.index_add(x, 0, at, torch.to(deep, x.dtype))

  def embed_text(self, table: Tensor, tokens: Tensor) -> Tensor:
    return torch.index_select(table, 0, tokens)                       # [T, C]

  # positions: [3, T] (time, height, width); axes: [D / 2], which of them turns each frequency
  def rope(self, positions: Tensor, inv_freq: Tensor, axes: Tensor, like: Tensor) -> List[Tensor]:
    turning = torch.to(torch.index_select(positions, 0, axes), 6)     # [D / 2, T]
    angles = torch.mul(torch.transpose(turning, 0, 1), inv_freq)      # [T, D / 2]
    angles = torch.cat([angles, angles], 1)                           # [T, D]
    return [torch.to(torch.cos(angles), like.dtype), torch.to(torch.sin(angles), like.dtype)]

  # x: [T, C] of one prompt, behind P cached tokens; w: input_norm, q, bias or norm of q, k, bias or
  # norm of k, v, bias of v, o, post_norm, gate, up, down. What a decoder lacks is a place that is not read; how q,
  # k, v and gate, up are really kept is the business of the linear_*.py beside this file.
  # past_k, past_v: [K, P, D]; returns x, and k, v: [K, S, D]
  def prefill_layer(self, w: List[Tensor], first: int, x: Tensor, cos: Tensor, sin: Tensor, past_k: Tensor, past_v: Tensor, heads: int, kv_heads: int, eps: float) -> List[Tensor]:
    T = torch.size(x, 0)
    P = torch.size(past_k, 1)
    D = torch.size(cos, 1)
    h = self.rms_norm(x, w[first], eps)                               # [T, C]
    qkv = self.qkv(h, w, first, (heads + 2 * kv_heads) * D)           # [T, (Q + 2 K) D]
    qkv = torch.transpose(torch.reshape(qkv, [T, -1, D]), 0, 1)       # [Q + 2 K, T, D]
    qk = self.heads(torch.narrow(qkv, 0, 0, heads + kv_heads), w, first, heads, 0, eps)         # [Q + K, T, D]
    qk = self.rotate(qk, cos, sin)                                    # [Q + K, T, D]
    q = torch.narrow(qk, 0, 0, heads)                                 # [Q, T, D]
    k = torch.narrow(qk, 0, heads, kv_heads)                          # [K, T, D]
    v = torch.narrow(qkv, 0, heads + kv_heads, kv_heads)              # [K, T, D]
    k = torch.contiguous(torch.cat([past_k, k], 1))                   # [K, S, D]
    v = torch.contiguous(torch.cat([past_v, v], 1))                  # [K, S, D]
    S = P + T
    G = heads // kv_heads
    keys = torch.reshape(torch.expand(torch.unsqueeze(k, 1), [kv_heads, G, S, D]), [1, heads, S, D])    # [1, Q, S, D]
    values = torch.reshape(torch.expand(torch.unsqueeze(v, 1), [kv_heads, G, S, D]), [1, heads, S, D])  # [1, Q, S, D]
    if P == 0:
      a = self.attend(torch.unsqueeze(q, 0), keys, values, True)      # [1, Q, T, D]
    else:
      seen = torch.tril(torch.ones([T, S], dtype=11, device=x.device), P)                               # [T, S]
      a = self.masked(torch.unsqueeze(q, 0), keys, values, seen)      # [1, Q, T, D]
    a = torch.reshape(torch.transpose(torch.squeeze(a, 0), 0, 1), [T, heads * D])     # [T, Q D]
    y = torch.add(x, self.linear(a, w[first + 7], None, torch.size(x, 1)))            # [T, C]
    return [torch.add(y, self.mlp(w, first + 8, y, eps)), k, v]

  # w: post_norm, gate, up, down
  def mlp(self, w: List[Tensor], first: int, y: Tensor, eps: float) -> Tensor:
    h = self.rms_norm(y, w[first], eps)                               # [T, C]
    halves = torch.chunk(self.gate_up(h, w, first), 2, -1)            # 2 x [T, I]
    return self.linear(torch.mul(torch.silu(halves[0]), halves[1]), w[first + 3], None, torch.size(y, 1))

  # What of a layer treats rows apart from each other, for a look at whether it does: [T, C] -> [T, C]
  def row_wise(self, w: List[Tensor], first: int, x: Tensor, heads: int, kv_heads: int, head_size: int, eps: float) -> Tensor:
    h = self.rms_norm(x, w[first], eps)                               # [T, C]
    qkv = self.qkv(h, w, first, (heads + 2 * kv_heads) * head_size)   # [T, (Q + 2 K) D]
    a = torch.contiguous(torch.narrow(qkv, 1, 0, heads * head_size))  # [T, Q D]
    y = torch.add(x, self.linear(a, w[first + 7], None, torch.size(x, 1)))            # [T, C]
    return torch.add(y, self.mlp(w, first + 8, y, eps))               # [T, C]

  # x: [T, C] -> float32 logits [T, V]
  def head(self, x: Tensor, norm: Tensor, weight: Tensor, eps: float, vocabulary: int) -> Tensor:
    return torch.to(self.linear(self.rms_norm(x, norm, eps), weight, None, vocabulary), 6)

  # The same for the last row alone: [T, C] -> [1, V]
  def last_logits(self, x: Tensor, norm: Tensor, weight: Tensor, eps: float, vocabulary: int) -> Tensor:
    return self.head(torch.narrow(x, 0, torch.size(x, 0) - 1, 1), norm, weight, eps, vocabulary)

  # What the head would read of the last row: [T, C] -> [C] float32
  def last_hidden(self, x: Tensor, norm: Tensor, eps: float) -> Tensor:
    last = torch.select(x, 0, torch.size(x, 0) - 1)                   # [C]
    return torch.contiguous(torch.to(self.rms_norm(last, norm, eps), torch.device("cpu"), 6))

  # One token for each of B rows.
  # w: 12 tensors a layer as in prefill_layer; top: embedding [V, C], final norm [C], head [V, C]
  # caches: the rows' own k, v of each layer, [rows >= B, K, capacity, D]
  # tokens, positions, lengths: [B] int64; the token goes to its row's own cache behind length others
  # places: [B] int64, the row of the caches that is each one's own; several tokens of one completion have the same,
  # and lengths one after the other
  # runs: how many rows next to each other attend over caches from which on, and over how many own places, one triple
  # after the other
  # prompts: k, v of each layer, [1, K, P, D], of what stands before the rows' own caches, one prompt after the other;
  # rows_of: how many rows stand behind each prompt. Without prompts the own caches hold all, and there is one run
  # order: [2, B], the rows prompt by prompt, and the place of each row among them; [0] where they stand so anyway
  # returns float32 logits [B, V]
  def decode(self, w: List[Tensor], top: List[Tensor], caches: List[Tensor], tokens: Tensor, positions: Tensor, lengths: Tensor, places: Tensor, runs: List[int], prompts: List[Tensor], rows_of: List[int], order: Tensor, inv_freq: Tensor, heads: int, kv_heads: int, eps: float) -> Tensor:
    B = torch.size(tokens, 0)
    capacity = torch.size(caches[0], 2)
    D = torch.size(caches[0], 3)
    G = heads // kv_heads
    layers = torch.len(caches) // 2
    x = torch.index_select(top[0], 0, tokens)                         # [B, C]
    angles = torch.outer(torch.to(positions, 6), inv_freq)            # [B, D / 2]
    angles = torch.unsqueeze(torch.cat([angles, angles], 1), 1)       # [B, 1, D]
    cos = torch.to(torch.cos(angles), x.dtype)
    sin = torch.to(torch.sin(angles), x.dtype)
    slots = torch.add(torch.unsqueeze(torch.mul(places, kv_heads), 1), torch.arange(kv_heads, device=x.device))  # [B, K]
    slots = torch.add(torch.mul(slots, capacity), torch.unsqueeze(lengths, 1))          # [B, K] rows of the flat cache
    slots = torch.reshape(slots, [-1])                                # [B K]
    whole = torch.eq(torch.len(rows_of), 0)
    if whole:
      hidden = self.hidden(lengths, runs[2], x)                       # [B, 1, 1, L]
    else:
      hidden = lengths
    for layer in range(layers):
      first = 12 * layer
      h = self.rms_norm(x, w[first], eps)                             # [B, C]
      qkv = self.qkv(h, w, first, (heads + 2 * kv_heads) * D)         # [B, (Q + 2 K) D]
      qkv = torch.reshape(qkv, [B, -1, D])                            # [B, Q + 2 K, D]
      qk = self.heads(torch.narrow(qkv, 1, 0, heads + kv_heads), w, first, heads, 1, eps)       # [B, Q + K, D]
      qk = self.rotate(qk, cos, sin)                                  # [B, Q + K, D]
      q = torch.reshape(torch.narrow(qk, 1, 0, heads), [B, kv_heads, G, D])             # [B, K, G, D]
      keys = caches[2 * layer]                                        # [rows, K, capacity, D]
      values = caches[2 * layer + 1]                                  # [rows, K, capacity, D]
      _0 = torch.index_copy_(torch.view(keys, [-1, D]), 0, slots, torch.reshape(torch.narrow(qk, 1, heads, kv_heads), [-1, D]))
      _1 = torch.index_copy_(torch.view(values, [-1, D]), 0, slots, torch.reshape(torch.narrow(qkv, 1, heads + kv_heads, kv_heads), [-1, D]))
      if whole:
        keys = torch.narrow(torch.narrow(keys, 0, 0, B), 2, 0, runs[2])       # [B, K, L, D]
        values = torch.narrow(torch.narrow(values, 0, 0, B), 2, 0, runs[2])   # [B, K, L, D]
        a = self.masked(q, keys, values, hidden)                      # [B, K, G, D]
      else:
        own = self.attend_own(q, keys, values, runs)                  # [B, K, G, D], [B, K, G]
        prompt = self.attend_prompts(q, prompts, 2 * layer, 2 * layers, rows_of, order)  # [B, K, G, D], [B, K, G]
        a = self.merge(own, prompt)                                   # [B, K, G, D]
      a = torch.reshape(a, [B, heads * D])                            # [B, Q D]
      y = torch.add(x, self.linear(a, w[first + 7], None, torch.size(x, 1)))          # [B, C]
      x = torch.add(y, self.mlp(w, first + 8, y, eps))                # [B, C]
    return self.head(x, top[1], top[2], eps, torch.size(top[0], 0))   # [B, V]

  # What hides the first L places from rows that have not written them: [B] -> [B, 1, 1, L]
  def hidden(self, lengths: Tensor, L: int, like: Tensor) -> Tensor:
    places = torch.unsqueeze(torch.arange(L, device=like.device), 0)  # [1, L]
    visible = torch.le(places, torch.unsqueeze(lengths, 1))           # [B, L]
    hidden = torch.new_zeros(like, [torch.size(lengths, 0), 1, 1, L]) # [B, 1, 1, L]
    return torch.masked_fill(hidden, torch.reshape(torch.logical_not(visible), torch.size(hidden)), -inf)

  # The CPU's attention also gives the logarithm of what the exponentials of a query's scores add up to.
  # Rows next to each other that have filled as much of their own caches go together, over just that much: a row's
  # sums have the same shape whatever the other rows are.
  # q: [B, K, G, D]; keys, values: [rows, K, capacity, D]; -> [B, K, G, D], [B, K, G]
  def attend_own(self, q: Tensor, keys: Tensor, values: Tensor, runs: List[int]) -> List[Tensor]:
    outs = annotate(List[Tensor], [])
    norms = annotate(List[Tensor], [])
    at = 0
    for r in range(torch.len(runs) // 3):
      n = runs[3 * r]
      place = runs[3 * r + 1]
      L = runs[3 * r + 2]
      k = torch.narrow(torch.narrow(keys, 0, place, n), 2, 0, L)      # [n, K, L, D]
      v = torch.narrow(torch.narrow(values, 0, place, n), 2, 0, L)    # [n, K, L, D]
      out, norm = torch._scaled_dot_product_flash_attention_for_cpu(torch.narrow(q, 0, at, n), k, v)
      _0 = torch.append(outs, out)                                    # [n, K, G, D]
      _1 = torch.append(norms, norm)                                  # [n, K, G]
      at = at + n
    return self.joined(outs, norms)

  # The queries of all rows behind a prompt become the queries of one attention over its cache. Those of a row and
  # head are filled up to a multiple of 8, and not more than 128 go together: so the kernel takes them in blocks for
  # which its matrix products add up in the same order, and a row's sums do not depend on how many share the prompt.
  # q: [B, K, G, D]; -> [B, K, G, D], [B, K, G]
  def attend_prompts(self, q: Tensor, prompts: List[Tensor], first: int, step: int, rows_of: List[int], order: Tensor) -> List[Tensor]:
    sorted = torch.gt(torch.size(order, 0), 1)
    K = torch.size(q, 1)
    G = torch.size(q, 2)
    D = torch.size(q, 3)
    M = (G + 7) // 8 * 8
    most = max(128 // M, 1)
    if sorted:
      q = torch.index_select(q, 0, torch.select(order, 0, 0))         # [B, K, G, D]
    if torch.ne(M, G):
      q = torch.constant_pad_nd(q, [0, 0, 0, M - G], 0)               # [B, K, M, D]
    outs = annotate(List[Tensor], [])
    norms = annotate(List[Tensor], [])
    at = 0
    for p in range(torch.len(rows_of)):
      keys = prompts[step * p + first]                                # [1, K, P, D]
      values = prompts[step * p + first + 1]                          # [1, K, P, D]
      end = at + rows_of[p]
      for i in range((rows_of[p] + most - 1) // most):
        n = min(most, end - at)
        part = torch.narrow(q, 0, at, n)                              # [n, K, M, D]
        if torch.eq(n, 1):
          out, norm = torch._scaled_dot_product_flash_attention_for_cpu(part, keys, values)
        else:
          folded = torch.reshape(torch.transpose(part, 0, 1), [1, K, n * M, D])   # [1, K, n M, D]
          out, norm = torch._scaled_dot_product_flash_attention_for_cpu(folded, keys, values)
          out = torch.transpose(torch.reshape(out, [K, n, M, D]), 0, 1)           # [n, K, M, D]
          norm = torch.transpose(torch.reshape(norm, [K, n, M]), 0, 1)            # [n, K, M]
        _0 = torch.append(outs, out)
        _1 = torch.append(norms, norm)
        at = at + n
    out = self.joined(outs, norms)                                    # [B, K, M, D], [B, K, M]
    if sorted:
      places = torch.select(order, 0, 1)
      out = [torch.index_select(out[0], 0, places), torch.index_select(out[1], 0, places)]
    return [torch.narrow(out[0], 2, 0, G), torch.narrow(out[1], 2, 0, G)]

  def joined(self, outs: List[Tensor], norms: List[Tensor]) -> List[Tensor]:
    if torch.len(outs) == 1:
      joined = [outs[0], norms[0]]
    else:
      joined = [torch.cat(outs, 0), torch.cat(norms, 0)]
    return joined

  # Attention over both parts from the attention over each: [B, K, G, D] and [B, K, G] twice -> [B, K, G, D]
  # (softmax over two works row by row; the exponentials of longer vectors depend on where in them a number stands)
  def merge(self, a: List[Tensor], b: List[Tensor]) -> Tensor:
    shares = torch.softmax(torch.stack([a[1], b[1]], -1), -1)         # [B, K, G, 2]
    of_a = torch.mul(a[0], torch.narrow(shares, -1, 0, 1))            # [B, K, G, D] float32
    of_b = torch.mul(b[0], torch.narrow(shares, -1, 1, 1))            # [B, K, G, D] float32
    return torch.to(torch.add(of_a, of_b), a[0].dtype)                # [B, K, G, D]

  # ---------------------------------------------------------------- caches

  # Copies a prompt's cache [K, P, D] into a row of the batch's caches.
  def cache_put(self, caches: List[Tensor], prompt: List[Tensor], row: int) -> int:
    for i in range(torch.len(caches)):
      P = torch.size(prompt[i], 1)
      _0 = torch.copy_(torch.narrow(torch.select(caches[i], 0, row), 1, 0, P), prompt[i])
    return torch.len(caches)

  def cache_move(self, caches: List[Tensor], source: int, target: int, length: int) -> int:
    for i in range(torch.len(caches)):
      to = torch.narrow(torch.select(caches[i], 0, target), 1, 0, length)
      _0 = torch.copy_(to, torch.narrow(torch.select(caches[i], 0, source), 1, 0, length))
    return torch.len(caches)

  # Puts larger caches with the same content in the list, one by one; unused places are zero.
  def cache_grow(self, caches: List[Tensor], rows: int, capacity: int) -> int:
    for i in range(torch.len(caches)):
      old = caches[i]
      new = torch.new_zeros(old, [rows, torch.size(old, 1), capacity, torch.size(old, 3)])
      part = torch.narrow(torch.narrow(new, 0, 0, torch.size(old, 0)), 2, 0, torch.size(old, 2))
      _0 = torch.copy_(part, old)
      _1 = torch._set_item(caches, i, new)
    return torch.len(caches)

  # The cache of no token, [K, 0, D] for k and v of each layer, in the type of like.
  def cache_empty(self, like: Tensor, layers: int, kv_heads: int, head_size: int) -> List[Tensor]:
    caches = annotate(List[Tensor], [])
    for i in range(2 * layers):
      _0 = torch.append(caches, torch.new_zeros(like, [kv_heads, 0, head_size]))
    return caches

  # Tokens first .. first + n - 1 of caches, [K, S, D] -> [K, n, D] each.
  def cache_part(self, caches: List[Tensor], first: int, n: int) -> List[Tensor]:
    parts = annotate(List[Tensor], [])
    for i in range(torch.len(caches)):
      _0 = torch.append(parts, torch.contiguous(torch.narrow(caches[i], 1, first, n)))
    return parts

  # Caches of one block of tokens after the other, [K, n, D] each -> [K, sum of n, D] each.
  def cache_join(self, blocks: List[Tensor], count: int) -> List[Tensor]:
    size = torch.len(blocks) // count
    joined = annotate(List[Tensor], [])
    for i in range(size):
      parts = annotate(List[Tensor], [])
      for b in range(count):
        _0 = torch.append(parts, blocks[b * size + i])
      _1 = torch.append(joined, torch.cat(parts, 1))
    return joined

  def copy(self, x: Tensor) -> Tensor:
    return torch.clone(x)

  # Caches of a batch, [rows, K, capacity, D] for k and v of each layer.
  def cache_batch(self, like: Tensor, layers: int, rows: int, kv_heads: int, capacity: int, head_size: int) -> List[Tensor]:
    caches = annotate(List[Tensor], [])
    for i in range(2 * layers):
      _0 = torch.append(caches, torch.new_zeros(like, [rows, kv_heads, capacity, head_size]))
    return caches

  # ---------------------------------------------------------------- choice of tokens

  # Puts the logits of rows that were just added, [n, V] at rows: [n], among the others, [B, V].
  def with_rows(self, logits: Tensor, rows: Tensor, added: Tensor) -> Tensor:
    return torch.index_copy(logits, 0, rows, added)

  def rows(self, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(x, 0, rows)

  # logits: [B, V]; seen: [B, n] token ids of prompt and completion (repeats allowed); penalty: [B, 1]
  def penalise(self, logits: Tensor, seen: Tensor, penalty: Tensor) -> Tensor:
    s = torch.gather(logits, 1, seen)                                 # [B, n]
    s = torch.where(torch.lt(s, 0), torch.mul(s, penalty), torch.div(s, penalty))
    return torch.scatter(logits, 1, seen, s)                          # [B, V]

  # -> [B, 1 + 1 + watched]: token, its log-probability, watched log-probabilities
  def choose_greedy(self, raw: Tensor, scores: Tensor, watched: Tensor) -> Tensor:
    best = torch.max(scores, 1, True)                                 # values and first places, [B, 1]
    return self.report(raw, best[1], watched)

  # [B, V] -> [B, blocks, 128], the last filled up with zeros
  def blocks(self, x: Tensor) -> Tensor:
    V = torch.size(x, 1)
    if torch.ne(V % 128, 0):
      x = torch.constant_pad_nd(x, [0, 128 - V % 128], 0.)
    return torch.reshape(x, [torch.size(x, 0), -1, 128])

  # Logarithm of the sum of exponentials of each row, [B, V] -> [B, 1]; torch.logsumexp divides the work of one row
  # among threads, of many rows not, which gives other sums.
  def log_sum(self, x: Tensor) -> Tensor:
    most = torch.amax(x, [1], True)                                   # [B, 1]
    sums = torch.sum(self.blocks(torch.exp_(torch.sub(x, most))), [2])        # [B, blocks]
    return torch.add(most, torch.to(torch.log(torch.sum(sums, [1], True, dtype=7)), 6))

  # Inverse CDF over all tokens in the order of their ids; the same sums in blocks of 128.
  # temperature, min_p: [B, 1] float32; uniform: [B, 1] float64
  def choose_any(self, raw: Tensor, scores: Tensor, temperature: Tensor, min_p: Tensor, uniform: Tensor, watched: Tensor) -> Tensor:
    B = torch.size(scores, 0)
    V = torch.size(scores, 1)
    s = torch.div(scores, temperature)                                # [B, V]
    p = torch.exp_(torch.sub(s, torch.amax(s, [1], True)))            # [B, V], 1 for the most likely
    p = torch.masked_fill_(p, torch.lt(p, min_p), 0.)
    p = self.blocks(p)                                                # [B, blocks, 128]
    blocks = torch.size(p, 1)
    ends = torch.cumsum(torch.sum(p, [2], dtype=7), 1)                # [B, blocks] float64
    total = torch.contiguous(torch.narrow(ends, 1, blocks - 1, 1))    # [B, 1]
    target = torch.mul(uniform, total)                                # [B, 1]
    block = torch.searchsorted(ends, target, right=True)              # [B, 1]
    block = torch.minimum(block, torch.searchsorted(ends, total))
    block = torch.clamp_max(block, blocks - 1)                        # where the sums are not numbers
    before = torch.gather(torch.constant_pad_nd(ends, [1, 0], 0.), 1, block)  # [B, 1]
    inside = torch.gather(p, 1, torch.expand(torch.unsqueeze(block, 2), [B, 1, 128]))  # [B, 1, 128]
    inside = torch.cumsum(torch.squeeze(inside, 1), 1, dtype=7)       # [B, 128] float64
    at = torch.searchsorted(inside, torch.contiguous(torch.sub(target, before)), right=True)    # [B, 1]
    at = torch.minimum(at, torch.searchsorted(inside, torch.contiguous(torch.narrow(inside, 1, 127, 1))))
    token = torch.clamp_max(torch.add(torch.mul(block, 128), at), V - 1)  # [B, 1]
    return self.report(raw, token, watched)

  def divide(self, x: Tensor, by: Tensor) -> Tensor:
    return torch.div(x, by)

  # The n most likely tokens, for the rules that need an order.
  # -> [B, 1 + 3 n + watched]: log-sum-exp of scores / temperature, then ids, scores, raw log-probabilities
  def candidates(self, raw: Tensor, scores: Tensor, temperature: Tensor, n: int, watched: Tensor) -> Tensor:
    top = torch.topk(scores, n, 1)
    norm = self.log_sum(torch.div(scores, temperature))              # [B, 1]
    base = self.log_sum(raw)                                          # [B, 1]
    own = torch.sub(torch.gather(raw, 1, top[1]), base)               # [B, n]
    w = torch.sub(torch.gather(raw, 1, watched), base)                # [B, watched]
    return torch.contiguous(torch.to(torch.cat([torch.to(norm, 7), torch.to(top[1], 7), torch.to(top[0], 7), torch.to(own, 7), torch.to(w, 7)], 1), torch.device("cpu"), 7))

  def report(self, raw: Tensor, token: Tensor, watched: Tensor) -> Tensor:
    base = self.log_sum(raw)                                          # [B, 1]
    own = torch.sub(torch.gather(raw, 1, token), base)                # [B, 1]
    w = torch.sub(torch.gather(raw, 1, watched), base)                # [B, watched]
    return torch.contiguous(torch.to(torch.cat([torch.to(token, 7), torch.to(own, 7), torch.to(w, 7)], 1), torch.device("cpu"), 7))
