package io.r1reward.onnx;

import io.r1reward.core.testing.RoomsContract;
import java.util.Map;

class RoomsTest extends RoomsContract {
  RoomsTest() {
    super(
        "io.r1reward.onnx",
        Map.ofEntries(
            Map.entry(".", "manifest runtime"),
            Map.entry("export", "graph manifest quantise runtime"),
            Map.entry("graph", ""),
            Map.entry("graph.qwen2_5_vl", "graph"),
            Map.entry("graph.qwen3_vl", "graph"),
            Map.entry("manifest", ""),
            Map.entry("quantise", ""),
            Map.entry("runtime", "graph manifest quantise")));
  }
}
