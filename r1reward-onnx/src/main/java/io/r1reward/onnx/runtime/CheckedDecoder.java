package io.r1reward.onnx.runtime;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.machine.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session on a decoder's graph whose kernels were tried on this machine first.
 *
 * @param session the session
 * @param leastRows see {@link KernelSuite#leastRows}
 */
record CheckedDecoder(OrtSession session, int leastRows) {
  private static final Logger log = LoggerFactory.getLogger(CheckedDecoder.class);

  /**
   * Tries the kernels and opens the session, on a GPU without trying.
   *
   * @throws EngineException if attention is wrong on this machine
   */
  static CheckedDecoder open(
      OrtEnvironment environment, Path graph, OnnxSettings settings, boolean mapped) {
    if (!settings.selfCheck() || !settings.device().equals("cpu")) {
      return new CheckedDecoder(Sessions.open(environment, graph, settings, mapped), 1);
    }
    ModelProto model = read(graph);
    KernelSuite suite = KernelSuite.of(environment, model, settings.threads());
    for (KernelCheck check : suite.checks()) {
      if (check.holds()) {
        log.debug("{}", check);
      } else if (check.allowed() == 0) {
        log.info("on this processor ({}): {}", Processor.current().instructionSet(), check);
      } else {
        log.warn("on this processor ({}): {}", Processor.current().instructionSet(), check);
      }
    }
    if (!suite.attentionHolds()) {
      throw new EngineException(
          "this ONNX Runtime computes attention wrongly on this processor ("
              + Processor.current().instructionSet()
              + "): "
              + suite.checks().stream().filter(check -> !check.holds()).toList()
              + "; take another version of it, or the PyTorch engine");
    }
    OrtSession session =
        suite.exactLevelNeeded()
            ? Sessions.open(environment, atLevelZero(model), graph, settings)
            : Sessions.open(environment, graph, settings, mapped);
    return new CheckedDecoder(session, suite.leastRows());
  }

  private static ModelProto read(Path graph) {
    try {
      return ModelProto.parseFrom(Files.readAllBytes(graph));
    } catch (IOException e) {
      throw new CheckpointException(graph + ": ONNX Runtime refuses it: " + e.getMessage(), e);
    }
  }

  /** The graph with all quantised products in float32. */
  static byte[] atLevelZero(ModelProto model) {
    ModelProto.Builder changed = model.toBuilder();
    for (NodeProto.Builder node : changed.getGraphBuilder().getNodeBuilderList()) {
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.getName().equals("accuracy_level")) {
          attribute.setI(0);
        }
      }
    }
    return changed.build().toByteArray();
  }
}
