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

  private static final ImmutableList<DatasetLayout> ALL = ImmutableList.of(MM_RLHF, RLAIF_V);

  /** Returns the named layouts. */
  public static ImmutableList<DatasetLayout> all() {
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
