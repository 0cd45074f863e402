package io.r1reward.train.model;

/** What a network is there for, which decides what is kept beside the weights it computes with. */
public enum NetworkRole {
  /** It is stepped: what it trains has float32 masters. */
  TRAINED,
  /** It collects gradients for another network of the same weights, and takes the weights back. */
  REPLICA,
  /** It only computes: nothing asks for a gradient. */
  FROZEN
}
