package io.r1reward.train.model;

import io.r1reward.InvalidInputException;
import java.util.List;

/**
 * Trained weights and collected gradients of a network as arrays, in the order of {@link
 * PolicyNetwork#trainable}, for a network of the same settings in another process. Gradients that
 * are added here one micro-batch after the other make the sum that they would have made in one
 * network, to the last bit. Stateless; as thread-safe as the network.
 */
public final class GradientExchange {

  private GradientExchange() {}

  /** Returns the float32 values of everything that is trained. */
  public static float[][] weights(PolicyNetwork network) {
    return network.trainable().stream().map(network::values).toArray(float[][]::new);
  }

  /** Sets everything that is trained. */
  public static void set(PolicyNetwork network, float[][] weights) {
    List<Parameter> parameters = matching(network, weights);
    for (int i = 0; i < weights.length; i++) {
      network.set(parameters.get(i), weights[i]);
    }
  }

  /** Forgets what a network has collected. */
  public static void discard(PolicyNetwork network) {
    network.discardGradients();
  }

  /**
   * Returns what a network has collected, and forgets it there.
   *
   * @return null in the place of a parameter that has none
   */
  public static float[][] take(PolicyNetwork network) {
    List<Parameter> parameters = network.trainable();
    float[][] gradients = new float[parameters.size()][];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = network.gradient(parameters.get(i));
    }
    network.discardGradients();
    return gradients;
  }

  /** Adds what another network has collected, as a micro-batch of this one would. */
  public static void add(PolicyNetwork network, float[][] gradients) {
    List<Parameter> parameters = matching(network, gradients);
    for (int i = 0; i < gradients.length; i++) {
      if (gradients[i] != null) {
        network.addGradient(parameters.get(i), gradients[i]);
      }
    }
  }

  private static List<Parameter> matching(PolicyNetwork network, float[][] arrays) {
    List<Parameter> parameters = network.trainable();
    if (arrays.length != parameters.size()) {
      throw new InvalidInputException(
          "the network trains " + parameters.size() + " parameters, got " + arrays.length);
    }
    return parameters;
  }
}
