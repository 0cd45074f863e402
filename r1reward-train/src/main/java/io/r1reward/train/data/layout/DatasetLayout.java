package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.SampleFormats;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the fields of a data set's records mean. Pairs of one record carry one id. Responses that
 * are the same but for white space around them give no pair. Immutable; thread-safe.
 *
 * @param name for messages
 * @param fits tells by its fields whether a record may be of this layout
 * @param converter reads one
 */
public record DatasetLayout(String name, Predicate<ObjectNode> fits, RecordConverter converter) {

  /**
   * MM-RLHF's {@code dpo_pairs.jsonl}: {@code prompt}, {@code chosen}, {@code rejected}, and a path
   * in {@code image} or the frames in {@code video}. A video in a file is dropped.
   */
  public static final DatasetLayout MM_RLHF =
      new DatasetLayout(
          "MM-RLHF",
          record ->
              hasAll(record, "prompt", "chosen", "rejected")
                  && (record.has("image") || record.has("video")),
          ChosenLayouts::mmRlhf);

  /**
   * RLAIF-V: {@code image} as {@code {"bytes", "path"}} or a path, {@code question}, {@code
   * chosen}, {@code rejected}, {@code ds_name} (the pair's source), {@code origin_dataset} (its
   * category), {@code idx} (its id), {@code image_path}.
   */
  public static final DatasetLayout RLAIF_V =
      new DatasetLayout(
          "RLAIF-V",
          record ->
              hasAll(record, "image", "question", "chosen", "rejected")
                  && (record.has("ds_name") || record.has("origin_dataset")),
          ChosenLayouts::rlaifV);

  /**
   * VLFeedback: {@code id}, {@code prompt}, {@code img_path} or {@code image} with bytes, and
   * {@code completions} of {@code {"model", "response", "annotations"}} as a list of structs or a
   * struct of lists. One pair: the best mean of the three ratings against the worst; of equal ones
   * the first. A completion without a number for each aspect is passed over. Models and means
   * become attributes: {@code chosen_model}, {@code chosen_rating} and so on.
   */
  public static final DatasetLayout VL_FEEDBACK =
      new DatasetLayout(
          "VLFeedback", record -> hasAll(record, "prompt", "completions"), new VlFeedback(false));

  /** {@link #VL_FEEDBACK} with all pairs of completions whose means differ; never detected. */
  public static final DatasetLayout VL_FEEDBACK_ALL_PAIRS =
      new DatasetLayout("VLFeedback (all pairs)", VL_FEEDBACK.fits, new VlFeedback(true));

  /**
   * POVID: {@code id}, {@code image}, and {@code conversations} (chosen) with {@code
   * rejected_conversations} of {@code {"from": "human" | "gpt", "value"}}. Marks such as {@code
   * <image>} are removed; a chat of several questions is dropped.
   */
  public static final DatasetLayout POVID =
      new DatasetLayout(
          "POVID",
          record -> hasAll(record, "conversations", "rejected_conversations"),
          ChatLayouts::povid);

  /**
   * WildVision-Battle: {@code winner} ({@code model_a}, {@code model_b} or a tie), {@code
   * conversation_a} and {@code conversation_b} of {@code {"role", "content"}}, {@code model_a},
   * {@code model_b}, {@code image}. No public description of its fields was found: this is the form
   * of LMSYS's arena data, with a picture.
   */
  public static final DatasetLayout WILD_VISION_BATTLE =
      new DatasetLayout(
          "WildVision-Battle",
          record -> hasAll(record, "winner", "conversation_a", "conversation_b"),
          ChatLayouts::wildVision);

  private static final ImmutableList<DatasetLayout> ALL =
      ImmutableList.of(MM_RLHF, RLAIF_V, VL_FEEDBACK, POVID, WILD_VISION_BATTLE);

  /** Returns the layouts that {@link #detect} tells apart. */
  public static List<DatasetLayout> all() {
    return ALL;
  }

  /**
   * Returns the layout that a record's fields tell.
   *
   * @throws InvalidInputException if none or several fit; the message lists the fields
   */
  public static DatasetLayout detect(ObjectNode record) {
    List<DatasetLayout> fitting = ALL.stream().filter(layout -> layout.fits.test(record)).toList();
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    String known = String.join(", ", ALL.stream().map(DatasetLayout::name).toList());
    throw new InvalidInputException(
        "a record with the fields %s is of %s"
            .formatted(
                record.properties().stream().map(Map.Entry::getKey).toList(),
                fitting.isEmpty()
                    ? "no known layout (" + known + ")"
                    : "several layouts: "
                        + String.join(", ", fitting.stream().map(DatasetLayout::name).toList())));
  }

  /**
   * Turns a record into lines of pairs, each of which {@link SampleFormats#pairs()} reads.
   *
   * @param id the id of a record that has none
   * @throws IOException if a picture cannot be written
   */
  public Converted convert(ObjectNode record, String id, PictureStore pictures) throws IOException {
    try {
      List<ObjectNode> pairs = converter.pairs(record, id, pictures);
      MediaPaths media = MediaPaths.under(pictures.root());
      pairs.forEach(pair -> SampleFormats.pairs().read(pair, 1, media));
      return new Converted(ImmutableList.copyOf(pairs), null);
    } catch (DroppedRecordException e) {
      return Converted.dropped(e.reason(), e.getMessage());
    } catch (InvalidInputException | IllegalArgumentException e) {
      return Converted.dropped(DropReason.WRONG_FIELD, e.getMessage());
    }
  }

  static boolean hasAll(ObjectNode record, String... names) {
    for (String name : names) {
      if (!record.has(name)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return name;
  }
}
