# AdamW with PyTorch's own fused kernel, gradient clipping by the global norm, and conversions. Lists hold one
# tensor per parameter.

class Optimiser(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # The norm of all gradients together: []
  def norm(self: __torch__.optimiser.Optimiser, gradients: List[Tensor]) -> Tensor:
    return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)), 2)

  def scale(self: __torch__.optimiser.Optimiser, gradients: List[Tensor], factor: float) -> int:
    torch._foreach_mul_(gradients, factor)
    return torch.len(gradients)

  # m, v: moments; steps: [] float32 each, steps done before
  def step(self: __torch__.optimiser.Optimiser, weights: List[Tensor], gradients: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], rate: float, beta1: float, beta2: float, decay: float, eps: float) -> int:
    torch._foreach_add_(steps, 1)
    torch._fused_adamw_(weights, gradients, m, v, annotate(List[Tensor], []), steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)
    return torch.len(weights)

  # Puts float32 masters into the weights that the forward pass uses.
  def publish(self: __torch__.optimiser.Optimiser, masters: List[Tensor], weights: List[Tensor]) -> int:
    for i in range(torch.len(masters)):
      _0 = torch.copy_(weights[i], masters[i])
    return torch.len(masters)

  def float32(self: __torch__.optimiser.Optimiser, tensors: List[Tensor]) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    for i in range(torch.len(tensors)):
      _0 = torch.append(result, torch.to(tensors[i], 6))
    return result
