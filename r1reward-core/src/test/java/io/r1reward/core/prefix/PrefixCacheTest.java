package io.r1reward.core.prefix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.HashCode;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixCacheTest {
  private static final RopeIndex.Settings POSITIONS = positions();

  private final List<String> closed = new ArrayList<>();

  private static RopeIndex.Settings positions() {
    ModelConfig config = ModelConfig.read(Reference.path("qwen25vl-tiny").resolve("config.json"));
    return config.family().positions(config);
  }

  private static PromptBlocks blocks(int... tokens) {
    return PromptBlocks.of(Prompt.ofTokens(tokens), POSITIONS, 2, new MediaKeys());
  }

  private final class Named implements PrefixCache.Block {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public long bytes() {
      return 10;
    }

    @Override
    public void close() {
      closed.add(name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Reads a prompt as an engine does. */
  private int read(PrefixCache<Named> cache, String name, PromptBlocks prompt) {
    int known = cache.leading(prompt).size();
    for (int i = known; i < prompt.count(); i++) {
      HashCode key = prompt.keys().get(i);
      if (cache.takes(key)) {
        cache.put(key, new Named(name + i));
      }
    }
    cache.read(prompt);
    return known;
  }

  private int readAlone(PrefixCache<Named> cache, String name, PromptBlocks prompt) {
    cache.await(List.of(prompt));
    return read(cache, name, prompt);
  }

  @Test
  void keys_name_everything_up_to_a_blocks_end() {
    PromptBlocks prompt = blocks(1, 2, 3, 4, 5);
    assertThat(prompt.count()).isEqualTo(3);
    assertThat(IntStream.rangeClosed(0, 3).map(prompt::begin)).containsExactly(0, 2, 4, 5);
    assertThat(blocks(1, 2, 3, 4, 6).keys().subList(0, 2)).isEqualTo(prompt.keys().subList(0, 2));
    assertThat(blocks(1, 2, 3, 4, 6).keys().get(2)).isNotEqualTo(prompt.keys().get(2));
    assertThat(blocks(9, 2, 3, 4, 5).keys()).doesNotContainAnyElementsOf(prompt.keys());
    assertThat(blocks(1, 2, 3, 4).keys().get(1))
        .as("where a prompt ends, more is kept")
        .isNotEqualTo(prompt.keys().get(1));
    assertThatThrownBy(() -> PromptBlocks.of(Prompt.ofTokens(1), POSITIONS, 0, new MediaKeys()))
        .hasMessage("a block needs at least 1 token, got 0");
  }

  @Test
  void end_of_the_least_recently_used_prompt_goes_first() {
    PrefixCache<Named> cache = new PrefixCache<>(50);
    assertThat(readAlone(cache, "a", blocks(1, 2, 3, 4, 5))).isZero();
    assertThat(readAlone(cache, "b", blocks(1, 2, 7, 8))).isEqualTo(1);
    assertThat(cache.bytes()).isEqualTo(40);
    readAlone(cache, "c", blocks(20, 21, 22, 23));
    assertThat(closed).containsExactly("a2");
    assertThat(readAlone(cache, "a", blocks(1, 2, 3, 4, 5))).isEqualTo(2);
    assertThat(closed).containsExactly("a2", "b1");
    assertThat(cache.bytes()).isEqualTo(50);
    cache.close();
    assertThat(closed).hasSize(7);
  }

  @Test
  void awaited_prompts_share_blocks_whatever_the_budget_is() {
    PrefixCache<Named> cache = new PrefixCache<>(0);
    PromptBlocks first = blocks(1, 2, 3, 4, 5);
    PromptBlocks second = blocks(1, 2, 3, 4, 6);
    cache.await(List.of(first, second));
    assertThat(read(cache, "a", first)).isZero();
    assertThat(cache.bytes()).isEqualTo(20);
    assertThat(read(cache, "b", second)).isEqualTo(2);
    assertThat(cache.bytes()).isZero();
    assertThat(closed).containsExactlyInAnyOrder("a0", "a1");
  }

  @Test
  void share_of_the_memory_is_a_sixteenth_of_what_is_left_up_to_two_gibibytes() {
    long gib = 1L << 30;
    assertThat(PrefixCache.budget(-1, 16 * gib)).isEqualTo(gib);
    assertThat(PrefixCache.budget(-1, Long.MAX_VALUE)).isEqualTo(2 * gib);
    assertThat(PrefixCache.budget(-1, -gib)).as("weights that do not fit").isZero();
    assertThat(PrefixCache.budget(7, -gib)).isEqualTo(7);
    assertThat(PrefixCache.budget(0, 16 * gib)).isZero();
    assertThatThrownBy(() -> PrefixCache.checkBudget(-2))
        .hasMessage("prefixCacheBytes must be at least 0, or -1 for a share of the memory, got -2");
  }

  @Test
  void refuses_a_negative_budget() {
    assertThatThrownBy(() -> new PrefixCache<>(-1))
        .hasMessage("the prefix cache's size must be at least 0 bytes, got -1");
  }
}
