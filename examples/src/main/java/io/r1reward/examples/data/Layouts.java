package io.r1reward.examples.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.examples.UsageException;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PairLine;
import io.r1reward.train.data.SampleFormats;
import io.r1reward.train.data.layout.DatasetLayout;
import io.r1reward.train.data.layout.DropReason;
import io.r1reward.train.data.layout.DroppedRecordException;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.Records;
import io.r1reward.train.data.table.TableRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The layouts of inputs by name. Stateless. */
final class Layouts {
  /** Asks for the layout that the first record tells. */
  static final String AUTO = "auto";

  /** Pairs of any spelling that {@link SampleFormats#pairs()} reads. */
  private static final DatasetLayout PAIRS =
      new DatasetLayout("pairs", Layouts::isPair, (record, id, pictures) -> pair(record, id));

  private static final ImmutableMap<String, DatasetLayout> NAMED =
      ImmutableMap.<String, DatasetLayout>builder()
          .put("mm-rlhf", DatasetLayout.MM_RLHF)
          .put("rlaif-v", DatasetLayout.RLAIF_V)
          .put("vlfeedback", DatasetLayout.VL_FEEDBACK)
          .put("vlfeedback-all-pairs", DatasetLayout.VL_FEEDBACK_ALL_PAIRS)
          .put("povid", DatasetLayout.POVID)
          .put("wildvision-battle", DatasetLayout.WILD_VISION_BATTLE)
          .put("pairs", PAIRS)
          .buildOrThrow();

  private Layouts() {}

  /** Checks a name. */
  static void require(String name) {
    if (!name.equals(AUTO) && !NAMED.containsKey(name)) {
      throw new UsageException(
          "--layout must be one of auto, %s, got %s"
              .formatted(String.join(", ", NAMED.keySet()), name));
    }
  }

  /**
   * Returns the layout of a file.
   *
   * @throws InvalidInputException if it is to be told by the first record, and that fits none
   */
  static DatasetLayout of(String name, Path file) throws IOException {
    DatasetLayout named = NAMED.get(name);
    return named == null ? detected(file) : named;
  }

  private static DatasetLayout detected(Path file) throws IOException {
    try (RecordReader records = Records.open(file)) {
      for (TableRow row = records.next(); row != null; row = records.next()) {
        if (row.value() != null) {
          return detected(row);
        }
      }
    }
    throw new InvalidInputException("--input " + file + " has no record that can be read");
  }

  private static DatasetLayout detected(TableRow row) {
    ObjectNode fields = row.fields();
    try {
      return DatasetLayout.detect(fields);
    } catch (InvalidInputException e) {
      if (isPair(fields)) {
        return PAIRS;
      }
      throw new InvalidInputException(row.place() + ": " + e.getMessage() + " and no pair", e);
    }
  }

  private static boolean isPair(ObjectNode record) {
    try {
      SampleFormats.pairs().read(record, 1, MediaPaths.under(Path.of("")));
      return true;
    } catch (InvalidInputException | IllegalArgumentException e) {
      return false;
    }
  }

  private static List<ObjectNode> pair(ObjectNode record, String id) {
    PreferencePair pair =
        SampleFormats.pairs().read(record, 1, MediaPaths.under(Path.of(""))).pair();
    if (pair.first().strip().equals(pair.second().strip())) {
      throw new DroppedRecordException(
          DropReason.SAME_TEXT,
          "both responses are the same text of " + pair.first().length() + " characters");
    }
    return List.of(PairLine.id(record).isNull() ? record.put("id", id) : record);
  }
}
