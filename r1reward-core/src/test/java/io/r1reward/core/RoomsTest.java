package io.r1reward.core;

import io.r1reward.core.testing.RoomsContract;
import java.util.Map;

class RoomsTest extends RoomsContract {
  RoomsTest() {
    super(
        "io.r1reward.core",
        Map.ofEntries(
            Map.entry(".", "judge media protocol torch"),
            Map.entry("checkpoint", "json media model safetensors"),
            Map.entry("generate", ""),
            Map.entry("hub", "json"),
            Map.entry("json", ""),
            Map.entry(
                "judge",
                "checkpoint generate machine media model model.qwen2_5_vl protocol safetensors text"),
            Map.entry("machine", ""),
            Map.entry("media", "generate json media.vp8 media.vp8l"),
            Map.entry("media.vp8", ""),
            Map.entry("media.vp8l", ""),
            Map.entry("model", "generate json media safetensors text"),
            Map.entry("model.qwen2_5_vl", "json media model text"),
            Map.entry("model.qwen3_vl", "generate json media model text"),
            Map.entry("prefix", "generate model"),
            Map.entry("protocol", "json machine text"),
            Map.entry("safetensors", "json"),
            Map.entry("text", "generate json machine"),
            Map.entry("torch", "checkpoint generate machine model prefix safetensors torch.jni"),
            Map.entry("torch.jni", "machine")));
  }
}
