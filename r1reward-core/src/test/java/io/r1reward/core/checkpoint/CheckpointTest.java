package io.r1reward.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.core.testing.Reference;
import org.junit.jupiter.api.Test;

class CheckpointTest {

  @Test
  void opens_a_single_file_with_its_own_head() {
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path("qwen25vl-tiny"))) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
      assertThat(checkpoint.head().name()).isEqualTo("lm_head.weight");
      assertThat(checkpoint.head().dtype()).isEqualTo(DType.F32);
      assertThat(checkpoint.require("visual.patch_embed.proj.weight").shape())
          .isEqualTo(ImmutableLongArray.of(32, 3, 2, 14, 14));
      // all of the file's 1,673,856 bytes of tensors are weights of 4 bytes
      assertThat(checkpoint.bytes()).isEqualTo(1_673_856);
      assertThat(checkpoint.parameters()).isEqualTo(1_673_856 / 4);
    }
  }

  @Test
  void opens_shards_with_a_tied_head() {
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path("qwen25vl-tiny-tied"))) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isTrue();
      assertThat(checkpoint.head().name()).isEqualTo("model.embed_tokens.weight");
      assertThat(checkpoint.head().dtype()).isEqualTo(DType.BF16);
      assertThat(checkpoint.head().shape()).isEqualTo(ImmutableLongArray.of(960, 96));
      // metadata.total_size of the index
      assertThat(checkpoint.bytes()).isEqualTo(809_968);
    }
  }
}
