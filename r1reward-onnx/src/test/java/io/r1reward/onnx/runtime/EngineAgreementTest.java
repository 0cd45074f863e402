package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.TokenListener;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.onnx.TestExports;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineAgreementTest {
  @TempDir Path folder;

  @Test
  void the_same_seed_draws_the_same_tokens_as_on_pytorch() {
    Path export = TestExports.floats(TestExports.TINY, folder);
    GenerationRequest request =
        new GenerationRequest(
            ImmutableList.<Prompt>builder()
                .addAll(ReferenceCase.of("a-text-only").prompts())
                .addAll(ReferenceCase.of("b-one-image-140x196").prompts())
                .build(),
            4,
            new Decoding(1, 50, 0.95, 0, 1.05, 16, ImmutableSet.of()),
            2024,
            new int[] {17, 18},
            TokenListener.SILENT);

    List<Completion> onnx = generate(() -> OnnxEngine.open(export, OnnxSettings.cpu()), request);
    List<Completion> torch =
        generate(
            () ->
                TorchEngine.open(
                    Reference.path(TestExports.TINY),
                    TorchSettings.of("cpu", "float32", "mapped", 1)),
            request);

    for (int i = 0; i < onnx.size(); i++) {
      assertThat(onnx.get(i).tokens()).isEqualTo(torch.get(i).tokens());
      assertThat(onnx.get(i).logProbability())
          .isCloseTo(torch.get(i).logProbability(), within(1e-3));
      for (int step = 0; step < 16; step++) {
        assertThat(onnx.get(i).watchedLogProbabilities()[step])
            .containsExactly(torch.get(i).watchedLogProbabilities()[step], within(1e-4f));
      }
    }
  }

  private static List<Completion> generate(
      Supplier<? extends DecoderEngine> engine, GenerationRequest request) {
    try (Generator generator = BatchingGenerator.open(engine, 3, 16)) {
      return generator.generate(request);
    }
  }
}
