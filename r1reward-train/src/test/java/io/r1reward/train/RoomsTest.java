package io.r1reward.train;

import io.r1reward.core.testing.RoomsContract;
import java.util.Map;

class RoomsTest extends RoomsContract {
  RoomsTest() {
    super(
        "io.r1reward.train",
        Map.ofEntries(
            Map.entry(
                ".",
                "advantage data encode loss metrics model optim parallel policy reward rl run"
                    + " scalar sft"),
            Map.entry("advantage", ""),
            Map.entry("benchmark", "data"),
            Map.entry("data", ""),
            Map.entry("data.layout", "data data.table"),
            Map.entry("data.prepare", "data"),
            Map.entry("data.table", "data"),
            Map.entry("encode", "data model"),
            Map.entry("loop", "data metrics model parallel run"),
            Map.entry("loss", "advantage"),
            Map.entry("metrics", ""),
            Map.entry("model", "data optim run"),
            Map.entry("optim", ""),
            Map.entry("parallel", "encode model policy run"),
            Map.entry("policy", "data encode metrics model reward"),
            Map.entry("reward", "data"),
            Map.entry(
                "rl",
                "advantage data encode loop loss metrics model optim parallel policy reward run"),
            Map.entry("run", "data optim"),
            Map.entry("scalar", "data encode loop metrics model optim parallel run"),
            Map.entry("scenes", "data"),
            Map.entry("sft", "data encode loop metrics model optim parallel policy run")));
  }
}
