# AdamW with PyTorch's own fused kernel, gradient clipping by the global norm, and conversions. Lists hold one
# tensor per parameter.

class Optimiser(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The norm of all gradients together, whatever type they are in: [] float32
  def norm(self: __torch__.optimiser.Optimiser, gradients: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2, 6)), 2)

  # Adds gradients of another device, in float32
  def add(self: __torch__.optimiser.Optimiser, sums: List[Tensor], others: List[Tensor]) -> int:
    for i in range(torch.len(sums)):
      one = torch.to(sums[i], 6)
      two = torch.to(others[i], one)
      _0 = torch.copy_(sums[i], torch.add(one, two))
    return torch.len(sums)

  def scale(self: __torch__.optimiser.Optimiser, gradients: List[Tensor], factor: float) -> int:
    torch._foreach_mul_(gradients, factor)
    return torch.len(gradients)

  # m, v: moments; steps: [] float32 each, steps done before
  def step(self: __torch__.optimiser.Optimiser, weights: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], rate: float, beta1: float, beta2: float, decay: float, eps: float) -> int:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(weights, gradients, m, v, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
    return torch.len(weights)

  # Copies values into tensors of any type, on any device.
  def publish(self: __torch__.optimiser.Optimiser, values: List[Tensor], targets: List[Tensor]) -> int:
    for i in range(torch.len(values)):
      _0 = torch.copy_(targets[i], values[i])
    return torch.len(values)

  # Tensors in the type and on the device of others; shares memory where nothing changes.
  def like(self: __torch__.optimiser.Optimiser, tensors: List[Tensor], others: List[Tensor]) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    for i in range(torch.len(tensors)):
      _0 = torch.append(result, torch.to(tensors[i], others[i]))
    return result
