package io.r1reward.train.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormat;
import io.r1reward.train.data.SampleFormats;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A benchmark: JSON lines {@code {"id", "prompt", "chosen", "rejected", "image" | "video", …}} or
 * in the spelling of its authors, and its categories. Thread-safe.
 */
public enum Benchmark {
  /**
   * VL-RewardBench. By id: {@code mmmu} or {@code mathverse} is reasoning, else {@code
   * hallucination}, {@code rlhf} or {@code rlaif} is hallucination, else general.
   */
  VL_REWARD_BENCH {
    @Override
    String category(JsonNode line, String id) {
      String lower = id.toLowerCase(Locale.ROOT);
      if (lower.contains("mmmu") || lower.contains("mathverse")) {
        return "reasoning";
      }
      boolean hallucination =
          lower.contains("hallucination") || lower.contains("rlhf") || lower.contains("rlaif");
      return hallucination ? "hallucination" : "general";
    }
  },
  /**
   * Multimodal RewardBench. By field {@code Category}; safety is bias where the ID begins with
   * {@code pairs}, else toxicity; reasoning is math where it begins with {@code math}, else coding.
   */
  MULTIMODAL_REWARD_BENCH {
    @Override
    String category(JsonNode line, String id) {
      JsonNode field = line.get("Category");
      if (field == null || !field.isTextual()) {
        throw new InvalidInputException("field \"Category\" must be a text, got " + field);
      }
      return switch (field.textValue().toLowerCase(Locale.ROOT)) {
        case "safety" -> id.startsWith("pairs") ? "bias" : "toxicity";
        case "reasoning" -> id.startsWith("math") ? "math" : "coding";
        default -> field.textValue();
      };
    }
  },
  /**
   * MM-RLHF-RewardBench. By the first of {@code mcq}, {@code long}, {@code short}, {@code safety},
   * {@code video} in the media path.
   */
  MM_RLHF_REWARD_BENCH {
    @Override
    String category(JsonNode line, String id) {
      String media = line.path("image").toString() + line.path("video");
      return List.of("mcq", "long", "short", "safety", "video").stream()
          .filter(media.toLowerCase(Locale.ROOT)::contains)
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "media path names none of mcq, long, short, safety, video: " + media));
    }
  },
  /**
   * VideoRewardBench (arXiv 2509.00484). By field {@code category}: long-form perception,
   * short-form perception, knowledge, reasoning or safety, in any spelling of blanks, hyphens and
   * capitals.
   */
  VIDEO_REWARD_BENCH {
    private static final List<String> NAMES =
        List.of(
            "long-form perception", "short-form perception", "knowledge", "reasoning", "safety");

    @Override
    String category(JsonNode line, String id) {
      String field = line.path("category").asText().strip().toLowerCase(Locale.ROOT);
      String plain = field.replaceAll("[^a-z]", "");
      return NAMES.stream()
          .filter(name -> name.replaceAll("[^a-z]", "").equals(plain))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "field \"category\" must be one of " + NAMES + ", got \"" + field + "\""));
    }
  },
  /** Any labelled pairs, by field {@code category} where they have one. */
  PAIRS {
    @Override
    String category(JsonNode line, String id) {
      JsonNode field = line.get("category");
      return field == null || !field.isValueNode() || field.isNull()
          ? EvaluatedPair.NO_CATEGORY
          : field.asText();
    }
  };

  abstract String category(JsonNode line, String id);

  /** Returns how a line is read; the category is the attribute {@code category}. */
  public SampleFormat format() {
    return (line, lineNumber, media) -> {
      JsonNode usual = AuthorsSpelling.read(line);
      PreferenceSample sample = SampleFormats.detect().read(usual, lineNumber, media);
      return sample.with(PreferenceSample.CATEGORY, category(usual, sample.id()));
    };
  }

  /**
   * A benchmark file. The chosen response is first and the label FIRST; use {@link
   * JsonLines#balanced} so that a judge with a liking for one position gains nothing from it.
   */
  public JsonLines open(Path file, MediaPaths media) {
    return JsonLines.of(file).format(format()).media(media);
  }
}
